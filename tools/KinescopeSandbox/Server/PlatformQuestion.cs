using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace KinescopeSandbox.Server;

/// <summary>A question of <see cref="PlatformWays"/> by its name, as the command line and the control API have it.</summary>
public sealed class PlatformQuestion
{
    private readonly PropertyInfo _property;
    private readonly RangeAttribute? _range;

    private PlatformQuestion(PropertyInfo property)
    {
        _property = property;
        _range = property.GetCustomAttribute<RangeAttribute>();
        Name = JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
        Ways = property.GetCustomAttribute<WaysAttribute>()?.All ?? [];
    }

    public static IReadOnlyList<PlatformQuestion> All { get; } =
        [.. typeof(PlatformWays).GetProperties().Where(property => property.CanWrite).Select(property => new PlatformQuestion(property))];

    /// <summary>`page-cap`.</summary>
    public string Name { get; }

    /// <summary>The ways, the one that is taken for granted first; none where a number answers.</summary>
    public IReadOnlyList<string> Ways { get; }

    /// <summary>The ways, for people.</summary>
    public string WaysText => _range is { } range ? $"a number from {Text(range.Least)} to {Text(range.Most)}" : string.Join(", ", Ways);

    /// <summary>The way that is taken.</summary>
    public string In(PlatformWays ways) => Text(_property.GetValue(ways)!);

    /// <summary>The same ways, but for those that are named.</summary>
    /// <exception cref="FormatException">There is no such question, or it has no such way.</exception>
    public static PlatformWays Choose(PlatformWays ways, IEnumerable<KeyValuePair<string, string>> chosen)
    {
        // A copy: the record's own properties can be set in initialisers only.
        var changed = ways with { };
        foreach (var (name, way) in chosen)
        {
            var question = All.FirstOrDefault(question => question.Name == name)
                ?? throw new FormatException($"There is no question '{name}' of the platform. There are: {string.Join(", ", All.Select(known => known.Name))}.");
            question._property.SetValue(changed, question.Parse(way));
        }
        return changed;
    }

    private object Parse(string way)
    {
        if (_range is null && Ways.Contains(way))
            return way;
        if (_range is { } range && double.TryParse(way, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= range.Least && number <= range.Most)
            return number;
        throw new FormatException($"{Name} of the platform cannot be '{way}'. Its ways: {WaysText}.");
    }

    private static string Text(object way) => Convert.ToString(way, CultureInfo.InvariantCulture)!;
}
