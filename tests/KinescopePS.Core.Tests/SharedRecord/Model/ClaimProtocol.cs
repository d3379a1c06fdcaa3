namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>
/// The protocol of docs/shared-record.md: the steps that a machine may take at a lesson. They read the world and change the lesson alone, so
/// what holds of one lesson in any world holds of each of many.
/// </summary>
/// <param name="attempts">The most attempts; more than what faults can make necessary.</param>
/// <param name="isPrompt">True where Kinescope's lists and statuses follow at once.</param>
internal sealed partial class ClaimProtocol(
    Weakness weakness = Weakness.None, bool isPrompt = false, int attempts = VideoSet.Largest)
{
    public void AddSteps(in World world, in Lesson lesson, List<(Act Act, Lesson Lesson)> steps)
    {
        for (var m = 0; m < 2; m++)
        {
            if (world.IsRunning(m))
                new Turn(this, world, lesson, m, steps).Take();
        }

        AddArrivals(lesson, steps);
    }

    private int Attempts => attempts;

    private bool Is(Weakness weak) => (weakness & weak) != 0;

    /// <summary>A request arrives at Kinescope or the database, whatever became of its sender; a list shows a video.</summary>
    private void AddArrivals(in Lesson lesson, List<(Act, Lesson)> steps)
    {
        for (var video = 1; video <= lesson.Attempts; video++)
        {
            if (lesson.Creations.Has(video))
                steps.Add((new("creation arrives", Video: video), lesson with
                {
                    Creations = lesson.Creations - video,
                    Unfinished = lesson.Unfinished | video,
                    Listed = isPrompt ? lesson.Listed | video : lesson.Listed,
                }));
            if (lesson.LastBytes.Has(video))
            {
                var ends = lesson.Unfinished.Has(video);
                steps.Add((new("last byte arrives", Video: video), lesson with
                {
                    LastBytes = lesson.LastBytes - video,
                    Unfinished = lesson.Unfinished - video,
                    Complete = ends ? lesson.Complete | video : lesson.Complete,
                    Shown = ends && isPrompt ? lesson.Shown | video : lesson.Shown,
                }));
            }

            if (lesson.Deletions.Has(video))
                steps.Add((new("deletion arrives", Video: video), lesson with
                {
                    Deletions = lesson.Deletions - video,
                    Unfinished = lesson.Unfinished - video,
                    Complete = lesson.Complete - video,
                    Shown = lesson.Shown - video,
                    Listed = lesson.Listed - video,
                    Deleted = lesson.Deleted | video,
                }));
            if ((lesson.Complete - lesson.Shown).Has(video))
                steps.Add((new("status shows complete", Video: video), lesson with { Shown = lesson.Shown | video }));
            if (lesson.Exists(video) && !lesson.Listed.Has(video))
                steps.Add((new("list shows", Video: video), lesson with { Listed = lesson.Listed | video }));
        }

        if (lesson.Late != Stage.Nothing)
        {
            var next = lesson with { Late = Stage.Nothing, LateVideo = 0, LateWriter = 0 };
            if (Accepts(lesson, lesson.LateWriter))
                Write(ref next, lesson.LateWriter, Reached(lesson.Row, lesson.Late, lesson.LateVideo));
            steps.Add((new("late append arrives", lesson.LateWriter, lesson.LateVideo), next));
        }
    }

    /// <summary>The fence.</summary>
    private bool Accepts(in Lesson lesson, int m)
    {
        var worker = lesson.Workers[m];
        return Is(Weakness.AppendsUnfenced)
            || lesson.Owner == m && worker.Token == Token.Current && (worker.HasBase || Is(Weakness.AppendsWithoutRevision));
    }

    private void Write(ref Lesson lesson, int m, Row row)
    {
        lesson.WasForced |= lesson.Owner != m || lesson.Workers[m].Token != Token.Current;
        if (row != lesson.Row)
            lesson.Workers[1 - m].HasBase = false;
        lesson.Row = row;
        // Its revision is older than the row's from here on.
        if (!Is(Weakness.AppendsWithoutRevision) && !Is(Weakness.AppendsUnfenced))
            (lesson.Late, lesson.LateVideo, lesson.LateWriter) = (Stage.Nothing, 0, 0);
    }

    private Row Reached(Row row, Stage stage, int video) =>
        stage == Stage.Intended ? row.Intend(video, Is(Weakness.ForgetsAttempts)) : row.Reach(stage, video);
}
