using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A pooler that refuses: it gives one SQLSTATE to nearly all that it says.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PgBouncerFaultTests(PostgresCluster cluster) : LessonDatabaseTest
{
    private int _port;

    [Theory]
    [InlineData(PostgresCluster.Owner, "very-wrong", "site", "", "DatabaseAccessDenied")]
    [InlineData("nobody-here", "very-wrong", "site", "", "DatabaseAccessDenied")]
    [InlineData("pooled", "pooled", "site", "", "DatabaseAccessDenied")]
    [InlineData("locked_out", "locked_out", "site", "", "DatabaseAccessDenied")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "no-such-site", "", "DatabaseNotFound")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "closed", "", "DatabaseError")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "pgbouncer", "", "DatabaseError")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "options=-c%20lock_timeout%3D1s", "DatabaseError")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "sslmode=require", "DatabaseAccessDenied")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "schema=no_such_schema", "LessonTableNotFound")]
    public async Task FoundC01_What_is_wrong_for_good_is_told_before_anything_is_done(string user, string password, string database, string parameters, string errorId)
    {
        await Site.AddAsync("a");
        await cluster.CloseAsync();
        var url = cluster.Url(parameters, user, password, database, _port);

        var result = LinkAfterSomethingLong(url);

        Assert.Equal([errorId], result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.Empty(result.Verbose);
        Assert.DoesNotContain("very-wrong", result.LastError.Exception.ToString());
        Assert.Equal([errorId], Session.Run("param($url) Connect-LessonDatabase $url", url).ErrorIds);
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task FoundC01_A_night_with_a_wrong_password_ends_with_3_before_the_first_upload()
    {
        await using var sandbox = await SandboxInProcess.StartAsync(["--no-rate-limit"]);
        Folder.WriteVideo("a.mp4", 1000);
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"a","filepath":"a.mp4","title_original":"a"}]}]}]}""");
        Folder.Write(".env", $"DATABASE_URL='{cluster.Url(password: "very-wrong", port: _port)}'");
        var script = Path.Combine(Built.Repository, "examples", "Invoke-NightlyUpload.ps1");
        Folder.Write("night.ps1", $"& '{script}' -Path . -EnvironmentFile .env -Quick -Module '{Built.Module}' *> night.txt; exit $LASTEXITCODE");

        using var night = ScriptProcess.Start(Folder["night.ps1"], sandbox);
        await night.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, night.ExitCode);
        Assert.Contains("Configuration: 1 mapped, 0 uploaded", await File.ReadAllTextAsync(Folder["night.txt"], TestContext.Current.CancellationToken));
        Assert.Empty(await sandbox.VideosAsync());
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync()
    {
        _port = await cluster.RequirePoolerAsync();
        return await PostgresSite.CreateAsync(cluster, poolerPort: _port);
    }
}
