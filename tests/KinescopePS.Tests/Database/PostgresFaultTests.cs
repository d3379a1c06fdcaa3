using System.Management.Automation;
using System.Net;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A PostgreSQL that is down, that refuses the user, or that is another one than the URL says.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresFaultTests(PostgresCluster cluster) : LessonDatabaseTest
{
    private const string WrongPassword = "very-wrong";

    [Fact]
    public async Task A_server_that_comes_back_while_it_is_retried_loses_nothing()
    {
        await Site.AddAsync("a", "b", "c");

        var result = Session.Run(
            """
            param($url, $results, $stop, $start)
            & { $results[0]; $stop.Invoke(); $results[1]; $start.Invoke(); $results[2] } |
                Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 100 -RetryDelaySeconds 0.05) -PassThru
            """,
            Site.Url,
            new[] { Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3") },
            () =>
            {
                Site.UntilLinkedAsync("a", "v1").GetAwaiter().GetResult();
                cluster.StopAsync().GetAwaiter().GetResult();
            },
            () => cluster.StartAsync().GetAwaiter().GetResult()).RequireNoErrors();

        Assert.Equal(["v1", "v2", "v3"], result.Texts("VideoId"));
        Assert.Equal([Embedded("v1"), Embedded("v2"), Embedded("v3")], (await Site.LinkedAsync()).Values);
    }

    [Theory]
    [InlineData(PostgresCluster.Owner, WrongPassword, "site", "schema=public", "DatabaseAccessDenied")]
    [InlineData(PostgresCluster.Owner, null, "site", "schema=public", "DatabaseAccessDenied")]
    [InlineData("nobody-here", WrongPassword, "site", "schema=public", "DatabaseAccessDenied")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "no-such-site", "schema=public", "DatabaseNotFound")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "schema=no_such_schema", "LessonTableNotFound")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "sslmode=require", "DatabaseAccessDenied")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "options=-c%20default_transaction_read_only%3Don", "DatabaseError")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "site", "options=-c%20no_such_setting%3Don", "DatabaseError")]
    [InlineData(PostgresCluster.Owner, PostgresCluster.OwnerPassword, "closed", "schema=public", "DatabaseError")]
    [InlineData("locked_out", "locked_out", "site", "schema=public", "DatabaseAccessDenied")]
    public async Task What_is_wrong_for_good_is_told_before_anything_is_done(string user, string? password, string database, string parameters, string errorId)
    {
        await Site.AddAsync("a");
        await cluster.CloseAsync();

        var result = LinkAfterSomethingLong(cluster.Url(parameters, user, password, database));

        Assert.Equal([errorId], result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.Empty(result.Verbose);
        RequireNoPassword(result);
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_credential_wins_over_the_url()
    {
        await Site.AddAsync("a");
        var credential = new PSCredential(PostgresCluster.Owner, new NetworkCredential("", PostgresCluster.OwnerPassword).SecurePassword);

        Session.Run(
            "param($url, $id, $credential) $null = Connect-LessonDatabase $url -Credential $credential; Set-LessonVideoId $id v1",
            cluster.Url(user: "nobody-here", password: WrongPassword), Site.Id("a"), credential).RequireNoErrors();

        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_user_who_may_only_read_is_told_before_anything_is_done_and_may_read()
    {
        await Site.AddLinkedAsync("a", "v1");
        await AddUserAsync("reader", """GRANT SELECT ON "Lesson" TO reader""");
        var url = cluster.Url(user: "reader", password: "reader");
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"a","filepath":"a.mp4","title_original":"a"}]}]}]}""");

        var result = LinkAfterSomethingLong(url);

        Assert.Equal(["DatabaseAccessDenied"], result.ErrorIds);
        Assert.All(["reader", "UPDATE on videoId and videoUrl"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
        Assert.Empty(result.Output);
        Assert.Equal(["v1"], Session.Run("param($url) Get-LessonVideoMap -CheckDatabase -DatabaseUrl $url", url).RequireNoErrors().Texts("VideoId"));
    }

    [Fact]
    public async Task Select_and_update_on_the_video_columns_suffice()
    {
        await Site.AddAsync("a");
        await AddUserAsync("linker", """GRANT SELECT ("id", "videoId", "videoUrl"), UPDATE ("videoId", "videoUrl") ON "Lesson" TO linker""");

        LinkTo(cluster.Url(user: "linker", password: "linker"), "", Sent("a", "v1")).RequireNoErrors();

        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_row_that_a_policy_protects_fails_alone()
    {
        await Site.AddAsync("a", "b", "c");
        await AddUserAsync("tenant", """
            GRANT SELECT, UPDATE ON "Lesson" TO tenant;
            ALTER TABLE "Lesson" ENABLE ROW LEVEL SECURITY;
            CREATE POLICY theirs ON "Lesson" USING (true) WITH CHECK ("videoId" <> 'v2')
            """);

        var result = LinkTo(cluster.Url(user: "tenant", password: "tenant"), "", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"));

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal("b", result.Errors[0].TargetObject);
        Assert.Equal(["a", "c"], (await Site.LinkedAsync()).Keys);
    }

    [Fact]
    public async Task A_row_that_a_policy_hides_is_told_apart_from_one_that_is_missing()
    {
        await Site.AddAsync("a", "b", "c");
        await AddUserAsync("visitor", """
            GRANT SELECT, UPDATE ON "Lesson" TO visitor;
            ALTER TABLE "Lesson" ENABLE ROW LEVEL SECURITY;
            CREATE POLICY shown ON "Lesson" FOR SELECT USING ("id" <> 'b');
            CREATE POLICY theirs ON "Lesson" FOR UPDATE USING ("id" = 'a')
            """);
        var url = cluster.Url(user: "visitor", password: "visitor");

        var result = LinkTo(url, "", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"));

        Assert.Equal(["LessonNotVisible", "LessonLinkRejected"], result.ErrorIds);
        Assert.All(["'b'", "visitor", "ow-level security"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
        Assert.All(["'c'", "visitor", "policy"], text => Assert.Contains(text, result.Errors[1].Exception.Message));
        Assert.Equal(["a"], (await Site.LinkedAsync()).Keys);
        Assert.Equal(["LessonNotFound"], Link("", Sent("gone", "v4")).ErrorIds);
    }

    [Fact]
    public async Task A_preview_says_that_the_user_may_only_read()
    {
        await Site.AddAsync("a");
        await AddUserAsync("looker", """GRANT SELECT ON "Lesson" TO looker""");

        Assert.Equal(["DatabaseAccessDenied"], LinkTo(cluster.Url(user: "looker", password: "looker"), "-WhatIf", Sent("a", "v1")).ErrorIds);
    }

    [Fact]
    public async Task A_preview_can_write_nothing()
    {
        await Site.AddAsync("a");

        LinkTo(cluster.Url("options=-c%20default_transaction_read_only%3Don"), "-WhatIf", Sent("a", "v1")).RequireNoErrors();

        // Even a rule that writes whenever the table is read would be refused.
        await Site.ExecuteAsync("""
            CREATE TABLE reads (at TIMESTAMP);
            CREATE FUNCTION note(id TEXT) RETURNS TEXT LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO reads VALUES (now()); RETURN id; END $$;
            CREATE VIEW noted AS SELECT note("id") AS "id", "videoId", "videoUrl" FROM "Lesson"
            """);
        Assert.NotEmpty(LinkTo(Site.Url, "-TableName noted", "-WhatIf", [Sent("a", "v1")]).ErrorIds);
        Assert.Equal(0, await Site.CountAsync("SELECT count(*) FROM reads"));
    }

    [Fact]
    public async Task The_user_of_the_documentation_can_do_everything()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Built.Repository, "docs", "lesson-database.md"), TestContext.Current.CancellationToken);
        var grants = page.Split("```sql")[1].Split("```")[0].Replace("'...'", "'documented'");
        await cluster.ExecuteAsync("DROP ROLE IF EXISTS kinescope");
        await Site.AddAsync("a", "b");
        await cluster.ExecuteAsync(grants);
        var url = cluster.Url(user: "kinescope", password: "documented");

        LinkTo(url, "", Sent("a", "v1")).RequireNoErrors();
        var lessons = Session.Run("param($url) Get-LessonVideoId -DatabaseUrl $url -Course Реклама", url).RequireNoErrors();
        Assert.Equal(["v1", null], lessons.Texts("VideoId"));
        Assert.Equal(["Урок", "Урок"], lessons.Texts("Title"));
        LinkTo(url, "-Clear -Confirm:$false", Sent("a", "v1")).RequireNoErrors();
        Session.Run("param($url) Restore-LessonVideoId -All -Confirm:$false -DatabaseUrl $url", url).RequireNoErrors();
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_user_may_look_who_may_read_no_more_than_is_needed()
    {
        await Site.AddLinkedAsync("a", "v1");
        await AddUserAsync("narrow_looker", """GRANT SELECT ("id", "videoId", "videoUrl") ON "Lesson" TO narrow_looker""");

        var result = Session.Run("param($url) Get-LessonVideoId -DatabaseUrl $url", cluster.Url(user: "narrow_looker", password: "narrow_looker")).RequireNoErrors();

        Assert.Equal(["v1"], result.Texts("VideoId"));
        Assert.Equal([null], result.Values("Title"));
    }

    [Fact]
    public async Task A_password_may_stand_in_a_password_file_or_a_setting()
    {
        await Site.AddAsync("a", "b");
        Folder.Write("pass", $"127.0.0.1:*:site:{PostgresCluster.Owner}:{PostgresCluster.OwnerPassword.Replace("\\", "\\\\").Replace(":", "\\:")}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder["pass"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Folder.Write(".env", $"DATABASE_URL=\"{cluster.Url(password: null)}\"\nPGPASSWORD='{PostgresCluster.OwnerPassword}'\n");

        LinkTo(cluster.Url("passfile=pass", password: null), "", Sent("a", "v1")).RequireNoErrors();
        Session.Run("param($id) Set-LessonVideoId $id v2 -EnvironmentFile .env", Site.Id("b")).RequireNoErrors();

        Assert.Equal([Embedded("v1"), Embedded("v2")], (await Site.LinkedAsync()).Values);
    }

    [Fact]
    public async Task A_pooler_and_a_unix_socket_are_reached_as_prisma_reaches_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The server has no Unix socket on Windows.");
        await Site.AddAsync("a");
        var url = cluster.Url($"host={Uri.EscapeDataString(cluster.SocketFolder)}&schema=public&pgbouncer=true&connection_limit=1&sslmode=prefer");

        LinkTo(url, "", Sent("a", "v1")).RequireNoErrors();

        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);

    private async Task AddUserAsync(string name, string grants) => await cluster.ExecuteAsync($"""
        CREATE ROLE {name} LOGIN PASSWORD '{name}';
        GRANT USAGE ON SCHEMA public TO {name};
        {grants};
        """);

    private static void RequireNoPassword(ScriptResult result)
    {
        foreach (var text in result.Errors.Select(error => error.Exception.ToString()).Concat(result.Warnings).Concat(result.Verbose))
        {
            Assert.DoesNotContain(PostgresCluster.OwnerPassword, text);
            Assert.DoesNotContain(Uri.EscapeDataString(PostgresCluster.OwnerPassword), text);
            Assert.DoesNotContain(WrongPassword, text);
        }
    }
}
