using System.Text.Json;
using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>A response to a question's request, whether success or refusal.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body of a success; of the kind <c>Undefined</c> where it has none.</param>
/// <param name="Code">Kinescope's own code of a refusal.</param>
/// <param name="Words">The words of a refusal; those of the module where the response cannot be used.</param>
internal sealed record ProbeResponse(int Status, JsonElement Body, int? Code = null, string Words = "")
{
    public bool IsSuccess => Status is >= 200 and < 300 && Words.Length == 0;

    public JsonElement Data => Body.Field("data");

    /// <summary>The object of that id in a list; null where it is not among them.</summary>
    public JsonElement? Item(string id) =>
        Body.Items("data").Where(item => VideoIds.AreSame(item.Text("id"), id)).Cast<JsonElement?>().FirstOrDefault();

    public JsonElement Pagination => Body.Field("meta").Field("pagination");

    /// <inheritdoc />
    public override string ToString() =>
        $"HTTP {Status}{(Code is { } code ? $", code {code}" : "")}{(Words.Length > 0 ? $": {Words}" : "")}";

    /// <summary>A success with what was seen of it, or the refusal.</summary>
    public string Or(string seen) => IsSuccess ? $"HTTP {Status}; {seen}" : ToString();
}
