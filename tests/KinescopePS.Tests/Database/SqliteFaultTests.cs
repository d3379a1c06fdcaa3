using System.Diagnostics;
using KinescopePS.Database;
using Microsoft.Data.Sqlite;

namespace KinescopePS.Tests.Database;

/// <summary>A SQLite file that is locked, or that may not be written.</summary>
public sealed class SqliteFaultTests : LessonDatabaseTest
{
    [Fact]
    public async Task A_locked_file_is_waited_for()
    {
        await Site.AddAsync("a", "b");
        await using var writer = await Site.OpenAsync();
        await SiteDatabase.ExecuteAsync(writer, """BEGIN IMMEDIATE; UPDATE "Lesson" SET "title" = 'Новый'""");
        using var sent = new ManualResetEventSlim();

        var linking = Task.Run(() => Session.Run(
            "param($url, $result, $sent) & { $result; $sent.Set() } | Set-LessonVideoId -DatabaseUrl $url", Site.Url, Sent("a", "v1"), sent));
        sent.Wait(TestContext.Current.CancellationToken);
        Assert.False(linking.IsCompleted);
        await SiteDatabase.ExecuteAsync(writer, "COMMIT");
        (await linking).RequireNoErrors();

        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_write_ahead_log_stays_and_a_reader_holds_nobody_up()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync("PRAGMA journal_mode = WAL");
        await using var reader = await Site.OpenAsync();
        await SiteDatabase.ExecuteAsync(reader, """BEGIN; SELECT COUNT(*) FROM "Lesson" """);

        LinkTo(Site.Url, "-MaxRetry 0", "", [Sent("a", "v1")]).RequireNoErrors();

        Assert.Equal(["v1"], Session.Run("param($url) Get-LessonVideoId -DatabaseUrl $url", Site.Url).RequireNoErrors().Texts("VideoId"));
        await SiteDatabase.ExecuteAsync(reader, "COMMIT");
        await using var command = reader.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public async Task What_a_killed_writer_left_half_done_is_taken_back_by_a_reader(string journal)
    {
        await Site.ExecuteAsync($"PRAGMA journal_mode = {journal}");
        await Site.AddAsync([.. Enumerable.Range(0, 100).Select(i => $"{i:000}")]);
        await using var writer = await Site.OpenAsync();
        // What has no place in its memory goes to the disk before the commit.
        await SiteDatabase.ExecuteAsync(writer, $"PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE \"Lesson\" SET \"videoId\" = '{new string('x', 1000)}'");
        var killed = Directory.CreateDirectory(Folder["killed"]).FullName;
        var files = Directory.GetFiles(Folder.Path, "*.db*");
        Assert.True(files.Length > 1);
        foreach (var file in files)
            File.Copy(file, Path.Combine(killed, Path.GetFileName(file)));
        var copy = "file:" + Directory.GetFiles(killed, "*.db").Single();

        var read = Session.Run("param($url) Get-LessonVideoId -DatabaseUrl $url", copy).RequireNoErrors();

        Assert.Equal(100, read.Output.Count);
        Assert.All(read.Output, lesson => Assert.Null(lesson.Properties["VideoId"].Value));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_lock()
    {
        await Site.AddAsync("a");
        await using var writer = await Site.OpenAsync();
        await SiteDatabase.ExecuteAsync(writer, "BEGIN IMMEDIATE");
        using var sent = new ManualResetEventSlim();
        using var shell = Session.Shell("param($url, $result, $sent) & { $result; $sent.Set() } | Set-LessonVideoId -DatabaseUrl $url", Site.Url, Sent("a", "v1"), sent);
        _ = shell.BeginInvoke();
        sent.Wait(TestContext.Current.CancellationToken);

        var clock = Stopwatch.StartNew();
        shell.Stop();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await SiteDatabase.ExecuteAsync(writer, "COMMIT");
        Assert.Empty(await Site.LinkedAsync());
    }

    /// <summary>The driver waits without yielding: that must not be the thread that shows progress and takes Ctrl+C.</summary>
    [Fact]
    public async Task A_lock_does_not_hold_up_who_asks()
    {
        await using var writer = new SqliteConnection($"Data Source={Folder["dev.db"]};Pooling=false");
        await writer.OpenAsync(TestContext.Current.CancellationToken);
        await SiteDatabase.ExecuteAsync(writer, "BEGIN EXCLUSIVE");
        using var store = LessonStore.Open(DatabaseAddress.Parse(Site.Url, Folder.Path), new LessonTable("Lesson", "id", "videoId", "videoUrl"));

        var preparing = store.PrepareAsync(TestContext.Current.CancellationToken);

        Assert.False(preparing.IsCompleted);
        await SiteDatabase.ExecuteAsync(writer, "COMMIT");
        await preparing;
    }

    /// <summary>What only Windows has, a file that another program keeps for itself: tests/Pester/HeldFiles.Tests.ps1.</summary>
    [Fact]
    public async Task A_lock_that_lasts_is_a_busy_database_whatever_is_asked_of_it()
    {
        await Site.AddAsync("a");
        var address = (SqliteAddress)DatabaseAddress.Parse(Site.Url, Folder.Path) with { Patience = TimeSpan.FromSeconds(1) };
        await using var writer = new SqliteConnection($"Data Source={Folder["dev.db"]};Pooling=false");
        await writer.OpenAsync(TestContext.Current.CancellationToken);
        using var opened = LessonStore.Open(address, new LessonTable("Lesson", "id", "videoId", "videoUrl"));
        await opened.PrepareAsync(TestContext.Current.CancellationToken);
        await SiteDatabase.ExecuteAsync(writer, "BEGIN EXCLUSIVE");
        using var fresh = LessonStore.Open(address, new LessonTable("Lesson", "id", "videoId", "videoUrl"));

        Func<Task>[] calls =
        [
            () => fresh.PrepareAsync(TestContext.Current.CancellationToken),
            () => opened.ReadAsync([Site.Id("a")], TestContext.Current.CancellationToken),
            () => opened.ChangeAsync([new ClearChange(Site.Id("a"), null)], null!, [], TestContext.Current.CancellationToken),
        ];

        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<KinescopeException>(call);
            Assert.Equal(("DatabaseBusy", true), (failure.ErrorId, failure.IsTransient));
        }
    }

    [Fact]
    public async Task FoundB07_A_stop_ends_the_wait_for_a_lock_and_nothing_goes_on_behind_the_prompt()
    {
        await Site.AddAsync("a");
        await using var writer = new SqliteConnection($"Data Source={Folder["dev.db"]};Pooling=false");
        await writer.OpenAsync(TestContext.Current.CancellationToken);
        await SiteDatabase.ExecuteAsync(writer, "BEGIN EXCLUSIVE");
        using var store = LessonStore.Open(DatabaseAddress.Parse(Site.Url, Folder.Path), new LessonTable("Lesson", "id", "videoId", "videoUrl"));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));

        Task[] calls =
        [
            store.PrepareAsync(stop.Token),
            store.ReadAsync([Site.Id("a")], stop.Token),
            store.ChangeAsync([new ClearChange(Site.Id("a"), null)], null!, [], stop.Token),
        ];

        foreach (var call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(5), CancellationToken.None));
    }

    [Theory]
    [InlineData("""CREATE TABLE "made" ("id" TEXT PRIMARY KEY, "title" TEXT AS ('Урок ' || "id"), "videoId" TEXT, "videoUrl" TEXT AS ('x/' || "videoId"))""", "generated column")]
    [InlineData("""CREATE VIEW "made" AS SELECT * FROM "Lesson" """, "view")]
    public async Task FoundC17_A_column_that_cannot_be_written_is_told_before_anything_is_done(string definition, string cause)
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync(definition);
        Session.Run("param($url) $global:made = Connect-LessonDatabase $url -TableName made", Site.Url).RequireNoErrors();

        var result = LinkAfterSomethingLong(Site.Url, "-Database $made");

        Assert.Equal(["DatabaseError"], result.ErrorIds);
        Assert.Contains(cause, result.LastError.Exception.Message);
        Assert.Empty(result.Output);
        Assert.Equal(["DatabaseError"], Session.Run("Set-LessonVideoId a v1 -Database $made -WhatIf").ErrorIds);
    }

    [Fact]
    public async Task A_generated_title_can_be_read()
    {
        await Site.ExecuteAsync("""
            CREATE TABLE "made" ("id" TEXT PRIMARY KEY, "title" TEXT AS ('Урок ' || "id"), "videoId" TEXT, "videoUrl" TEXT);
            INSERT INTO "made" ("id") VALUES ('a'), (NULL)
            """);

        Assert.Equal(["Урок a"], Session.Run("param($url) Connect-LessonDatabase $url -TableName made | ForEach-Object { Get-LessonVideoId -Database $_ }", Site.Url).RequireNoErrors().Texts("Title"));
    }

    [Fact]
    public async Task FoundC09_What_a_row_holds_commands_no_terminal()
    {
        await Site.AddLinkedAsync("a", "v\u001b[2J", "u\u202E");
        await Site.AddAsync("b\u001b]0;owned\u0007");
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "title" = CAST(x'61FF1B' AS TEXT) WHERE "id" = 'a' """);

        var result = Session.Run("param($url) Get-LessonVideoId -DatabaseUrl $url", Site.Url);

        var lesson = Assert.Single(result.Output);
        Assert.Equal(("v\uFFFD[2J", "u\uFFFD", "a\uFFFD\uFFFD"), (lesson.Properties["VideoId"].Value, lesson.Properties["VideoUrl"].Value, lesson.Properties["Title"].Value));
        Assert.Equal(["LessonIdInvalid"], result.ErrorIds);
        Assert.DoesNotContain(result.LastError.Exception.Message + result.LastError.TargetObject, char.IsControl);
        var link = Link("-PassThru -Force", Sent("a", "v1")).RequireNoErrors().Output[0];
        Assert.Equal(("v\uFFFD[2J", "u\uFFFD"), (link.Properties["PreviousVideoId"].Value, link.Properties["PreviousVideoUrl"].Value));
    }

    [Fact]
    public async Task A_file_that_may_not_be_written_is_an_error_that_says_so()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "An administrator may write any file.");
        await Site.AddAsync("a");
        File.SetAttributes(Folder["dev.db"], FileAttributes.ReadOnly);

        var result = Link("", Sent("a", "v1"));

        File.SetAttributes(Folder["dev.db"], FileAttributes.Normal);
        Assert.Equal(["DatabaseAccessDenied"], result.ErrorIds);
        Assert.Empty(await Site.LinkedAsync());
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await SqliteSite.CreateAsync(Folder["dev.db"]);
}
