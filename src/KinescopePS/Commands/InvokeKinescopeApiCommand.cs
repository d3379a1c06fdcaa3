using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Text.Json;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Makes any call of Kinescope's API, with the account, pace, retries and errors of the other cmdlets.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KinescopeApi", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(PSCustomObject))]
public sealed class InvokeKinescopeApiCommand : KinescopeCmdlet
{
    /// <summary>The path, such as /v1/videos or videos. It may have a query.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The verb. Default: GET.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("GET", "POST", "PUT", "PATCH", "DELETE")]
    public string Method { get; set; } = "GET";

    /// <summary>The body, sent as JSON: a table, an object, or text that is JSON already.</summary>
    [Parameter(Position = 2, ValueFromPipeline = true)]
    [ValidateNotNull]
    public object? Body { get; set; }

    /// <summary>Additions to the path's query. A value may be a list: its name is then repeated.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Query { get; set; }

    /// <summary>Reads all pages of a list.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    private protected override void Process()
    {
        var path = FullPath();
        var method = new HttpMethod(Method.ToUpperInvariant());
        if (method == HttpMethod.Get && All)
        {
            WriteAll(ReadAllAsync(path));
            return;
        }

        var body = Body is null ? null : JsonObjects.Write(Body);
        if (method != HttpMethod.Get && !IsWanted(path, method))
            return;

        Task<JsonElement> Invoke(KinescopeClient kinescope, CancellationToken token) => kinescope.InvokeAsync(method, path, body, token);
        var response = method == HttpMethod.Post ? Connection.CallOnce(Invoke) : Call(Invoke);
        if (response.ValueKind == JsonValueKind.Undefined)
            return;
        var data = response.Field("data");
        WriteObject(JsonObjects.Read(data.ValueKind == JsonValueKind.Undefined ? response : data), enumerateCollection: true);
    }

    private bool IsWanted(string path, HttpMethod method) => method == HttpMethod.Delete
        ? ShouldProcessHarm(path, $"{method} at Kinescope")
        : ShouldProcess(path, $"{method} at Kinescope");

    private async IAsyncEnumerable<object?> ReadAllAsync(string path)
    {
        var items = Paging.ForwardAsync(
            (page, token) => Kinescope.ListAsync(path, page, token), item => item.Text("id") ?? item.GetRawText(), Retries, StopToken);
        await foreach (var item in items.ConfigureAwait(false))
            yield return JsonObjects.Read(item);
    }

    private string FullPath()
    {
        var path = Path switch
        {
            ['/', ..] => Path,
            _ when Uri.TryCreate(Path, UriKind.Absolute, out _) => Path,
            ['v', '1' or '2', '/', ..] => $"/{Path}",
            _ => $"/v1/{Path}",
        };
        var names = (Query ?? new Hashtable()).Keys.Cast<object>();
        var pairs = names.SelectMany(name => ValuesOf(Query![name]).Select(value => $"{name}={WebUtility.UrlEncode(value)}"));
        var query = string.Join('&', pairs);
        return query.Length == 0 ? path : $"{path}{(path.Contains('?') ? '&' : '?')}{query}";

        static IEnumerable<string> ValuesOf(object? value) =>
            (LanguagePrimitives.GetEnumerable(value)?.Cast<object?>() ?? [value]).Select(LanguagePrimitives.ConvertTo<string>);
    }
}
