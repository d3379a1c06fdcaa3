using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>
/// After the last byte its answer is lost, and the upload is closed. The video may be complete and say nothing of it yet: it is neither
/// deleted nor sent again on that ground.
/// </summary>
public sealed class PerhapsCompleteTests : UploadTest
{
    private static readonly object Gone = Fault("HEAD", UploadPath, new { kind = "answer", status = 404, headers = new Dictionary<string, string> { ["Tus-Resumable"] = "1.0.0" } }, times: null);

    /// <summary>The same in words that may be a gateway's.</summary>
    private static readonly object GoneWithoutAWord = Fault("HEAD", UploadPath, new { kind = "answer", status = 410 }, times: null);

    private static readonly object LostAnswer = PatchFault(new { kind = "lost-answer" });

    public static TheoryData<string> Words => ["pending", "uploading", "queued"];

    [Theory]
    [MemberData(nameof(Words))]
    public async Task A_video_that_turns_out_complete_is_the_lessons(string status)
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(LostAnswer, status == "queued" ? GoneWithoutAWord : Gone, Unclear(status, times: 3));

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Empty(result.Warnings);
        await RequireOneVideoEachAsync(1);
        Assert.Equal(1000, BytesOf(await PatchesAsync()));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task A_video_that_stays_unclear_stays_and_each_run_looks_again(string status)
    {
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "lost-answer" }, "0.mp4"), GoneWithoutAWord, Unclear(status));

        for (var night = 0; night < 2; night++)
        {
            var result = Send();
            Assert.Equal(["UploadUnconfirmed"], result.ErrorIds);
            Assert.Contains($"'{status}'", result.LastError.Exception.Message);
            Assert.Equal(["l0 Failed", $"l1 {(night == 0 ? "Uploaded" : "Skipped")}"], Statuses(result));
        }

        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Uploaded", "l1 Skipped"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(2);
        Assert.Equal(2, (await PatchesAsync()).Count);
    }

    [Fact]
    public async Task An_older_offset_takes_nothing_back_of_what_this_run_sent()
    {
        WriteCourse(1);
        var older = new { kind = "alter", headers = new Dictionary<string, string?> { ["Upload-Offset"] = "0" } };
        await Sandbox.SetFaultsAsync(LostAnswer, Fault("HEAD", UploadPath, older), Gone, Unclear("pending"));

        Assert.Equal(["UploadUnconfirmed"], Send().ErrorIds);
        await Sandbox.ClearFaultsAsync();
        Send().RequireNoErrors();

        await RequireOneVideoEachAsync(1);
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"));
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
    }

    [Fact]
    public async Task The_next_run_knows_that_the_last_byte_was_sent()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(LostAnswer, Fault("HEAD", UploadPath, new { kind = "answer", status = 503 }, times: null));
        Assert.Equal(["KinescopeUnavailable"], Send().ErrorIds);
        await Sandbox.SetFaultsAsync(Gone, Unclear("uploading"));

        Assert.Equal(["UploadUnconfirmed"], Send().ErrorIds);
        await Sandbox.ClearFaultsAsync();
        Send().RequireNoErrors();

        await RequireOneVideoEachAsync(1);
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"));
        Assert.Equal(["journal", "run", "intent", "initialised", "ending", "failed", "run", "failed", "run", "uploaded"], ProgressEvents);
    }

    [Fact]
    public async Task A_token_that_may_not_look_sends_nothing_again()
    {
        WriteCourse(1);
        Session.Connect();
        await Sandbox.SetFaultsAsync(LostAnswer, Gone, Fault("GET", "/v1/videos/", new { kind = "answer", status = 403, code = 100103, message = "access denied" }, times: null));

        var result = Send();

        Assert.Equal(["UploadUnconfirmed"], result.ErrorIds);
        Assert.Contains("this token may not look at it", result.LastError.Exception.Message);
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task An_upload_that_expired_before_its_last_byte_starts_anew()
    {
        WriteCourse(1, 400_000);
        await FailAfterAsync(100_000);
        await Sandbox.SetFaultsAsync(Gone, Unclear("uploading"));

        Send().RequireNoErrors();

        await Sandbox.ClearFaultsAsync();
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("processing")]
    public async Task A_video_with_the_stamp_that_waits_is_not_sent_again_when_the_progress_file_is_lost(string status)
    {
        WriteCourse(2);
        Send().RequireNoErrors();
        File.Delete(ProgressFile);
        foreach (var video in await Sandbox.VideosAsync())
            await Sandbox.SetStatusAsync(video.GetProperty("id").GetString()!, status);
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "alter", replace = new Dictionary<string, string> { ["\"assets\":\\[[^\\]]*\\]"] = "\"assets\":[]" } }, times: null));

        var result = Send();

        if (status == "pending")
        {
            Assert.Equal(["UploadUnconfirmed", "UploadUnconfirmed"], result.ErrorIds);
            await Sandbox.ClearFaultsAsync();
            result = Send();
        }

        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(result.RequireNoErrors()));
        Assert.Equal(2, (await Sandbox.RequestsAsync("POST", "/v2/init")).Count);
    }

    [Fact]
    public async Task Removing_the_upload_deletes_such_a_video_with_force_only()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(LostAnswer, Gone, Unclear("uploading"));
        Assert.Equal(["UploadUnconfirmed"], Send().ErrorIds);

        Assert.Equal(["UploadUnconfirmed"], Session.Run("Remove-KinescopeUpload l0 -DeleteVideo -Confirm:$false").ErrorIds);
        Assert.Single(await Sandbox.VideosAsync());

        Session.Run("Remove-KinescopeUpload l0 -DeleteVideo -Force -Confirm:$false").RequireNoErrors();
        await RequireNoVideoAsync();
    }

    /// <summary>The video of an id shows this status, and nothing of its original.</summary>
    private static object Unclear(string status, int? times = null) => Fault("GET", "/v1/videos/", new
    {
        kind = "alter",
        replace = new Dictionary<string, string> { ["\"status\":\"[a-z-]+\""] = $"\"status\":\"{status}\"", ["\"assets\":\\[[^\\]]*\\]"] = "\"assets\":[]" },
    }, times);
}
