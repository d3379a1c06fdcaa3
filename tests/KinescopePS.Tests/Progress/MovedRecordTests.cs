using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Import-KinescopeUpload and Export-KinescopeUpload: a record moves between a file and a database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MovedRecordTests(PostgresCluster cluster) : SharedUploadTest(cluster)
{
    private string ProgressFile => Folder["kinescope-upload-progress.jsonl"];

    [Fact]
    public async Task From_file_to_database_to_file_nothing_is_lost_but_the_files_of_other_computers()
    {
        var uploads = Histories();
        ProgressFileCompaction.Export(ProgressFile, uploads, mayReplace: false);

        Session.Run($"Import-KinescopeUpload {ProgressFile} -ProgressFile $db").RequireNoErrors();
        using (var nas = await JoinAsync("1@nas", host: "nas"))
            await nas.AppendAsync(ProgressTest.Intent("of-the-nas"));
        var exported = Session.Run("Export-KinescopeUpload copy.jsonl -ProgressFile $db").RequireNoErrors();

        var copy = Record.ProgressFile.Read(Folder["copy.jsonl"]).Uploads;
        Assert.Null(copy.Find("of-the-nas")!.File);
        Assert.Equal(uploads.Select(TextOf).Order(), copy.All.Where(upload => upload.Lesson != "of-the-nas").Select(TextOf).Order());
        Assert.Empty(exported.Warnings);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Folder["copy.jsonl"]));
        Session.Run("Import-KinescopeUpload copy.jsonl -ProgressFile again.jsonl").RequireNoErrors();
        Assert.Equal(copy.All.Select(TextOf).Order(), Record.ProgressFile.Read(Folder["again.jsonl"]).Uploads.All.Select(TextOf).Order());
    }

    [Theory]
    [InlineData("$db")]
    [InlineData("other.jsonl")]
    public void What_the_record_has_with_another_video_is_left_unless_it_is_forced(string record)
    {
        Write("other.jsonl", ProgressTest.Intent("l1"), ProgressTest.Uploaded("l1", "v1"), ProgressTest.Intent("l2"), ProgressTest.Initialised("l2", "v2"));
        if (record == "$db")
            Session.Run("Import-KinescopeUpload other.jsonl -ProgressFile $db").RequireNoErrors();
        Write(ProgressFile, ProgressTest.Intent("l1"), ProgressTest.Uploaded("l1", "new1"), ProgressTest.Intent("l2"), ProgressTest.Uploaded("l2", "new2"), ProgressTest.Failed("l3", "cut"));

        Session.Run($"Import-KinescopeUpload {ProgressFile} -ProgressFile {record} -WhatIf");
        Assert.Equal(["v1", null], Session.Run($"Get-KinescopeUpload l1, l2 -ProgressFile {record}").Texts("VideoId"));
        var result = Session.Run($"Import-KinescopeUpload {ProgressFile} -ProgressFile {record} -PassThru");

        Assert.Equal(["UploadAlreadyKnown"], result.ErrorIds);
        Assert.Equal("l1", result.Errors[0].TargetObject);
        Assert.Equal(["l2: Uploaded", "l3: Failed"], result.Output.Select(upload => upload.ToString()));
        var forced = Session.Run($"Import-KinescopeUpload {ProgressFile} -ProgressFile {record} -Force -PassThru").RequireNoErrors();
        Assert.Equal(["new1", "new2", null], Session.Run($"Get-KinescopeUpload l1, l2, l3 -ProgressFile {record}").RequireNoErrors().Texts("VideoId"));
        Assert.Equal("v2", Assert.Single((IEnumerable<string>)Session.Run($"Get-KinescopeUpload l2 -ProgressFile {record}").Output[0].Properties["AbandonedVideos"].Value));
        Assert.Equal(3, forced.Output.Count);
    }

    [Fact]
    public void A_file_that_a_run_is_using_is_neither_imported_nor_replaced()
    {
        Write(ProgressFile, ProgressTest.Failed("l1", "cut"));
        using var run = UploadRecords.Open(ProgressFile);

        Assert.Equal(["ProgressFileLocked"], Session.Run($"Import-KinescopeUpload {ProgressFile} -ProgressFile $db").ErrorIds);
        Assert.Equal(["ProgressFileLocked"], Session.Run($"Export-KinescopeUpload {ProgressFile} -ProgressFile $db -Force").ErrorIds);
        Assert.Empty(Session.Run("Get-KinescopeUpload -ProgressFile $db").RequireNoErrors().Output);
    }

    [Fact]
    public async Task A_lesson_that_a_machine_is_sending_is_left_and_an_export_beside_it_warns()
    {
        var machine = await JoinAsync("1@nas");
        await machine.ClaimAsync("l1", Stop);
        Write(ProgressFile, ProgressTest.Uploaded("l1", "v1"), ProgressTest.Uploaded("l2", "v2"));

        var result = Session.Run($"Import-KinescopeUpload {ProgressFile} -ProgressFile $db -PassThru");

        Assert.Equal(["LessonClaimed"], result.ErrorIds);
        Assert.Contains("1@nas", result.Errors[0].Exception.Message);
        Assert.Equal(["v2"], result.Texts("VideoId"));
        Assert.Contains("1@nas", Assert.Single(Session.Run("Export-KinescopeUpload copy.jsonl -ProgressFile $db").RequireNoErrors().Warnings));
    }

    [Theory]
    [InlineData("Import-KinescopeUpload own.jsonl -ProgressFile own.jsonl", "ImportFileInvalid")]
    [InlineData("Import-KinescopeUpload notes.txt -ProgressFile $db", "ImportFileInvalid")]
    [InlineData("Export-KinescopeUpload own.jsonl -ProgressFile $db", "ExportFileExists")]
    [InlineData("Export-KinescopeUpload . -ProgressFile $db -Force", "ExportFileNotWritable")]
    [InlineData("Export-KinescopeUpload copy.jsonl -ProgressFile nowhere.jsonl", "ProgressFileNotFound")]
    public void A_wrong_name_is_told_and_nothing_is_done(string command, string errorId)
    {
        Write("own.jsonl", ProgressTest.Failed("l1", "cut"));
        Folder.Write("notes.txt", "notes");

        Assert.Equal([errorId], Session.Run(command).ErrorIds);

        Assert.False(File.Exists(Folder["copy.jsonl"]));
        Assert.Equal(["l1"], Record.ProgressFile.Read(Folder["own.jsonl"]).Uploads.All.Select(upload => upload.Lesson));
    }

    [Fact]
    public async Task A_run_that_was_begun_with_a_file_goes_on_with_the_database_at_the_byte_and_back_with_a_file()
    {
        await using var sandbox = await SandboxInProcess.StartAsync(["--no-rate-limit"]);
        Session.Use(sandbox);
        Folder.WriteVideo("0.mp4", 300_000, seed: 1);
        Folder.WriteVideo("1.mp4", 1000, seed: 2);
        Folder.Write("manifest.json", """{"courses":[{"id":"c","skill_category":"M","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"0.mp4"},{"id":"l1","filepath":"1.mp4"}]}]}]}""");
        await sandbox.SetFaultsAsync(UploadTest.PatchFault(new { kind = "cut", after_bytes = 100_000 }), UploadTest.PatchFault(new { kind = "answer", status = 500 }, times: null));
        Session.Connect("-MaxRetry 0");
        Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -ErrorAction Ignore");
        await sandbox.ClearFaultsAsync();
        await sandbox.ForgetRequestsAsync();
        using (var nas = await JoinAsync("1@nas", host: "nas"))
        {
            await nas.AppendAsync(ProgressTest.Intent("l1", course: "c", length: 5000));
            await nas.AppendAsync(ProgressTest.Uploaded("l1", "v1"));
        }

        Session.Run("Import-KinescopeUpload kinescope-upload-progress.jsonl -ProgressFile $db").RequireNoErrors();
        var sent = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -ProgressFile $db");

        Assert.Equal(["LessonContentDiffers"], sent.ErrorIds);
        Assert.Equal(["Uploaded"], sent.Output.Where(result => Equals(result.Properties["LessonId"].Value, "l0")).Select(result => result.Properties["Status"].Value.ToString()));
        Assert.Equal(200_000, UploadTest.BytesOf(await sandbox.RequestsAsync("PATCH", UploadTest.UploadPath)));
        Assert.Single(await sandbox.VideosAsync());

        Session.Run("Export-KinescopeUpload copy.jsonl -ProgressFile $db").RequireNoErrors();
        Assert.Equal(["Skipped"], Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -ProgressFile copy.jsonl").RequireNoErrors().Texts("Status"));
    }

    private void Write(string file, params UploadEvent[] steps)
    {
        using var record = UploadRecords.Open(Folder[file]);
        foreach (var happened in steps)
            record.AppendAsync(happened).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Uploads at each stage, with all that can be known of one.</summary>
    private static List<RecordedUpload> Histories() =>
    [
        .. from stage in Enum.GetValues<UploadStage>()
           from isRich in (bool[])[false, true]
           select new RecordedUpload($"{stage} {isRich}")
           {
               Stage = stage,
               VideoId = stage is UploadStage.Initialised or UploadStage.Uploaded ? $"v{stage}{isRich}" : null,
               UpdatedAt = ProgressTest.Noon,
               Course = isRich ? "02_ads" : null,
               Title = isRich ? "Урок \"1\"\u2028" : null,
               File = isRich ? new LocalFile($"/srv/{stage}.mp4", ProgressTest.Noon.AddTicks(7)) : null,
               Length = isRich ? 1L << 40 : null,
               Fingerprint = isRich ? "f" : null,
               Marks = isRich ? [new HashMark(ContentHash.BlockSize, "h1"), new HashMark(2 * ContentHash.BlockSize, "h2")] : [],
               Parent = isRich ? "p" : null,
               InitId = isRich ? "i" : null,
               Attempt = isRich ? "a" : null,
               IntendedAt = isRich ? ProgressTest.Noon : null,
               UploadedAt = isRich ? ProgressTest.Noon : null,
               LostAttempts = isRich ? [new LostAttempt("a0", ProgressTest.Noon)] : [],
               Endpoint = isRich ? "https://uploader.kinescope.io/v2/upload/secret" : null,
               IsVerified = isRich,
               MayBeComplete = isRich,
               Failures = isRich ? 3 : 0,
               LastError = isRich ? "cut\nin two" : null,
               AbandonedVideos = isRich ? ["x1", "x2"] : [],
               SupersededVideos = isRich ? ["y1"] : [],
           },
    ];

    private static string TextOf(RecordedUpload upload) =>
        string.Concat(upload.ToEvents().Select(happened => System.Text.Encoding.UTF8.GetString(ProgressFileLine.Write(happened))));
}
