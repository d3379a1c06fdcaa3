using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>Histories of uploads, by chance but the same each time.</summary>
internal static class UploadHistory
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 1, 2, 3, TimeSpan.Zero);

    /// <summary>An upload as text, without its number in an open record.</summary>
    public static string Text(RecordedUpload state) =>
        $"{state with { Marks = [], AbandonedVideos = [], SupersededVideos = [], LostAttempts = [], Replacement = null, Companions = [], Revision = 0 }} "
        + $"{System.Text.Json.JsonSerializer.Serialize(state.Replacement)} "
        + $"{string.Join(' ', state.Marks)} {string.Join(' ', state.AbandonedVideos)} / {string.Join(' ', state.SupersededVideos)} / {string.Join(' ', state.LostAttempts)} / "
        + string.Join(' ', state.Companions.Select(sent => $"{sent with { Before = null, GivingWay = null }} {string.Join(',', sent.Before ?? ["-"])} {string.Join(',', sent.GivingWay ?? ["-"])}"));

    /// <summary>A step of one of three lessons, sensible or not.</summary>
    public static IEnumerable<UploadEvent> RandomSteps(Random random, int step)
    {
        var next = new UploadEvent(UploadEventKind.Run, Start.AddSeconds(step)) { Lesson = $"l{random.Next(3)}" };
        string? Maybe(string text) => random.Next(3) == 0 ? null : text;
        string Video() => $"v{random.Next(4)}";
        return random.Next(18) switch
        {
            0 or 1 =>
            [
                next with
                {
                    Event = UploadEventKind.Intent,
                    Course = Maybe("c"),
                    Title = $"t{step}",
                    Path = Maybe("/p"),
                    Length = step,
                    Modified = Start.AddDays(step),
                    Fingerprint = $"f{step}",
                    Parent = "p",
                    InitId = Maybe($"i{step}"),
                    Attempt = Maybe($"a{step}"),
                },
            ],
            2 => [next with { Event = UploadEventKind.Initialised, Video = Video(), Endpoint = $"https://x/{step}" }],
            3 => [next with { Event = UploadEventKind.Mark, Offset = random.Next(5) * 10, Hash = $"h{step}" }],
            4 => [next with { Event = UploadEventKind.Uploaded, Video = Video(), Course = Maybe("d"), Length = step, Fingerprint = Maybe($"f{step}"), Path = Maybe("/q") }],
            5 => [next with { Event = UploadEventKind.Failed, Reason = $"r{step}", Message = $"m{step}", Course = Maybe("e"), Path = Maybe("/q") }],
            6 => [next with { Event = UploadEventKind.Abandoned, Video = Video(), Attempt = Maybe($"a{step - random.Next(9)}") }],
            7 => [next with { Event = UploadEventKind.Deleted, Video = Video() }],
            8 => [next with { Event = UploadEventKind.Verified }],
            9 => [next with { Event = UploadEventKind.Superseded, Video = Video() }],
            10 => [next with { Event = UploadEventKind.Ending }],
            12 => [next with { Event = UploadEventKind.Replacing, Video = Video(), Length = step, Fingerprint = $"f{step}", Attempt = $"a{step}", Before = new() { Title = $"t{step}", Tags = ["x"], Assets = [new($"i{step}", "original", step, null, Start)] } }],
            13 => [next with { Event = random.Next(3) switch { 0 => UploadEventKind.Kept, 1 => UploadEventKind.Restored, _ => UploadEventKind.Replaced }, Video = Video() }],
            14 => [next with { Event = UploadEventKind.Uploaded, Video = Video(), Fingerprint = $"f{step - 1}" }],
            15 => [next with { Event = UploadEventKind.Failed, Reason = random.Next(2) == 0 ? ErrorIds.VideoProcessingFailed : ErrorIds.VideoDiffers }],
            16 =>
            [
                next with
                {
                    Event = UploadEventKind.Companion,
                    Companion = new RecordedCompanion(random.Next(2) == 0 ? "poster" : "subtitles ru", Video(), $"h{step}")
                    {
                        Id = Maybe($"s{step}"),
                        Before = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, random.Next(3)).Select(i => $"b{i}")],
                        GivingWay = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, random.Next(3)).Select(i => $"g{i}")],
                    },
                },
            ],
            11 => [next with { Event = UploadEventKind.Settled, Attempt = $"a{step - random.Next(9)}" }],
            _ => [next with { Event = random.Next(4) == 0 ? UploadEventKind.Forgotten : UploadEventKind.Failed, Message = "again" }],
        };
    }
}
