namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>The promises of docs/shared-record.md.</summary>
internal static class Invariants
{
    public const string OneOwner = "two machines hold a certain claim";
    public const string Fence = "a machine without the claim wrote the lesson";
    public const string OneResult = "two videos were handed on";
    public const string ResultStays = "a video that was handed on is gone";
    public const string RowHasResult = "the lesson went on with another video than the one that was handed on";
    public const string OneComplete = "two videos are complete";
    public const string Named = "a video is named nowhere";
    public const string CompleteKnown = "a complete video is known by no id";
    public const string BytesRecorded = "bytes go to a video whose id is recorded nowhere";

    /// <summary>The promises that a state breaks.</summary>
    public static IEnumerable<string> Broken(OneLesson state)
    {
        var (world, lesson) = (state.World, state.Lesson);
        var (a, b) = (lesson.Workers[0], lesson.Workers[1]);
        if (a.Token != Token.None && b.Token != Token.None && world.Machines[0].IsCertain && world.Machines[1].IsCertain)
            yield return OneOwner;
        if (lesson.WasForced)
            yield return Fence;

        if (lesson.HandedOn.Count > 1)
            yield return OneResult;
        if (lesson.HandedOn - lesson.Complete != default)
            yield return ResultStays;
        if (lesson.HandedOn.Count > 0 && !lesson.HandedOn.Has(lesson.Row.Current))
            yield return RowHasResult;
        // Where a gateway's word made a machine give a video up, that one may become complete all the same.
        if (lesson.Complete.Count > 1 && !lesson.WasMisled)
            yield return OneComplete;

        var spilt = default(VideoSet) | a.SpiltVideo | b.SpiltVideo;
        var byId = lesson.Row.ById | spilt;
        if ((lesson.Unfinished | lesson.Complete) - lesson.Row.Named - spilt != default)
            yield return Named;
        if (lesson.Complete - byId != default)
            yield return CompleteKnown;
        for (var m = 0; m < 2; m++)
        {
            var worker = lesson.Workers[m];
            if (worker.Step is Step.Sending or Step.Ended or Step.LastSent && lesson.Exists(worker.Video) && !byId.Has(worker.Video))
                yield return BytesRecorded;
        }
    }

    /// <summary>The lesson is uploaded, and nothing else is left of it.</summary>
    public static bool IsDone(OneLesson state)
    {
        var (lesson, row) = (state.Lesson, state.Lesson.Row);
        return row.Stage == Stage.Uploaded
            && lesson.HandedOn == (default(VideoSet) | row.Current)
            && lesson.Unfinished == default && (lesson.Complete - row.GivenUp).Count == 1
            && row.Lost == default && row.Abandoned - lesson.Complete == default
            && lesson.Owner == Lesson.Nobody
            && lesson.Workers[0] is { Step: Step.Idle, Spilt: Stage.Nothing }
            && lesson.Workers[1] is { Step: Step.Idle, Spilt: Stage.Nothing };
    }
}
