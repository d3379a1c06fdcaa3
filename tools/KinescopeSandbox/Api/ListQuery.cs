using KinescopeSandbox.Server;

namespace KinescopeSandbox.Api;

/// <summary>The `page`, `per_page` and `order` of a list request.</summary>
public static class ListQuery
{
    private const int DefaultPerPage = 10;

    /// <summary>Sorts, cuts out one page and answers with it.</summary>
    /// <param name="fields">The fields that `order` may name, and how each sorts.</param>
    /// <param name="defaultOrder">As `order` would say it.</param>
    /// <param name="view">What the answer shows of an item; called for one page only.</param>
    /// <exception cref="ApiError">400216 order field; 400400 page or per_page.</exception>
    public static Task AnswerAsync<T>(
        HttpContext context, PlatformWays ways, IEnumerable<T> items, IReadOnlyDictionary<string, Comparison<T>> fields, string defaultOrder, Func<T, object> view)
    {
        var query = context.Request.Query;
        var page = Number(query, "page", 1);
        var asked = Number(query, "per_page", DefaultPerPage);
        var perPage = Math.Min(asked, (int)ways.PageCap);
        var order = Order(query["order"].ToString() is { Length: > 0 } text ? text : defaultOrder, fields.Keys);

        var sorted = items.ToList();
        sorted.Sort((left, right) =>
        {
            foreach (var (field, descending) in order)
            {
                var sign = fields[field](left, right);
                if (sign != 0)
                    return descending ? -sign : sign;
            }
            return 0;
        });
        var pagination = new Dictionary<string, object> { ["page"] = page, ["total"] = AnswerNumber.Of(sorted.Count, ways) };
        if (ways.PerPageTold != "not")
            pagination["per_page"] = AnswerNumber.Of(ways.PerPageTold == "truly" ? perPage : asked, ways);
        return Answer.WriteAsync(context, new
        {
            meta = new
            {
                pagination,
                order = order.ToDictionary(part => part.Field, part => part.Descending ? "desc" : "asc"),
            },
            data = sorted.Skip((int)Math.Min((page - 1L) * perPage, int.MaxValue)).Take(perPage).Select(view).ToList(),
        });
    }

    /// <summary>A parameter with brackets that may be repeated: `status[]`.</summary>
    public static IReadOnlyList<string> Many(HttpContext context, string name) =>
        [.. context.Request.Query[name].OfType<string>().Where(value => value.Length > 0)];

    private static int Number(IQueryCollection query, string name, int standard)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return standard;
        return int.TryParse(text, out var number) && number >= 1 ? number : throw ApiError.Unexpected(name);
    }

    private static List<(string Field, bool Descending)> Order(string order, IEnumerable<string> allowed)
    {
        var parts = new List<(string, bool)>();
        foreach (var part in order.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (field, direction) = part.Split('.', 2) is [var name, var suffix] ? (name, suffix) : (part, "asc");
            if (!allowed.Contains(field))
                throw ApiError.OrderField(field);
            if (direction is not ("asc" or "desc"))
                throw ApiError.Unexpected($"order '{part}'");
            parts.Add((field, direction == "desc"));
        }
        return parts;
    }
}
