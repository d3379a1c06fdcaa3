using System.Text.RegularExpressions;

namespace KinescopeSandbox.Faults;

/// <summary>One line of the fault script: which requests, and what goes wrong with them.</summary>
public sealed record FaultRule(FaultMatch Match, Fault Fault);

/// <summary>Chooses requests. What is left out matches all.</summary>
public sealed record FaultMatch
{
    /// <summary>`POST`, `PATCH`, ...</summary>
    public string? Method { get; init; }

    /// <summary>A prefix; with `*`, a glob for the whole path; beginning with `^`, a regular expression.</summary>
    public string? Path { get; init; }

    /// <summary>A glob for the file name that the upload was announced with; matches only requests to its endpoint.</summary>
    public string? File { get; init; }

    /// <summary>Only requests whose `Content-Length` is above this. Unit: bytes.</summary>
    public long? LongerThan { get; init; }

    /// <summary>Only requests that wait for `100 Continue` (true), or only others (false).</summary>
    public bool? Expects { get; init; }

    /// <summary>Only the n-th matching request, counted from 1.</summary>
    public int? Nth { get; init; }

    /// <summary>At most so many times; null: without end.</summary>
    public int? Times { get; init; }

    /// <summary>Count `nth` and `times` for each path by itself, and so for each upload.</summary>
    public bool EachPath { get; init; }

    public bool Covers(HttpRequest request, string? file) =>
        Covers(request.Method, request.Path.Value ?? "", file)
        && (LongerThan is null || request.ContentLength > LongerThan)
        && (Expects is null || Expects == request.Headers.ContainsKey("Expect"));

    public bool Covers(string method, string path, string? file) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        && (Path is null || CoversPath(Path, path))
        && (File is null || (file is not null && Glob(File, file)));

    private static bool CoversPath(string pattern, string path)
    {
        if (pattern.StartsWith('^'))
            return Regex.IsMatch(path, pattern);
        return pattern.Contains('*') ? Glob(pattern, path) : path.StartsWith(pattern, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Glob(string pattern, string text) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("\\*", ".*") + "$", RegexOptions.IgnoreCase | RegexOptions.Singleline);
}

/// <summary>What goes wrong. <see cref="Kind"/> decides which other members count.</summary>
public sealed record Fault
{
    /// <summary>
    /// `answer`, `redirect`, `delay`, `cut`, `reset`, `stall`, `trickle`, `lost-answer`, `cut-answer`, `alter`, `short-write`, `discard`, `forget`, `small-pages`,
    /// `video-status`, `no-continue`.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>`before-body` (default), `after-body` (read and thrown away) or `after-processing`: when an `answer`, `delay` or `stall` happens.</summary>
    public string When { get; init; } = "before-body";

    /// <summary>Body bytes that are received before the fault happens; `cut-answer`: those that are sent.</summary>
    public long AfterBytes { get; init; }

    /// <summary>`cut`, `reset`: the body bytes, of all its requests, that a connection carries before it ends; in place of <see cref="AfterBytes"/>.</summary>
    public long? ConnectionBytes { get; init; }

    /// <summary>HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>Headers to set; a null value removes the header.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>Body text. Without it: an error envelope when <see cref="Code"/> is given, else a web server's HTML page.</summary>
    public string? Body { get; init; }

    /// <summary>`error.code` of an error envelope.</summary>
    public int? Code { get; init; }

    /// <summary>`error.message` of an error envelope.</summary>
    public string? Message { get; init; }

    /// <summary>After an `answer`: `close` the connection, or `stall`, neither reading on nor closing. Null: go on normally.</summary>
    public string? Then { get; init; }

    /// <summary>`Location` of a redirect; `{host}` and `{path}` stand for those of the request.</summary>
    public string? Location { get; init; }

    /// <summary>Length of a delay.</summary>
    public double Seconds { get; init; }

    /// <summary>`trickle`: how fast the body is read.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>`trickle`: how fast the answer's body is written.</summary>
    public long? AnswerBytesPerSecond { get; init; }

    /// <summary>`short-write`: body bytes that are kept.</summary>
    public long KeepBytes { get; init; }

    /// <summary>`alter`: regular expressions and their replacements in the answer's body.</summary>
    public IReadOnlyDictionary<string, string>? Replace { get; init; }

    /// <summary>`small-pages`: items of a page, however many are asked for.</summary>
    public int Items { get; init; } = 1;

    /// <summary>`video-status`: status of the video once the request is done.</summary>
    public string? VideoStatus { get; init; }
}
