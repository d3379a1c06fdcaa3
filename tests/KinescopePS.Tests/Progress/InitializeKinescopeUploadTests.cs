using System.Diagnostics;
using KinescopePS.Database;
using KinescopePS.Record;
using KinescopePS.Tests.Support;
using KinescopeSandbox.Demo;

namespace KinescopePS.Tests.Progress;

/// <summary>Initialize-KinescopeUpload: the schema is made once, with consent, and nothing else is touched.</summary>
[Collection(PostgresCollection.Name)]
public sealed class InitializeKinescopeUploadTests(PostgresCluster cluster) : SharedUploadTest(cluster)
{
    private const string IsMade = "to_regclass('kinescopeps.upload') IS NOT NULL";

    private protected override bool IsInitialised => false;

    [Fact]
    public async Task The_record_is_made_once_and_a_second_time_finds_nothing_to_do()
    {
        Assert.Equal(["RecordNotInitialised"], Session.Run("Get-KinescopeUpload -ProgressFile $db").ErrorIds);

        var made = Session.Run("Initialize-KinescopeUpload $db -Confirm:$false").RequireNoErrors().Output.Single();
        var again = Session.Run("Initialize-KinescopeUpload $db -Verbose").RequireNoErrors();

        Assert.Equal([null, 1], new[] { "PreviousVersion", "Version" }.Select(name => made.Properties[name].Value));
        Assert.DoesNotContain(PostgresCluster.OwnerPassword, $"{made.Properties["Database"].Value}");
        Assert.Equal([1], again.Values("PreviousVersion"));
        Assert.Contains(again.Verbose, line => line.Contains("nothing to do"));
        Assert.Empty(Session.Run("Get-KinescopeUpload -ProgressFile $db").RequireNoErrors().Output);
        Assert.True(await AskAsync<bool>($"SELECT {IsMade}"));
    }

    [Fact]
    public async Task WhatIf_shows_the_SQL_line_by_line_and_makes_nothing()
    {
        string[] command = [.. PowerShellProgram.Command, "-NoProfile", "-NonInteractive", "-Command", $"Import-Module '{Built.Module}'; Initialize-KinescopeUpload '{Url}' -Role 'a \"role\"' -WhatIf"];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        var said = (await process.StandardOutput.ReadToEndAsync(Stop)).ReplaceLineEndings("\n");

        Assert.StartsWith("What if: Make the record of uploads (schema kinescopeps) in ", said);
        Assert.Contains("\nCREATE SCHEMA IF NOT EXISTS kinescopeps;\n", said);
        Assert.Contains("\nGRANT USAGE ON SCHEMA kinescopeps TO \"a \"\"role\"\"\";\n", said);
        Assert.False(await AskAsync<bool>($"SELECT {IsMade}"));
    }

    [Fact]
    public async Task An_administrator_runs_the_script_and_the_role_in_it_can_upload_and_no_more()
    {
        const string role = "night \"uploads\"";
        await Cluster.ExecuteAsync($"DO $$ BEGIN CREATE ROLE \"{role.Replace("\"", "\"\"")}\" LOGIN PASSWORD 'night'; EXCEPTION WHEN duplicate_object THEN END $$");
        var script = Assert.Single(Session.Run("param($role) Initialize-KinescopeUpload -AsSql -Role $role", role).RequireNoErrors().Output).ToString()!;
        await Cluster.ExecuteAsync(script);
        var url = Cluster.Url(user: role, password: "night");

        using (var machine = await JoinAsync("1@night", url: url))
        {
            await machine.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
            await machine.AppendAsync(Of(UploadEventKind.Failed, "l2"));
            await machine.AppendAsync(Of(UploadEventKind.Forgotten, "l2"));
        }

        Assert.Equal(["l1"], Session.Run("param($url) Get-KinescopeUpload -ProgressFile $url", url).RequireNoErrors().Texts("LessonId"));
        var denied = Session.Run("param($url) Initialize-KinescopeUpload $url -Role x -Confirm:$false", url);
        Assert.Equal(["DatabaseAccessDenied"], denied.ErrorIds);
        Assert.Contains("CREATE on the database", denied.LastError.Exception.Message);
        Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => ExecuteAsync(url, "UPDATE kinescopeps.schema SET version = 9"))).SqlState);
    }

    [Fact]
    public async Task A_record_of_a_newer_module_is_left_alone_and_one_of_an_older_is_brought_up_to_date()
    {
        Session.Run("Initialize-KinescopeUpload $db -Confirm:$false").RequireNoErrors();
        await Cluster.ExecuteAsync("UPDATE kinescopeps.schema SET version = 99");

        Assert.All(
            (string[])["Initialize-KinescopeUpload $db -Confirm:$false", "Get-KinescopeUpload -ProgressFile $db", "Stop-KinescopeUpload -ProgressFile $db", "Get-KinescopeUpload -ByMachine -ProgressFile $db"],
            command => Assert.Equal(["RecordVersionUnsupported"], Session.Run(command).ErrorIds));
        Assert.Equal(99, await AskAsync<int>("SELECT version FROM kinescopeps.schema"));

        await Cluster.ExecuteAsync("UPDATE kinescopeps.schema SET version = 0");
        Assert.Equal(["RecordVersionUnsupported"], Session.Run("Get-KinescopeUpload -ProgressFile $db").ErrorIds);
        Assert.Equal([0], Session.Run("Initialize-KinescopeUpload $db -Confirm:$false").RequireNoErrors().Values("PreviousVersion"));
        Assert.Equal(1, await AskAsync<int>("SELECT version FROM kinescopeps.schema"));
    }

    [Theory]
    [InlineData("progress.jsonl", "RecordNotShared", "progress file")]
    [InlineData("LessonDatabase", "RecordNotShared", "SQLite")]
    [InlineData("mysql://db.example.org/site", "RecordNotShared", "mysql://")]
    [InlineData("postgresql://nobody@127.0.0.1:1/site", "DatabaseUnreachable", "127.0.0.1")]
    [InlineData("postgresql://", "DatabaseUrlInvalid", "")]
    public void A_name_that_is_no_such_database_is_told(string name, string errorId, string said)
    {
        Session.Run("param($url) Connect-LessonDatabase $url", MakeSqlite()).RequireNoErrors();

        var result = Session.Run("param($name) Initialize-KinescopeUpload $name -Confirm:$false", name);

        Assert.Equal([errorId], result.ErrorIds);
        Assert.Contains(said, result.LastError.Exception.Message);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task The_word_for_the_lessons_database_and_a_role_that_is_not_there()
    {
        await Cluster.ExecuteAsync("""DROP TABLE IF EXISTS "Lesson"; CREATE TABLE "Lesson" ("id" TEXT PRIMARY KEY, "videoId" TEXT, "videoUrl" TEXT)""");
        await Cluster.ExecuteAsync($"""GRANT ALL ON "Lesson" TO "{PostgresCluster.Owner}" """);
        Session.Run("Connect-LessonDatabase $db").RequireNoErrors();

        var refused = Session.Run("Initialize-KinescopeUpload LessonDatabase -Role nobody_knows -Confirm:$false");
        Assert.Equal(["DatabaseError"], refused.ErrorIds);
        Assert.Contains("nobody_knows", refused.LastError.Exception.Message);
        Assert.False(await AskAsync<bool>($"SELECT {IsMade}"));

        Session.Run("Initialize-KinescopeUpload lessondatabase -Confirm:$false").RequireNoErrors();
        Assert.True(await AskAsync<bool>($"SELECT {IsMade}"));
    }

    private string MakeSqlite()
    {
        SqliteLessons.Create(Folder["lessons.db"], ["l1"]);
        return "file:./lessons.db";
    }

    private static async Task ExecuteAsync(string url, string sql)
    {
        await using var source = ((PostgresAddress)DatabaseAddress.Parse(url, "/")).CreateDataSource();
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
