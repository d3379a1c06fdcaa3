using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Transfer;

/// <summary>The decision on a lesson's file, case by case.</summary>
public sealed class UploadDecisionTests
{
    private const string Print = "0123456789abcdef0123456789abcdef";
    private const long Large = ContentHash.FingerprintSize + 1;
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private static readonly FileFacts File = new(1000, Monday, Print);
    private static readonly FileFacts Touched = File with { Modified = Monday.AddDays(1) };
    private static readonly FileFacts Changed = Touched with { Length = 999 };
    private static readonly FileFacts LargeAndTouched = Touched with { Length = Large };
    private static readonly VideosAtKinescope Nothing = VideosAtKinescope.None;
    private static readonly FileFacts LargeUnread = File with { Length = Large };
    private static readonly FileFacts LargeRead = LargeUnread with { Whole = new WholeFile("md5", []) };

    private static readonly RecordedUpload Uploaded = new("l0") { Stage = UploadStage.Uploaded, VideoId = "v1", Length = 1000, File = new LocalFile("/l0.mp4", Monday), Fingerprint = Print };
    private static readonly RecordedUpload LargeUploaded = Uploaded with { Length = Large, Marks = [new HashMark(Large, "h")] };
    private static readonly RecordedUpload Imported = new("l0") { Stage = UploadStage.Uploaded, VideoId = "v1" };
    private static readonly RecordedUpload Begun = Uploaded with { Stage = UploadStage.Initialised, Endpoint = "https://x" };
    private static readonly RecordedUpload Intended = Uploaded with { Stage = UploadStage.Intended, VideoId = null, Attempt = "00000001" };
    private static readonly RecordedUpload GivenUp = new("l0") { AbandonedVideos = ["v0"] };
    private static readonly StampedVideo Waiting = new("v2", UploadStamp.Of("l0", Print, "00000009"), false) { MayHaveAllBytes = true };
    private static readonly RecordedUpload Twin = Uploaded with { Lesson = "other" };

    private static readonly Replacement Sending = new(999, "00000003", Monday, new VideoBefore()) { Fingerprint = Print };
    private static readonly RecordedUpload Replacing = Uploaded with { Replacement = Sending };
    private static readonly RecordedUpload PerhapsReplaced = Uploaded with { Replacement = Sending with { MayHaveArrived = true } };
    private static readonly RecordedUpload Replaced = Uploaded with { Length = 999, File = new LocalFile("/l0.mp4", Changed.Modified), Replacement = Sending with { IsSent = true } };
    private static readonly RecordedUpload ReplacedHere = Replaced with { Replacement = Replaced.Replacement! with { Modified = Changed.Modified } };

    public static TheoryData<string, UploadFactsCase, bool, string> ReplaceCases => new()
    {
        // Nothing was begun
        { "unchanged", new(Facts(Uploaded)), false, "Done v1" },
        { "unchanged, forced", new(Facts(Uploaded)), true, "Replace v1 notice" },
        { "of another size", new(Facts(Uploaded, Changed)), false, "Replace v1 notice" },
        { "of another size, not read yet", new(Facts(Uploaded, Changed with { Fingerprint = null })), false, "Replace v1 needs Fingerprint notice" },
        { "touched, not read yet", new(Facts(Uploaded, Touched with { Fingerprint = null })), false, "Compare v1 needs Fingerprint" },
        { "touched, small and the same", new(Facts(Uploaded, Touched)), false, "Done v1" },
        { "touched and large", new(Facts(LargeUploaded, LargeAndTouched)), false, "Compare v1 needs Content" },
        { "touched and large, not the same", new(Facts(LargeUploaded, LargeAndTouched) with { HasUploadedContent = false }), false, "Replace v1 notice" },
        { "imported: nothing is known of its file", new(Facts(Imported, Changed)), false, "Done v1" },
        { "new", new(Facts() with { Videos = Nothing }), false, "Begin" },
        { "begun", new(Facts(Begun)), false, "Continue v1" },
        { "intended, nothing there", new(Facts(Intended) with { Videos = Nothing }), false, "Begin" },
        { "another machine's, of another size", new(Facts(Uploaded with { File = null }, Changed)), false, "Refuse LessonContentDiffers" },
        { "another machine's, of another size, forced", new(Facts(Uploaded with { File = null }, Changed)), true, "Replace v1 notice" },
        { "linked by the site to the same video", new(Facts(Uploaded, Changed) with { SiteVideoId = "v1" }), false, "Replace v1 notice" },
        { "linked by the site to another video", new(Facts(Uploaded, Changed) with { SiteVideoId = "s" }), false, "HandOn s" },
        { "linked by the site, its file is gone", new(Facts(Uploaded) with { SiteVideoId = "v1", State = LessonVideoState.Missing, File = null }), false, "HandOn v1" },

        { "linked by the site to the video that is being replaced", new(Facts(Replacing, Changed) with { SiteVideoId = "v1" }), false, "Replace v1 notice" },

        // A video of several lessons
        { "that of a lesson with another file", new(Facts(Uploaded, Changed) with { VideoSharedWith = "l7" }), false, "Refuse VideoShared" },
        { "a lesson before it sends the file", new(Facts(Uploaded, Changed) with { SharedWith = "other" }), false, "Adopt needs EarlierUpload" },
        { "another lesson of it has put the file there", new(Facts(Uploaded, Changed) with { Twin = Twin with { Length = Changed.Length, File = Twin.File! with { Modified = Changed.Modified } } }), false, "Adopt v1" },
        { "another lesson has sent the file as another video", new(Facts(Uploaded, Changed) with { Twin = Twin with { VideoId = "v2", Length = Changed.Length, File = Twin.File! with { Modified = Changed.Modified } } }), false, "Replace v1 notice" },

        // A replacement was begun
        { "replacing, its last byte was not sent", new(Facts(Replacing, Changed)), false, "Replace v1 notice" },
        { "replacing, not read yet", new(Facts(Replacing, Changed with { Fingerprint = null })), false, "Replace v1 needs Fingerprint" },
        { "perhaps replaced, not looked at", new(Facts(PerhapsReplaced, Changed)), false, "Replace v1 needs Arrival" },
        { "perhaps replaced, and it was", new(Facts(PerhapsReplaced, Changed) with { Arrival = ReplacementArrival.Arrived }), false, "Settle v1" },
        { "perhaps replaced, and not seen", new(Facts(PerhapsReplaced, Changed) with { Arrival = ReplacementArrival.NotSeen }), false, "Replace v1 notice" },
        { "perhaps replaced, and processed yet", new(Facts(PerhapsReplaced, Changed) with { Arrival = ReplacementArrival.Processing }), false, "Refuse VideoNotProcessed" },
        { "perhaps replaced, and gone", new(Facts(PerhapsReplaced, Changed) with { Arrival = ReplacementArrival.Gone }), false, "Refuse VideoNotFound" },
        { "perhaps replaced, and another file by now", new(Facts(PerhapsReplaced, Changed with { Length = 5 })), false, "Replace v1 notice" },
        { "perhaps replaced, forced", new(Facts(PerhapsReplaced, Changed)), true, "Replace v1 notice" },
        { "replaced", new(Facts(Replaced, Changed)), false, "Settle v1" },
        { "replaced, not read yet", new(Facts(ReplacedHere, Changed with { Fingerprint = null })), false, "Settle v1" },
        { "replaced, not read yet, of another date", new(Facts(ReplacedHere, Changed with { Fingerprint = null, Modified = Monday.AddYears(1) })), false, "Replace v1 needs Fingerprint" },
        { "replaced, not read yet, by another machine", new(Facts(Replaced, Changed with { Fingerprint = null })), false, "Replace v1 needs Fingerprint" },
        { "replaced, and another file by now", new(Facts(Replaced, Changed with { Length = 5 })), false, "Replace v1 notice" },
        { "replaced by what cannot be processed", new(Facts(Replaced with { Replacement = Replaced.Replacement! with { HasFailed = true } }, Changed)), false, "Refuse VideoProcessingFailed" },
        { "replaced by what was not the file", new(Facts(Replaced with { Replacement = Replaced.Replacement!.After(ErrorIds.VideoDiffers) }, Changed)), false, "Replace v1 notice" },
        { "replacing in a shared record, with another file here", new(Facts(Replacing, File) with { IsShared = true }), false, "Refuse LessonContentDiffers" },
        { "replacing in a shared record, with another file here, forced", new(Facts(Replacing, File) with { IsShared = true }), true, "Replace v1 notice" },
    };

    public static TheoryData<string, UploadFactsCase, bool, string> Cases => new()
    {
        // What needs no more than was given with the lesson
        { "linked, and its replacement was begun", new(Facts(Replacing, Changed) with { SiteVideoId = "v1" }), false, "Replace v1 notice" },
        { "linked, and replaced", new(Facts(Replaced, Changed) with { SiteVideoId = "v1" }), false, "Settle v1" },
        { "linked, and replaced by another file", new(Facts(Replaced, File) with { SiteVideoId = "v1" }), false, "HandOn v1" },
        { "linked, and being replaced by another machine's file", new(Facts(Replacing, File) with { SiteVideoId = "v1", IsShared = true }), false, "HandOn v1" },
        { "linked, and replaced by what was not the file", new(Facts(Replaced with { Replacement = Replaced.Replacement!.After(ErrorIds.VideoDiffers) }, Changed) with { SiteVideoId = "v1", IsShared = true }), false, "Replace v1 notice" },
        { "an orphan", new(Facts() with { State = LessonVideoState.Orphan }), false, "LeaveOut" },
        { "a lesson that the site has", new(Facts() with { SiteVideoId = "s" }), false, "HandOn s" },
        { "a lesson that the site has, forced", new(Facts() with { SiteVideoId = "s" }), true, "HandOn s" },
        { "a lesson given twice", new(Facts() with { IsRepeated = true }), false, "LeaveOut LessonIdDuplicate" },
        { "a missing file", new(Facts() with { State = LessonVideoState.Missing, File = null }), false, "Refuse LessonFileNotFound" },
        { "an empty file", new(Facts() with { State = LessonVideoState.Empty }), false, "Refuse LessonFileEmpty" },
        { "a file that is being copied", new(Facts() with { State = LessonVideoState.Changing }), false, "LeaveOut" },
        { "a file that is being copied, of a lesson that the site has", new(Facts() with { State = LessonVideoState.Changing, SiteVideoId = "s" }), false, "HandOn s" },
        { "no video", new(Facts() with { State = LessonVideoState.NotVideo }), false, "Refuse LessonFileNotVideo" },
        { "a device", new(Facts() with { PathRefusal = "names a device" }), false, "Refuse LessonFilePathRefused" },

        // The record has it as uploaded
        { "uploaded", new(Facts(Uploaded)), false, "Done v1" },
        { "uploaded, forced", new(Facts(Uploaded)), true, "Begin" },
        { "uploaded, forced, not read yet", new(Facts(Uploaded, File with { Fingerprint = null })), true, "Begin needs Fingerprint" },
        { "imported: nothing is known of its file", new(Facts(Imported)), false, "Done v1" },
        { "of another size", new(Facts(Uploaded, File with { Length = 999 })), false, "Begin notice" },
        { "touched, not read yet", new(Facts(Uploaded, Touched with { Fingerprint = null })), false, "Compare v1 needs Fingerprint" },
        { "touched, small and the same", new(Facts(Uploaded, Touched)), false, "Done v1" },
        { "touched, with another content", new(Facts(Uploaded, Touched with { Fingerprint = "x" })), false, "Begin notice" },
        { "touched and large", new(Facts(LargeUploaded, LargeAndTouched)), false, "Compare v1 needs Content" },
        { "touched and large, the same", new(Facts(LargeUploaded, LargeAndTouched) with { HasUploadedContent = true }), false, "Done v1" },
        { "touched and large, not the same", new(Facts(LargeUploaded, LargeAndTouched) with { HasUploadedContent = false }), false, "Begin notice" },
        { "touched and large, never hashed to its end", new(Facts(LargeUploaded with { Marks = [] }, LargeAndTouched)), false, "Begin notice" },

        // An upload was begun
        { "begun", new(Facts(Begun)), false, "Continue v1" },
        { "begun, forced", new(Facts(Begun)), true, "Continue v1" },
        { "begun, not read yet", new(Facts(Begun, File with { Fingerprint = null })), false, "Continue v1 needs Fingerprint" },
        { "begun and touched, small and the same", new(Facts(Begun, Touched)), false, "Continue v1" },
        { "begun and touched, not read yet", new(Facts(Begun, Touched with { Fingerprint = null })), false, "Continue v1 needs Fingerprint" },
        { "begun and touched, with another content", new(Facts(Begun, Touched with { Fingerprint = "x" })), false, "Begin abandons v1 FileChanged notice" },
        { "begun and touched, large: never spliced", new(Facts(LargeUploaded with { Stage = UploadStage.Initialised, Marks = [] }, LargeAndTouched)), false, "Begin abandons v1 FileChanged notice" },
        { "begun and touched, large and sent to its end", new(Facts(LargeUploaded with { Stage = UploadStage.Initialised }, LargeAndTouched)), false, "Continue v1" },
        { "begun, with another content of the same date", new(Facts(Begun, File with { Fingerprint = "x" })), false, "Begin abandons v1 FileChanged notice" },

        // Another machine sent it, or began to: no file of it was seen here
        { "another machine's, not read yet", new(Facts(Uploaded with { File = null }, File with { Fingerprint = null })), false, "Compare v1 needs Fingerprint" },
        { "another machine's", new(Facts(LargeUploaded with { File = null }, LargeAndTouched)), false, "Done v1" },
        { "another machine's, of another content", new(Facts(Uploaded with { File = null }, File with { Fingerprint = "x" })), false, "Refuse LessonContentDiffers" },
        { "another machine's, of another size", new(Facts(Uploaded with { File = null }, Changed)), false, "Refuse LessonContentDiffers" },
        { "another machine's, of another content, forced", new(Facts(Uploaded with { File = null }, File with { Fingerprint = "x" })), true, "Begin" },
        { "begun by another machine, not read yet", new(Facts(Begun with { File = null }, File with { Fingerprint = null })), false, "Continue v1 needs Fingerprint" },
        { "begun by another machine", new(Facts(Begun with { File = null })), false, "Continue v1" },
        { "begun by another machine, what it sent not compared", new(Facts(LargeUploaded with { Stage = UploadStage.Initialised, File = null }, LargeAndTouched)), false, "Continue v1 needs Content" },
        { "begun by another machine, what it sent is the same", new(Facts(LargeUploaded with { Stage = UploadStage.Initialised, File = null }, LargeAndTouched) with { HasUploadedContent = true }), false, "Continue v1" },
        { "begun by another machine, what it sent is not the same", new(Facts(LargeUploaded with { Stage = UploadStage.Initialised, File = null }, LargeAndTouched) with { HasUploadedContent = false }), false, "Refuse LessonContentDiffers" },
        { "begun by another machine, with another content", new(Facts(Begun with { File = null }, File with { Fingerprint = "x" })), false, "Refuse LessonContentDiffers" },
        { "begun by another machine, with another content, forced", new(Facts(Begun with { File = null }, File with { Fingerprint = "x" })), true, "Begin abandons v1 FileChanged notice" },

        // A video was to be created, and no response came
        { "intended, Kinescope not asked", new(Facts(Intended)), false, "Begin needs Videos" },
        { "intended, nothing there", new(Facts(Intended) with { Videos = Nothing }), false, "Begin" },
        { "intended, ours is there", new(Facts(Intended) with { Videos = At(("v2", "00000001", false)) }), false, "Begin abandons v2 UploadAddressLost" },
        { "intended, another's is there", new(Facts(Intended) with { Videos = At(("v2", "00000002", false)) }), false, "Begin notice" },
        { "intended, an earlier one is whole", new(Facts(Intended) with { Videos = At(("v2", "00000002", true)) }), false, "Adopt v2" },
        { "intended and forced, an earlier one is whole", new(Facts(Intended) with { Videos = At(("v2", "00000002", true)) }), true, "Begin" },
        { "intended under an id of our own", new(Facts(Intended with { InitId = "i", Attempt = null })), false, "Begin" },

        // The record does not know it
        { "new, not read yet", new(Facts(null, File with { Fingerprint = null })), false, "Begin needs Fingerprint" },
        { "new, Kinescope not asked", new(Facts()), false, "Begin needs Videos" },
        { "new and forced", new(Facts()), true, "Begin" },
        { "new, nothing there", new(Facts() with { Videos = Nothing }), false, "Begin" },
        { "lost, whole at Kinescope", new(Facts() with { Videos = At(("v2", "00000009", true)) }), false, "Adopt v2" },
        { "lost, unfinished at Kinescope", new(Facts() with { Videos = At(("v2", "00000009", false)) }), false, "Begin notice" },
        { "lost, perhaps whole at Kinescope", new(Facts() with { Videos = At(Waiting) }), false, "Adopt v2 needs Completion" },
        { "lost, perhaps whole at Kinescope, waited for in vain", new(Facts() with { Videos = At(Waiting with { IsLastLook = true }) }), false, "Refuse UploadUnconfirmed" },
        { "lost, perhaps whole at Kinescope, forced", new(Facts() with { Videos = At(Waiting) }), true, "Begin" },
        { "lost, one is whole and one perhaps", new(Facts() with { Videos = At(Waiting, Original("v3", 1000, null)) }), false, "Adopt v3" },
        { "intended, another's is perhaps whole", new(Facts(Intended) with { Videos = At(Waiting) }), false, "Adopt v2 needs Completion" },
        { "lost, whole, of another size", new(Facts() with { Videos = At(Original("v2", 999, "md5")) }), false, "Begin notice" },
        { "lost, whole and large: its edges are not all", new(Facts(null, LargeUnread) with { Videos = At(Original("v2", Large, "md5")) }), false, "Adopt v2 needs Whole" },
        { "lost, whole and large, the same", new(Facts(null, LargeRead) with { Videos = At(Original("v2", Large, "md5")) }), false, "Adopt v2 verified" },
        { "lost, whole and large, changed in the middle", new(Facts(null, LargeRead) with { Videos = At(Original("v2", Large, "other")) }), false, "Begin notice" },
        { "lost, whole and large, changed and sent anew before", new(Facts(null, LargeRead) with { Videos = At(Original("v3", Large, "other"), Original("v2", Large, "md5")) }), false, "Adopt v2 verified" },
        { "lost, whole and large, of another size", new(Facts(null, LargeUnread) with { Videos = At(Original("v2", Large + 1, null)) }), false, "Begin notice" },
        { "lost, whole and large, no MD5, older than the video", new(Facts(null, LargeUnread) with { Videos = At(Original("v2", Large, null)) }), false, "Adopt v2" },
        { "lost, whole and large, no MD5, newer than the video", new(Facts(null, LargeUnread with { Modified = Monday.AddDays(2) }) with { Videos = At(Original("v2", Large, null)) }), false, "Adopt v2 notice" },
        { "lost, whole and large, neither MD5 nor date", new(Facts(null, LargeUnread) with { Videos = At(new StampedVideo("v2", UploadStamp.Of("l0", Print, "00000009"), true)) }), false, "Adopt v2 notice" },
        { "lost, whole and large, one differs and one cannot be told", new(Facts(null, LargeRead) with { Videos = At(Original("v3", Large, "other"), Original("v2", Large, null)) }), false, "Adopt v2" },
        { "intended, an earlier one is whole and large", new(Facts(Intended, LargeUnread) with { Videos = At(Original("v2", Large, "md5")) }), false, "Adopt v2 needs Whole" },
        { "large and forced, whole at Kinescope", new(Facts(null, LargeUnread) with { Videos = At(Original("v2", Large, "md5")) }), true, "Begin" },
        { "given up, and what was given up is whole", new(Facts(GivenUp) with { Videos = At(("v0", "00000009", true)) }), false, "Begin" },
        { "a lookalike", new(Facts() with { Videos = new([], ["v7"]) }), false, "Begin beside v7" },

        // A file of two lessons
        { "another lesson's file", new(Facts() with { Twin = Twin }), false, "Adopt v1" },
        { "another lesson's file, whose video this one gave up", new(Facts(GivenUp) with { Twin = Twin with { VideoId = "v0" }, Videos = Nothing }), false, "Begin" },
        { "replaced by a -Force that failed", new(Facts(Intended with { SupersededVideos = ["v2"] }) with { Videos = At(("v2", "00000002", true)) }), false, "Begin" },
        { "another lesson's file, touched", new(Facts(null, Touched with { Fingerprint = null }) with { Twin = Twin }), false, "Compare v1 needs Fingerprint" },
        { "another lesson's file, changed", new(Facts(null, Touched with { Fingerprint = "x" }) with { Twin = Twin, Videos = Nothing }), false, "Begin" },
        { "a file that a lesson before it sends", new(Facts() with { SharedWith = "other" }), false, "Adopt needs EarlierUpload" },
        { "begun for another lesson of the file", new(Facts() with { Begun = Begun with { Lesson = "other" } }), false, "Continue v1" },
        { "begun for another lesson of the file, not read yet", new(Facts(null, File with { Fingerprint = null }) with { Begun = Begun with { Lesson = "other" } }), false, "Continue v1 needs Fingerprint" },
        { "begun for another lesson, and changed since", new(Facts(null, Changed with { Fingerprint = "x" }) with { Begun = Begun with { Lesson = "other" }, Videos = Nothing }), false, "Begin" },
        { "begun, and another lesson has sent the file since", new(Facts(Begun) with { Twin = Twin with { VideoId = "v2" } }), false, "Adopt v2 abandons v1 FileShared" },
        { "begun, and a lesson before it sends the file", new(Facts(Begun) with { SharedWith = "other" }), false, "Adopt needs EarlierUpload abandons v1 FileShared" },
        { "intended, and another lesson has sent the file since", new(Facts(Intended) with { Twin = Twin }), false, "Adopt v1 needs Videos" },
        { "intended, another lesson has sent the file since, and nothing came of the intent", new(Facts(Intended) with { Twin = Twin, Videos = Nothing }), false, "Adopt v1" },
        { "uploaded and changed, and a lesson before it sends the file", new(Facts(Uploaded, Changed) with { SharedWith = "other" }), false, "Adopt needs EarlierUpload notice" },
        { "uploaded and changed, and another lesson has sent it since", new(Facts(Uploaded, Changed) with { Twin = Twin with { VideoId = "v2", Length = Changed.Length, File = Twin.File! with { Modified = Changed.Modified } } }), false, "Adopt v2 notice" },
        { "uploaded and changed, and another lesson has the old one too", new(Facts(Uploaded, Changed) with { Twin = Twin }), false, "Begin notice" },
        { "uploaded, and a lesson before it sends the file", new(Facts(Uploaded) with { SharedWith = "other" }), false, "Done v1" },

        // An id that two courses have
        { "of another course, with another size", new(Facts(OfCourse("a"), File with { Length = 5 }) with { Course = "b" }), false, "Refuse LessonOfAnotherCourse" },
        { "of another course, not read yet", new(Facts(OfCourse("a"), File with { Fingerprint = null }) with { Course = "b" }), false, "Compare v1 needs Fingerprint" },
        { "of another course, with another content", new(Facts(OfCourse("a"), File with { Fingerprint = "x" }) with { Course = "b" }), false, "Refuse LessonOfAnotherCourse" },
        { "of another course, forced", new(Facts(OfCourse("a"), File with { Length = 5 }) with { Course = "b" }), true, "Refuse LessonOfAnotherCourse" },
        { "of a course that was renamed", new(Facts(OfCourse("a")) with { Course = "b" }), false, "Done v1" },
        { "of another course, at the same path", new(Facts(OfCourse("a"), File with { Length = 5 }) with { Course = "b", IsRecordedPath = true }), false, "Begin notice" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_decision_follows_from_the_facts_alone(string what, UploadFactsCase facts, bool force, string expected)
    {
        var decision = UploadDecision.Of(facts.Facts, force);

        Assert.True(expected == Text(decision), $"{what}: expected '{expected}', was '{Text(decision)}'.");
    }

    [Theory]
    [MemberData(nameof(ReplaceCases))]
    public void A_decision_of_who_wants_contents_replaced_follows_from_the_facts_alone(string what, UploadFactsCase facts, bool force, string expected)
    {
        var decision = UploadDecision.Of(facts.Facts, force, replaces: true);

        Assert.True(expected == Text(decision), $"{what}: expected '{expected}', was '{Text(decision)}'.");
    }

    [Theory]
    [InlineData(false, "Replace v1 notice")]
    [InlineData(true, "Begin notice")]
    public void A_replacement_that_was_begun_is_ended_by_whoever_comes_next_unless_he_wants_a_new_video(bool force, string expected) =>
        Assert.Equal(expected, Text(UploadDecision.Of(Facts(Replacing, Changed), force)));

    [Fact]
    public void A_video_that_has_its_new_content_gets_no_other_one_unasked()
    {
        Assert.Equal("Settle v1", Text(UploadDecision.Of(Facts(Replaced, Changed), force: false)));
        Assert.Equal("Begin notice", Text(UploadDecision.Of(Facts(Replaced, Changed with { Length = 5 }), force: false)));
    }

    [Fact]
    public void What_arrived_of_a_large_file_is_not_taken_for_one_that_was_touched_since()
    {
        var sending = new Replacement(Large, "00000003", Monday, new VideoBefore()) { Fingerprint = Print, MayHaveArrived = true, Modified = Monday };
        var facts = Facts(LargeUploaded with { Replacement = sending }) with { Arrival = ReplacementArrival.Arrived };

        Assert.Equal("Settle v1", Text(UploadDecision.Of(facts with { File = LargeAndTouched with { Modified = Monday } }, force: false)));
        Assert.Equal("Replace v1 notice", Text(UploadDecision.Of(facts with { File = LargeAndTouched with { Modified = Monday.AddDays(1) } }, force: false)));
    }

    private static string Text(UploadDecision decision) => string.Join(' ', new[]
    {
        $"{decision.Step}",
        decision.VideoId,
        decision.IsVerified ? "verified" : null,
        decision.Failure?.ErrorId,
        decision.Needs == CostlyFact.None ? null : $"needs {decision.Needs}",
        decision.Abandoned.Count == 0 ? null : $"abandons {string.Join(',', decision.Abandoned)} {decision.AbandonReason}",
        decision.Lookalikes.Count == 0 ? null : $"beside {string.Join(',', decision.Lookalikes)}",
        decision.Notices.Count == 0 || decision.Step == UploadStep.LeaveOut ? null : "notice",
    }.OfType<string>());

    private static UploadFacts Facts(RecordedUpload? recorded = null, FileFacts? file = null) =>
        new() { Lesson = "l0", File = file ?? File, Recorded = recorded };

    private static RecordedUpload OfCourse(string course) => Uploaded with { Course = course };

    private static VideosAtKinescope At(params StampedVideo[] videos) => new(videos, []);

    /// <summary>A complete video of a day after the file.</summary>
    private static StampedVideo Original(string id, long length, string? md5) => new(id, UploadStamp.Of("l0", Print, "00000009"), HasAllBytes: true)
    {
        CreatedAt = Monday.AddDays(1),
        Original = new KinescopeAsset { Length = length, Md5 = md5 },
    };

    private static VideosAtKinescope At(params (string Id, string Attempt, bool HasAllBytes)[] videos) =>
        new([.. videos.Select(video => new StampedVideo(video.Id, UploadStamp.Of("l0", Print, video.Attempt), video.HasAllBytes))], []);

    /// <summary>Facts as the data of a theory, which has to be public.</summary>
    public sealed class UploadFactsCase
    {
        internal UploadFactsCase(UploadFacts facts) => Facts = facts;

        internal UploadFacts Facts { get; }
    }
}
