using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>Events add up to a lesson's upload, and an upload says which events lead to it.</summary>
public sealed class RecordedUploadTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_events_of_any_state_lead_to_that_state_again()
    {
        var random = new Random(20261126);
        for (var history = 0; history < 3000; history++)
        {
            var states = new RecordedUploads();
            foreach (var happened in Enumerable.Range(0, random.Next(1, 40)).SelectMany(step => UploadHistory.RandomSteps(random, step)))
            {
                if (states.Apply(happened) is not { } state)
                    continue;

                var again = state.ToEvents().Select(ThroughTheFile).Aggregate((RecordedUpload?)new RecordedUpload(state.Lesson), (upload, next) => upload!.With(next));

                Assert.Equal(UploadHistory.Text(state), UploadHistory.Text(again!));
            }
        }
    }

    [Fact]
    public void A_refused_replacement_leaves_the_one_before_it_that_was_taken()
    {
        var taken = Fold(
            Of(UploadEventKind.Uploaded, "v1"), Of(UploadEventKind.Replacing, "v1") with { Fingerprint = "a", Before = new() { Title = "old" } },
            Of(UploadEventKind.Uploaded, "v1") with { Fingerprint = "a" });

        var refused = Fold(taken, Of(UploadEventKind.Replacing, "v1") with { Fingerprint = "b" }, Of(UploadEventKind.Kept, "v1"));

        Assert.True(refused.Replacement!.IsSent);
        Assert.Equal(("a", "old"), (refused.Replacement.Fingerprint, refused.Replacement.Before.Title));
        Assert.Null(Fold(refused, Of(UploadEventKind.Replaced, "v1")).Replacement);
    }

    [Fact]
    public void What_was_sent_beside_a_video_since_its_content_was_replaced_does_not_give_way_to_what_was_there_before()
    {
        var before = new VideoBefore { Poster = "p1", Chapters = [new(0, "old")], Title = "t" };
        var replacing = Fold(Of(UploadEventKind.Uploaded, "v1"), Of(UploadEventKind.Replacing, "v1") with { Before = before });

        var sent = Fold(
            replacing, Of(UploadEventKind.Companion) with { Companion = new("poster", "v1", "h") },
            Of(UploadEventKind.Companion) with { Companion = new("chapters", "v1", "h") });

        Assert.Null(sent.Replacement!.Before.Poster);
        Assert.Empty(sent.Replacement.Before.Chapters);
        Assert.Equal("t", sent.Replacement.Before.Title);
        Assert.Equal("p1", Fold(replacing, Of(UploadEventKind.Companion) with { Companion = new("poster", "v1", "") }).Replacement!.Before.Poster);
    }

    [Fact]
    public void A_finished_video_that_gives_way_to_a_new_upload_is_remembered_until_it_is_deleted()
    {
        var forced = Fold(Of(UploadEventKind.Uploaded, "v1"), Of(UploadEventKind.Intent), Of(UploadEventKind.Failed), Of(UploadEventKind.Intent));

        Assert.Equal(["v1"], forced.SupersededVideos);
        Assert.Equal(["v1", "v2"], Fold(forced, Of(UploadEventKind.Uploaded, "v2"), Of(UploadEventKind.Intent)).SupersededVideos);
        Assert.Empty(Fold(forced, Of(UploadEventKind.Uploaded, "v1")).SupersededVideos);
        Assert.Empty(Fold(forced, Of(UploadEventKind.Deleted, "v1")).SupersededVideos);
        Assert.Empty(Fold(Of(UploadEventKind.Initialised, "v1"), Of(UploadEventKind.Intent)).SupersededVideos);
    }

    [Fact]
    public void What_is_known_of_a_video_is_not_taken_for_that_of_another()
    {
        var mark = Of(UploadEventKind.Mark) with { Offset = 10, Hash = "h" };
        var verified = Fold(Of(UploadEventKind.Initialised, "v1"), mark, Of(UploadEventKind.Uploaded, "v1"), Of(UploadEventKind.Verified, "v1"));

        Assert.Equal((true, 10), (verified.IsVerified, verified.MarkedOffset));
        Assert.Equal((true, 10), (Fold(verified, Of(UploadEventKind.Uploaded, "v1")).IsVerified, verified.MarkedOffset));
        var adopted = Fold(verified, Of(UploadEventKind.Uploaded, "v2"));
        Assert.Equal((false, 0), (adopted.IsVerified, adopted.MarkedOffset));
    }

    [Fact]
    public void FoundE05_A_finished_video_that_somebody_may_have_is_given_up_without_being_doomed()
    {
        var left = Fold(Of(UploadEventKind.Intent), Of(UploadEventKind.Uploaded, "v1"), Of(UploadEventKind.Superseded, "v1"));

        Assert.Equal((UploadStage.Abandoned, null), (left.Stage, left.VideoId));
        Assert.Equal(["v1"], left.SupersededVideos);
        Assert.Empty(Fold(left, Of(UploadEventKind.Intent), Of(UploadEventKind.Initialised, "v2"), Of(UploadEventKind.Uploaded, "v2")).AbandonedVideos);
    }

    [Fact]
    public void An_attempt_is_known_until_its_video_is_abandoned_or_the_next_one_begins()
    {
        var intended = Fold(Of(UploadEventKind.Intent) with { Attempt = "a1" }, Of(UploadEventKind.Failed));

        Assert.Equal("a1", intended.Attempt);
        Assert.Equal("a1", Fold(intended, Of(UploadEventKind.Initialised, "v1")).Attempt);
        Assert.Null(Fold(intended, Of(UploadEventKind.Abandoned, "v1")).Attempt);
        Assert.Null(Fold(intended, Of(UploadEventKind.Intent)).Attempt);
    }

    [Fact]
    public void A_file_that_failed_is_not_the_content_that_another_machine_sent()
    {
        var failed = Of(UploadEventKind.Failed) with { Path = "/here.mp4" };

        Assert.Equal("/here.mp4", Fold(failed).File?.Path);
        Assert.Null(Fold(Of(UploadEventKind.Uploaded, "v1") with { Fingerprint = "f", Length = 1 }, failed).File);
    }

    [Fact]
    public void A_video_is_the_same_by_its_short_id()
    {
        const string Uuid = "2ac5d62b-490e-491f-a9b0-c6ba3949c13d", ShortId = "6hkSeTa382Dp1LaU5CoUtx";

        var begun = Fold(Of(UploadEventKind.Intent), Of(UploadEventKind.Initialised, Uuid));
        Assert.Equal(UploadStage.Abandoned, Fold(begun, Of(UploadEventKind.Abandoned, ShortId)).Stage);
        Assert.Equal([Uuid], Fold(begun, Of(UploadEventKind.Abandoned, ShortId), Of(UploadEventKind.Abandoned, Uuid.ToUpperInvariant())).AbandonedVideos);
        Assert.Empty(Fold(begun, Of(UploadEventKind.Abandoned, Uuid), Of(UploadEventKind.Deleted, ShortId)).AbandonedVideos);
        Assert.Equal([Uuid], Fold(ThroughTheFile(Of(UploadEventKind.State) with { AbandonedVideos = [ShortId, Uuid] })).AbandonedVideos);

        var all = new RecordedUploads();
        all.Apply(ThroughTheFile(Of(UploadEventKind.Uploaded, ShortId)));
        Assert.Equal("l1", all.FindVideo(Uuid).Single().Lesson);
        Assert.Equal(Uuid, all.FindVideo(ShortId).Single().VideoId);
    }

    private static UploadEvent Of(UploadEventKind kind, string? video = null) => new(kind, Noon) { Lesson = "l1", Video = video };

    private static RecordedUpload Fold(params UploadEvent[] events) => Fold(new RecordedUpload("l1"), events);

    private static RecordedUpload Fold(RecordedUpload state, params UploadEvent[] events) => events.Aggregate(state, (upload, next) => upload.With(next)!);

    private static UploadEvent ThroughTheFile(UploadEvent happened) => ProgressFileLine.Parse(ProgressFileLine.Write(happened).AsSpan().TrimEnd((byte)'\n'));
}
