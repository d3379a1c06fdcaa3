using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A sandbox for all tests of a class.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public RunningSandbox Sandbox { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sandbox = await SandboxInProcess.StartAsync();

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();
}

/// <summary>The columns beside the link, which videos fill: whichever database they are in.</summary>
public abstract partial class LessonColumnTests(SandboxFixture fixture) : LessonDatabaseTest, IClassFixture<SandboxFixture>
{
    private const string Columns = "-DurationColumn duration -PosterUrlColumn poster";

    internal RunningSandbox Sandbox => fixture.Sandbox;

    internal string UndoPath => Folder["kinescope-undo.jsonl"];

    [Fact]
    public async Task Duration_and_poster_are_written_with_the_link_and_taken_back_with_it()
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "duration" = 0""");
        var (video, short20) = (await AddVideoAsync(754), await AddVideoAsync(20));
        var poster = await AddPosterAsync(video);

        var result = Link($"{Columns} -PassThru", Sent("a", video), Sent("b", short20)).RequireNoErrors();

        Assert.Equal(["Linked", "Linked"], result.Texts("Status"));
        Assert.Equal(["00:13:00", "00:01:00"], result.Texts("Duration"));
        Assert.Equal([poster, null], result.Texts("PosterUrl"));
        Assert.Equal(["00:00:00", "00:00:00"], result.Texts("PreviousDuration"));
        Assert.Equal([$"13 {poster}", "1 null"], await ColumnsAsync("a", "b"));
        Assert.Equal([Embedded(video), Embedded(short20)], (await Site.LinkedAsync()).Values);

        // No column is named: the undo file knows them.
        Assert.Equal(["Restored", "Restored"], Session.Run("param($url) Restore-LessonVideoId -Confirm:$false -DatabaseUrl $url -PassThru", Site.Url).RequireNoErrors().Texts("Status"));

        Assert.Equal(["0 null", "0 null"], await ColumnsAsync("a", "b"));
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task Seconds_are_written_where_the_connection_says_so()
    {
        await Site.AddAsync("a", "b");
        var video = await AddVideoAsync(754.4);

        Session.Run(
            """
            param($url, $a, $b, $video)
            $null = Connect-LessonDatabase $url -DurationColumn duration -DurationUnit Seconds
            Set-LessonVideoId $a $video
            Set-LessonVideoId $b $video -DurationUnit Minutes
            """, Site.Url, Site.Id("a"), Site.Id("b"), video).RequireNoErrors();

        Assert.Equal(["754 null", "13 null"], await ColumnsAsync("a", "b"));
    }

    [Fact]
    public async Task What_a_person_set_stays_without_Force_and_what_we_wrote_is_kept_up_to_date()
    {
        await Site.AddAsync("a", "b", "c");
        await Site.ExecuteAsync($"""UPDATE "Lesson" SET "duration" = 15, "poster" = 'theirs' WHERE "id" = '{Site.Id("a")}'""");
        var (video, longer) = (await AddVideoAsync(600), await AddVideoAsync(1200));
        await AddPosterAsync(video);

        Link(Columns, Sent("a", video), Sent("b", video)).RequireNoErrors();
        Assert.Equal("15 theirs", (await ColumnsAsync("a"))[0]);
        Assert.StartsWith("10 ", (await ColumnsAsync("b"))[0]);

        // Another video for b, whose duration is ours.
        Link("-Force", Sent("b", longer)).RequireNoErrors();
        var synced = Sync($"{Columns} -Verbose -PassThru").RequireNoErrors();

        Assert.StartsWith("20 ", (await ColumnsAsync("b"))[0]);
        Assert.Equal("15 theirs", (await ColumnsAsync("a"))[0]);
        Assert.Equal(["Filled", "Unchanged"], synced.Texts("Status").Order());
        Assert.Contains(synced.Warnings, warning => warning.Contains(Site.Id("a")) && warning.Contains("-Force"));
        Assert.Contains(synced.Verbose, line => line.Contains("duration stays 15, where the video says 10"));

        Sync($"{Columns} -Force").RequireNoErrors();
        Assert.StartsWith("10 https", (await ColumnsAsync("a"))[0]);
    }

    [Fact]
    public async Task A_video_that_is_not_processed_is_linked_and_its_columns_are_filled_later()
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync($"""UPDATE "Lesson" SET "duration" = 7 WHERE "id" = '{Site.Id("b")}'""");
        var video = await AddVideoAsync(300, status: "processing");

        var linked = Link(Columns, Sent("a", video), Sent("b", video)).RequireNoErrors();
        var early = Sync(Columns).RequireNoErrors();

        Assert.Equal(2, (await Site.LinkedAsync()).Count);
        Assert.Equal(["null null", "7 null"], await ColumnsAsync("a", "b"));
        Assert.Contains("Sync-LessonVideo", Assert.Single(linked.Warnings));
        Assert.Contains(Site.Id("a"), Assert.Single(early.Warnings));

        await Sandbox.SetStatusAsync(video, "done");
        Sync("-DurationColumn duration").RequireNoErrors();

        Assert.Equal(["5 null", "7 null"], await ColumnsAsync("a", "b"));
    }

    [Fact]
    public async Task Rows_with_ids_in_any_form_are_filled_and_those_of_others_and_of_none_are_named()
    {
        var (uuid, shortId, link) = (await AddVideoAsync(60), await AddVideoAsync(120), await AddVideoAsync(180));
        await Site.AddLinkedAsync("a", uuid.ToUpperInvariant());
        await Site.AddLinkedAsync("b", ShortIdOf(shortId));
        await Site.AddLinkedAsync("c", $"https://kinescope.io/embed/{link}");
        await Site.AddLinkedAsync("d", "dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ");
        await Site.AddLinkedAsync("e", "76979871", "https://player.vimeo.com/video/76979871");
        await Site.AddLinkedAsync("f", "11111111-1111-4111-8111-111111111111");
        var binned = await AddVideoAsync(240);
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{binned}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Site.AddLinkedAsync("h", binned);
        await Site.AddAsync("g");
        await Sandbox.ForgetRequestsAsync();

        var result = Sync("-DurationColumn duration -PassThru");

        Assert.Equal(["1 null", "2 null", "3 null", "null null", "null null", "null null"], await ColumnsAsync("a", "b", "c", "d", "e", "f"));
        Assert.Equal([Site.Id("a"), Site.Id("b"), Site.Id("c")], result.Texts("LessonId").Order());
        Assert.Equal(["VideoNotFound", "VideoNotFound"], result.ErrorIds);
        Assert.Equal([Site.Id("f"), Site.Id("h")], result.Errors.Select(error => error.TargetObject));
        Assert.All([Site.Id("d"), Site.Id("e")], id => Assert.Contains(id, Assert.Single(result.Warnings)));
        Assert.Single(await Sandbox.RequestsAsync("GET", "/v1/videos"));

        Session.Run("param($url) Restore-LessonVideoId -Confirm:$false -DatabaseUrl $url", Site.Url).RequireNoErrors();
        Assert.Equal(["null null", "null null"], await ColumnsAsync("a", "b"));
        Assert.Equal(7, (await Site.LinkedAsync()).Count);
    }

    [Fact]
    public async Task A_choice_of_lessons_comes_by_course_by_id_and_by_pipeline()
    {
        var video = await AddVideoAsync(60);
        await Site.AddLinkedAsync("a", video);
        await Site.AddLinkedAsync("b", video);
        await Site.AddLinkedAsync("c", video);

        Assert.Equal(["CourseNotFound"], Sync("-DurationColumn duration -Course Аналитика -PassThru").ErrorIds);
        var byId = Session.Run(
            "param($url, $id) Sync-LessonVideo $id, gone -DatabaseUrl $url -DurationColumn duration -PassThru", Site.Url, Site.Id("a"));
        var byPipeline = Session.Run(
            "param($url, $id) Get-LessonVideoId -DatabaseUrl $url $id | Sync-LessonVideo -DatabaseUrl $url -DurationColumn duration -PassThru", Site.Url, Site.Id("b"));
        var preview = Sync("-DurationColumn duration -PassThru -Course реклама -WhatIf");

        Assert.Equal(["LessonNotFound"], byId.ErrorIds);
        Assert.Equal([Site.Id("a"), Site.Id("b")], byId.Texts("LessonId").Concat(byPipeline.RequireNoErrors().Texts("LessonId")));
        Assert.Empty(preview.RequireNoErrors().Output);
        Assert.Equal(["1 null", "1 null", "null null"], await ColumnsAsync("a", "b", "c"));
    }

    [Fact]
    public async Task A_persons_value_stays_when_the_link_is_taken_back()
    {
        await Site.AddAsync("a");
        var video = await AddVideoAsync(60);
        Link("-DurationColumn duration", Sent("a", video)).RequireNoErrors();
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "duration" = 25""");

        Session.Run("param($url) Restore-LessonVideoId -Confirm:$false -DatabaseUrl $url", Site.Url).RequireNoErrors();

        Assert.Empty(await Site.LinkedAsync());
        Assert.Equal(["25 null"], await ColumnsAsync("a"));
    }

    [Fact]
    public async Task Links_and_fills_of_several_runs_are_taken_back_in_one()
    {
        await Site.AddAsync("a");
        var video = await AddVideoAsync(60);
        await AddPosterAsync(video);
        Link("", Sent("a", video)).RequireNoErrors();
        Sync("-DurationColumn duration").RequireNoErrors();
        Sync("-PosterUrlColumn poster").RequireNoErrors();
        Assert.StartsWith("1 https", (await ColumnsAsync("a"))[0]);

        Session.Run("param($url) Restore-LessonVideoId -All -Confirm:$false -DatabaseUrl $url", Site.Url).RequireNoErrors();

        Assert.Empty(await Site.LinkedAsync());
        Assert.Equal(["null null"], await ColumnsAsync("a"));
        Assert.Equal(["Unchanged"], Sync("-DurationColumn duration -PassThru").RequireNoErrors().Texts("Status").DefaultIfEmpty("Unchanged"));
    }

    [Fact]
    public async Task A_row_whose_column_is_refused_fails_alone()
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync(CheckedLessons);
        var (small, large) = (await AddVideoAsync(60), await AddVideoAsync(6000));

        var result = LinkTo(Site.Url, "-TableName checked", "-DurationColumn duration", [Sent("a", large), Sent("b", small)]);
        var synced = Session.Run("param($url) Sync-LessonVideo -Database (Connect-LessonDatabase $url -TableName checked) -DurationColumn duration", Site.Url);

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal(Site.Id("a"), result.Errors[0].TargetObject);
        synced.RequireNoErrors();
        Assert.Equal(1, await Site.CountAsync("""SELECT COUNT(*) FROM "checked" WHERE "videoId" IS NOT NULL AND "duration" = 1"""));
    }

    [Fact]
    public async Task A_view_is_filled_and_given_back()
    {
        await Site.AddLinkedAsync("a", await AddVideoAsync(60));
        await Site.ExecuteAsync(ViewOfLessons);
        const string Script = "param($url) $null = Connect-LessonDatabase $url -TableName shown -DurationColumn duration;";

        Assert.Equal(["Filled"], Session.Run($"{Script} Sync-LessonVideo -PassThru", Site.Url).RequireNoErrors().Texts("Status"));
        Assert.Equal(["1 null"], await ColumnsAsync("a"));
        Assert.Equal(["Restored"], Session.Run("Restore-LessonVideoId -Confirm:$false -PassThru").RequireNoErrors().Texts("Status"));
        Assert.Equal(["null null"], await ColumnsAsync("a"));
    }

    [Fact]
    public async Task No_key_is_told_before_anything_is_done_and_only_where_one_is_needed()
    {
        await Site.AddAsync("a");
        Session.Run("Disconnect-Kinescope").RequireNoErrors();

        var needed = Link("-DurationColumn duration", Sent("a", "v1"));

        Assert.Equal(["ApiKeyMissing"], needed.ErrorIds);
        Assert.Contains("duration", needed.LastError.Exception.Message);
        Assert.Empty(await Site.LinkedAsync());
        Link("", Sent("a", "v1")).RequireNoErrors();
    }

    [Fact]
    public async Task Kinescope_out_of_reach_keeps_no_lesson_from_its_link()
    {
        await Site.AddAsync("a");
        var video = await AddVideoAsync(60);
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = "/v1/videos", times = (int?)null }, fault = new { kind = "answer", status = 500 } });
        Session.Connect("-MaxRetry 1");

        var result = Link("-DurationColumn duration", Sent("a", video));
        await Sandbox.ClearFaultsAsync();
        Session.Connect();

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
        Assert.Contains("Sync-LessonVideo", result.Errors[0].Exception.Message);
        Assert.Equal(Embedded(video), await Site.RowAsync("a"));
        Sync("-DurationColumn duration").RequireNoErrors();
        Assert.Equal(["1 null"], await ColumnsAsync("a"));
    }

    [Fact]
    public async Task A_row_that_is_changed_meanwhile_is_left_alone()
    {
        var (video, other) = (await AddVideoAsync(60), await AddVideoAsync(120));
        await Site.AddLinkedAsync("a", video);
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = "/v1/videos", times = 1 }, fault = new { kind = "stall" } });

        using var running = new RunningScript(Session.Shell("param($url) Sync-LessonVideo -DatabaseUrl $url -DurationColumn duration -PassThru", Site.Url));
        await Sandbox.WaitAsync("stalled=1");
        await Site.ExecuteAsync($"""UPDATE "Lesson" SET "videoId" = '{other}'""");
        await Sandbox.ReleaseAsync();
        var result = await running.EndAsync();
        await Sandbox.ClearFaultsAsync();

        Assert.Equal(["LessonVideoDiffers"], result.ErrorIds);
        Assert.Equal(["null null"], await ColumnsAsync("a"));
    }

    /// <summary>SQL for a table "checked" with the same ids, whose durations end at 60.</summary>
    private protected abstract string CheckedLessons { get; }

    /// <summary>SQL for a view "shown" of the lessons, which can be written.</summary>
    private protected virtual string ViewOfLessons =>
        """CREATE VIEW "shown" AS SELECT "id", "courseId", "title", "videoId", "videoUrl", "duration" FROM "Lesson" """;

    private protected abstract Task<SiteDatabase> CreateBareSiteAsync();

    private protected sealed override async Task<SiteDatabase> CreateSiteAsync()
    {
        var site = await CreateBareSiteAsync();
        await site.ExecuteAsync("""ALTER TABLE "Lesson" ADD COLUMN "poster" TEXT""");
        Session.Use(Sandbox);
        return site;
    }

    internal ScriptResult Sync(string options) => Session.Run($"param($url) Sync-LessonVideo -DatabaseUrl $url {options}", Site.Url);

    /// <summary>Makes a video of so many seconds.</summary>
    internal async Task<string> AddVideoAsync(double seconds, string status = "done")
    {
        var project = Sandbox.Environment["KINESCOPE_PROJECT_ID"];
        var id = (await PostAsync("/v2/init", new { type = "video", parent_id = project, title = "a", filename = "a.mp4", filesize = (long)(seconds * 187_500) })).GetProperty("id").GetString()!;
        await Sandbox.SetStatusAsync(id, status);
        return id;
    }

    /// <summary>Gives a video a poster.</summary>
    /// <returns>Its address.</returns>
    private async Task<string> AddPosterAsync(string videoId) =>
        (await PostAsync($"/v1/videos/{videoId}/posters", new { from_time = 0 })).GetProperty("original").GetString()!;

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var content = JsonContent.Create(body);
        await content.LoadIntoBufferAsync();
        var answer = (await Sandbox.Http.PostAsync(path, content)).EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
    }

    private string ShortIdOf(string videoId) =>
        Sandbox.GetAsync($"/v1/videos/{videoId}").Result.GetProperty("data").GetProperty("play_link").GetString()!.Split('/')[^1];

    /// <summary>Duration and poster of lessons, as <c>12 null</c>.</summary>
    internal async Task<IReadOnlyList<string>> ColumnsAsync(params string[] names)
    {
        await using var connection = await Site.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT CAST("id" AS TEXT), COALESCE(CAST("duration" AS TEXT), 'null') || ' ' || COALESCE("poster", 'null') FROM "Lesson" """;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<string, string>();
        while (await reader.ReadAsync())
            rows[reader.GetString(0)] = reader.GetString(1);
        return [.. names.Select(name => rows[Site.Id(name)])];
    }
}

public sealed class SqliteLessonColumnTests(SandboxFixture fixture) : LessonColumnTests(fixture)
{
    [Fact]
    public async Task The_first_course_is_mended_in_five_calls()
    {
        const int Lessons = 405;
        var videos = await Task.WhenAll(Enumerable.Range(1, Lessons).Select(i => AddVideoAsync(60 * i)));
        await Site.AddLinkedAsync(videos.Select((video, i) => ($"n{i}", video)));
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "duration" = 0""");
        await Sandbox.ForgetRequestsAsync();

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var result = Session.Run("param($url) $null = Connect-LessonDatabase $url; Sync-LessonVideo -DurationColumn duration -PassThru", Site.Url).RequireNoErrors();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Lessons} lessons: {(await Sandbox.RequestsAsync("GET", "/v1/")).Count} calls, {clock.Elapsed.TotalSeconds:0.00} s");

        Assert.Equal(5, (await Sandbox.RequestsAsync("GET", "/v1/videos")).Count);
        Assert.Equal(Lessons, result.Texts("Status").Count(status => status == "Filled"));
        Assert.Equal(["1 null", "405 null"], await ColumnsAsync("n0", "n404"));
        var again = Sync("-DurationColumn duration -PassThru").RequireNoErrors();
        Assert.All(again.Texts("Status"), status => Assert.Equal("Unchanged", status));
        Assert.Equal(Lessons, File.ReadLines(UndoPath).Count() - 1);
    }

    [Fact]
    public async Task A_stop_while_Kinescope_is_asked_links_what_came()
    {
        await Site.AddAsync("a");
        var video = await AddVideoAsync(60);
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = "/v1/videos", times = 1 }, fault = new { kind = "stall" } });
        using var never = new ManualResetEventSlim();
        using var running = new RunningScript(Session.Shell(
            "param($url, $result, $never) & { $result; while (-not $never.Wait(20)) { } } | Set-LessonVideoId -DatabaseUrl $url -DurationColumn duration",
            Site.Url, Sent("a", video), never));
        await Sandbox.WaitAsync("stalled=1");

        running.Stop();
        await Sandbox.ClearFaultsAsync();

        Assert.Equal(Embedded(video), await Site.RowAsync("a"));
        Assert.Equal(["null null"], await ColumnsAsync("a"));
    }

    private protected override string CheckedLessons => """
        CREATE TABLE "checked" ("id" TEXT PRIMARY KEY, "videoId" TEXT, "videoUrl" TEXT, "duration" INTEGER CHECK ("duration" <= 60));
        INSERT INTO "checked" ("id") SELECT "id" FROM "Lesson"
        """;

    private protected override string ViewOfLessons => $"""
        {base.ViewOfLessons};
        CREATE TRIGGER "write" INSTEAD OF UPDATE ON "shown" BEGIN
            UPDATE "Lesson" SET "videoId" = NEW."videoId", "videoUrl" = NEW."videoUrl", "duration" = NEW."duration" WHERE "id" = NEW."id";
        END
        """;

    private protected override async Task<SiteDatabase> CreateBareSiteAsync() => await SqliteSite.CreateAsync(Folder["dev.db"]);

    [Theory]
    [InlineData("INTEGER", "integer:7")]
    [InlineData("REAL", "real:7.0")]
    [InlineData("NUMERIC(10,2)", "integer:7")]
    [InlineData("TEXT", "text:7")]
    [InlineData("", "integer:7")]
    public async Task A_duration_has_the_type_of_its_column(string type, string expected)
    {
        var video = await AddVideoAsync(420);
        await Site.ExecuteAsync($"""
            CREATE TABLE "typed" ("id" TEXT PRIMARY KEY, "videoId" TEXT, "videoUrl" TEXT, "length" {type});
            INSERT INTO "typed" VALUES ('a', '{video}', NULL, 0)
            """);
        const string Script = "param($url) $null = Connect-LessonDatabase $url -TableName typed -DurationColumn length; Sync-LessonVideo -PassThru; Sync-LessonVideo -PassThru; Restore-LessonVideoId -WhatIf";

        var result = Session.Run(Script, Site.Url).RequireNoErrors();

        Assert.Equal(["Filled", "Unchanged"], result.Texts("Status"));
        Assert.Equal(1, await Site.CountAsync($"""SELECT COUNT(*) FROM "typed" WHERE typeof("length") || ':' || "length" = '{expected}'"""));
        Session.Run("Restore-LessonVideoId -Confirm:$false").RequireNoErrors();
        Assert.Equal(1, await Site.CountAsync("""SELECT COUNT(*) FROM "typed" WHERE CAST("length" AS INTEGER) = 0"""));
    }
}

public abstract class PostgresColumnTests(SandboxFixture fixture) : LessonColumnTests(fixture)
{
    // Too small a type for what is written, too.
    private protected override string CheckedLessons => """
        CREATE TABLE "checked" ("id" TEXT PRIMARY KEY, "videoId" TEXT, "videoUrl" TEXT, "duration" SMALLINT CHECK ("duration" <= 60));
        INSERT INTO "checked" ("id") SELECT "id" FROM "Lesson"
        """;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresLessonColumnTests(PostgresCluster cluster, SandboxFixture fixture) : PostgresColumnTests(fixture)
{
    [Theory]
    [InlineData("BIGINT", "7")]
    [InlineData("NUMERIC(6,2)", "7.00")]
    [InlineData("DOUBLE PRECISION", "7")]
    [InlineData("VARCHAR(9)", "7")]
    [InlineData("minutes", "7")]
    public async Task A_duration_has_the_type_of_its_column(string type, string expected)
    {
        await Site.ExecuteAsync($"""
            CREATE DOMAIN minutes AS INTEGER CHECK (VALUE >= 0);
            CREATE TABLE typed ("id" TEXT PRIMARY KEY, "videoId" TEXT, "videoUrl" TEXT, "length" {type});
            INSERT INTO typed VALUES ('a', '{await AddVideoAsync(420)}', NULL, 0)
            """);

        var result = Session.Run(
            "param($url) $null = Connect-LessonDatabase $url -TableName typed -DurationColumn length; Sync-LessonVideo -PassThru; Sync-LessonVideo -PassThru", Site.Url).RequireNoErrors();

        Assert.Equal(["Filled", "Unchanged"], result.Texts("Status"));
        Assert.Equal(1, await Site.CountAsync($"""SELECT COUNT(*) FROM typed WHERE "length"::text = '{expected}'"""));
        Session.Run("Restore-LessonVideoId -Confirm:$false").RequireNoErrors();
        Assert.Equal(1, await Site.CountAsync("""SELECT COUNT(*) FROM typed WHERE "length"::text IN ('0', '0.00')"""));
    }

    [Theory]
    [InlineData("INTERVAL")]
    [InlineData("DATE")]
    [InlineData("JSONB")]
    [InlineData("INTEGER[]")]
    public async Task A_column_of_another_type_is_told_with_its_type(string type)
    {
        await Site.ExecuteAsync($"""ALTER TABLE "Lesson" ADD COLUMN "length" {type}""");

        var result = Sync("-DurationColumn length");

        Assert.Equal(["LessonColumnUnsuitable"], result.ErrorIds);
        Assert.Contains(type.ToLowerInvariant(), result.LastError.Exception.Message);
    }

    [Fact]
    public async Task What_a_trigger_makes_of_a_duration_is_taken_and_one_that_keeps_the_row_is_told()
    {
        await Site.AddAsync("a", "b", "c");
        await Site.ExecuteAsync($"""
            CREATE FUNCTION cap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW."id" = 'b' AND NEW."duration" > 0 THEN RAISE 'not this one'; END IF;
                NEW."duration" = LEAST(NEW."duration", 5); RETURN NEW;
            END $$;
            CREATE TRIGGER cap BEFORE UPDATE ON "Lesson" FOR EACH ROW EXECUTE FUNCTION cap();
            """);
        var video = await AddVideoAsync(420);

        var result = Link("-DurationColumn duration -PassThru", Sent("a", video), Sent("b", video), Sent("c", video));

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal("b", result.Errors[0].TargetObject);
        Assert.Equal(["00:05:00", "00:05:00"], result.Texts("Duration"));
        Assert.Equal(["a", "c"], (await Site.LinkedAsync()).Keys);
        Assert.Equal(["LessonLinkRejected", "LessonLinkRejected"], Sync("-DurationColumn duration").ErrorIds);
    }

    [Fact]
    public async Task A_user_without_the_right_to_a_column_is_told_which_rights_it_needs()
    {
        await Site.AddAsync("a");
        await cluster.ExecuteAsync($"""
            DROP ROLE IF EXISTS narrow; CREATE ROLE narrow LOGIN PASSWORD 'narrow';
            GRANT USAGE ON SCHEMA public TO narrow;
            GRANT SELECT ON "Lesson" TO narrow; GRANT UPDATE ("videoId", "videoUrl") ON "Lesson" TO narrow;
            """);
        var url = new UriBuilder(Site.Url) { UserName = "narrow", Password = "narrow" }.Uri.AbsoluteUri;

        var result = LinkTo(url, "-DurationColumn duration", Sent("a", "v1"));

        Assert.Equal(["DatabaseAccessDenied"], result.ErrorIds);
        Assert.Contains("UPDATE on videoId and videoUrl and duration", result.LastError.Exception.Message);
        await cluster.ExecuteAsync("DROP OWNED BY narrow; DROP ROLE narrow");
    }

    private protected override async Task<SiteDatabase> CreateBareSiteAsync() => await PostgresSite.CreateAsync(cluster);
}

/// <summary>Through a pooler that hands each transaction another session of the server.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PgBouncerLessonColumnTests(PostgresCluster cluster, SandboxFixture fixture) : PostgresColumnTests(fixture)
{
    private protected override async Task<SiteDatabase> CreateBareSiteAsync() =>
        await PostgresSite.CreateAsync(cluster, poolerPort: await cluster.RequirePoolerAsync());
}
