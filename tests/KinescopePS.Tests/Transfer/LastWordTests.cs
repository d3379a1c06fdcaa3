using KinescopePS.Record;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>What a run says and leaves behind when it ends, however it ends.</summary>
public sealed class LastWordTests : UploadTest
{
    [Fact]
    public void What_was_uploaded_without_being_linked_is_linked_later()
    {
        const string Link = "param($url) Get-LessonVideoMap | Get-KinescopeUpload | Set-LessonVideoId -DatabaseUrl $url -PassThru";
        var database = Folder["lessons.db"];
        SqliteLessons.Create(database, ["l0", "l1", "l2"]);
        WriteCourse(2);
        Send().RequireNoErrors();
        WriteCourse(3);

        var first = Session.Run(Link, $"file:{database}").RequireNoErrors();
        var second = Session.Run(Link, $"file:{database}").RequireNoErrors();

        Assert.Equal(["Linked", "Linked"], first.Texts("Status"));
        Assert.Equal(["Unchanged", "Unchanged"], second.Texts("Status"));
        Assert.Equal([true, true, false], SqliteLessons.VideoIds(database).Select(id => id is not null));
    }

    [Fact]
    public async Task FoundD10_a_run_that_is_stopped_leaves_the_place_it_came_to_and_its_end_in_the_log()
    {
        WriteCourse(2, 3_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_500_000 }));
        using (var run = Start("-ThrottleLimit 1 -BandwidthLimit 100MB"))
        {
            await Sandbox.WaitAsync("stalled=1");
            run.Stop();
        }

        var begun = Session.Run("Get-KinescopeUpload").RequireNoErrors().Output.Single();
        Assert.InRange((long)begun.Properties["Offset"].Value, 1_000_000, 3_000_000);
        var logged = Assert.Single(RunLog.Read(RunLog.PathBeside(ProgressFile)));
        Assert.Equal(("stopped", 0, 2), (logged.End!.Outcome, logged.End.Uploaded, logged.End.NotReached));
        Assert.Equal(("Send-KinescopeVideo", "100MB"), (logged.Begin.Command, logged.Begin.Settings!["bandwidthLimit"]));

        await Sandbox.ClearFaultsAsync();
        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(result));
        Assert.StartsWith("2 uploaded, 0 already there, 0 failed; ", $"{result.Summary}");
        Assert.Equal(["stopped", "completed"], RunLog.Read(RunLog.PathBeside(ProgressFile)).Select(run => run.End!.Outcome));
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task FoundD08_every_end_has_one_last_word()
    {
        WriteCourse(4);
        Assert.StartsWith("4 uploaded, 0 already there, 0 failed; ", Line(Send()));
        Assert.Matches("^0 uploaded, 4 already there, 0 failed; in ", Line(Send()));

        // What a downstream that has enough, or an error that the user wants to end it, leaves.
        Assert.Matches("^[1-4] uploaded, 0 already there, 0 failed; ", Line(Send("-Force -ThrottleLimit 1 | ForEach-Object { throw 'downstream' }")));
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "answer", status = 401 }));
        var refused = Send("-Force -ThrottleLimit 1");
        Assert.Equal("0 uploaded, 0 already there, 1 failed", Line(refused).Split(';')[0]);
        Assert.EndsWith("; 3 not reached: the same command goes on", Line(refused));
        Assert.Equal("TokenRejected", RunLog.Read(RunLog.PathBeside(ProgressFile))[^1].End!.Reason);
    }

    private static string Line(ScriptResult result) => $"{result.Summary}";
}
