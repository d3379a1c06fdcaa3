using KinescopePS.Tests.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Transfer;

/// <summary>Failures beside videos, where one of them stops the run.</summary>
public sealed class UploadRunFailureTests
{
    [Fact]
    public void A_failure_of_another_file_is_its_own_though_one_like_it_has_stopped_the_run()
    {
        using var run = new UploadRun(
            null!, null, new MemoryRecord(), new UploadMeter(TimeProvider.System), UploadThrottle.Fixed(2), endsTogether: false, maxDuration: null, TimeProvider.System);
        var (first, second) = (Rejected("l0"), Rejected("l1"));

        run.Stop(first);

        Assert.Empty(run.OwnFailuresOf(Of(first)));
        Assert.Equal([second], run.OwnFailuresOf(Of(second)));
    }

    private static KinescopeException Rejected(string lesson) => new(ErrorIds.TokenRejected, $"{lesson}: its subtitles were not taken.");

    private static UploadOutcome Of(KinescopeException failure) =>
        new(new UploadItem("l0", null, "l0", "/l0.mp4", "/l0.mp4", "p", 1).Result(LessonUploadStatus.Uploaded, "v1"), null) { Companions = new([], [], [], [new("poster", failure)]) };
}
