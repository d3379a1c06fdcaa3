using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A result to link, with the properties that Set-LessonVideoId takes.</summary>
public sealed record Sent(string? LessonId, string? VideoId, string? EmbedUrl = null);

/// <summary>A test of the lesson database: a site, and a session that can reach it.</summary>
public abstract class LessonDatabaseTest : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal TemporaryFolder Folder => _folder;

    internal PowerShellSession Session { get; private set; } = null!;

    internal SiteDatabase Site { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Session = new PowerShellSession(Folder.Path);
        try
        {
            Site = await CreateSiteAsync();
        }
        catch
        {
            // A test that is skipped here is not disposed of.
            await DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Session.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    private protected abstract Task<SiteDatabase> CreateSiteAsync();

    /// <summary>A result for a lesson by the test's name.</summary>
    internal Sent Sent(string name, string? videoId) => new(Site.Id(name), videoId);

    /// <summary>Pipes results to Set-LessonVideoId.</summary>
    /// <param name="options">Its further parameters.</param>
    /// <param name="results">The input.</param>
    internal ScriptResult Link(string options, params Sent[] results) => LinkTo(Site.Url, options, results);

    /// <inheritdoc cref="Link" />
    internal ScriptResult LinkTo(string url, string options, params Sent[] results) => LinkTo(url, "", options, results);

    /// <summary>Pipes results to Set-LessonVideoId.</summary>
    /// <param name="url">The database.</param>
    /// <param name="connection">Parameters of Get-UncheckedDatabase.</param>
    /// <param name="options">Further parameters of Set-LessonVideoId.</param>
    /// <param name="results">The input.</param>
    internal ScriptResult LinkTo(string url, string connection, string options, Sent[] results) => Session.Run(
        $$"""
        param($url, $results)
        $database = Get-UncheckedDatabase $url {{connection}}
        try { $results | Set-LessonVideoId -Database $database {{options}} } finally { Disconnect-LessonDatabase $database }
        """,
        url, results);

    /// <summary>Links what a long upload would give; its output says that the upload began.</summary>
    internal ScriptResult LinkAfterSomethingLong(string url, string database = "-DatabaseUrl $url") => Session.Run(
        $$"""
        param($url, $result)
        $uploads = 0
        & { $uploads++; $result } | ForEach-Object { $uploads++; $_ } | Set-LessonVideoId {{database}} -Verbose
        if ($uploads) { 'the upload began' }
        """,
        url, Sent("a", "v1"));

    /// <summary>A lesson's columns when it was linked without an address of its own.</summary>
    internal static VideoColumns Embedded(string videoId) => new(videoId, $"https://kinescope.io/embed/{videoId}");
}
