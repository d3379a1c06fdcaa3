using System.Collections.Concurrent;

namespace KinescopePS.Database;

/// <summary>
/// The further columns of a run's lessons, and the values that videos give to them. A column is filled where it says nothing: null, an
/// empty text, 0. Where it says something else than the video, a person may have set it: it is replaced only where the module wrote it.
/// </summary>
/// <param name="table">Names the columns.</param>
/// <param name="overwrite">True where any value may be replaced.</param>
/// <param name="wrote">True for a value that the module wrote, from the lesson, the column and the value.</param>
internal sealed class LessonColumns(LessonTable table, bool overwrite, Func<string, string, string, bool> wrote)
{
    private readonly ConcurrentDictionary<string, VideoFacts?> _videos = new();

    /// <summary>The columns' names, for messages.</summary>
    public string Names => string.Join(" and ", table.OtherColumns);

    /// <summary>Takes in a video that was looked up; null for one that is not at Kinescope.</summary>
    public void Learn(string videoId, KinescopeVideo? video) =>
        _videos[videoId] = video is null ? null : new VideoFacts(video.Duration, video.PosterUrl, video.Status);

    /// <summary>True for a video that was looked up.</summary>
    public bool Knows(string videoId) => _videos.ContainsKey(videoId);

    /// <summary>The video, as far as it was looked up and is at Kinescope.</summary>
    public VideoFacts? Find(string videoId) => _videos.GetValueOrDefault(videoId);

    /// <summary>The row as its video fills it. A value that is not known is never written.</summary>
    public VideoLink Fill(string lessonId, string videoId, VideoLink row)
    {
        foreach (var column in ValuesOf(videoId).Where(column => Differs(column, row) && MayReplace(lessonId, column, row)))
            row = row with { Others = row.Others.With(column.Name, column.Value) };
        return row;
    }

    /// <summary>The columns that say something else than the video, and are not replaced.</summary>
    public IEnumerable<string> Kept(string lessonId, string videoId, VideoLink row) => ValuesOf(videoId)
        .Where(column => Differs(column, row) && !MayReplace(lessonId, column, row))
        .Select(column => $"{column.Name} stays {row.Others[column.Name]}, where the video says {column.Value}");

    /// <summary>True where the row has a column that says nothing, and the video says nothing of it either.</summary>
    public bool Lacks(string videoId, VideoLink row) =>
        ValuesOf(videoId).Any(column => column.Value is null && IsEmpty(column, row.Others[column.Name]));

    private IEnumerable<Column> ValuesOf(string videoId)
    {
        var video = Find(videoId);
        if (table.DurationColumn is { } duration)
        {
            var number = video?.Duration is { } known ? DurationNumber.TextOf(known, table.DurationUnit) : null;
            yield return new(duration, number, IsNumber: true);
        }

        if (table.PosterUrlColumn is { } poster)
            yield return new(poster, video?.PosterUrl, IsNumber: false);
    }

    private bool MayReplace(string lessonId, Column column, VideoLink row) =>
        row.Others[column.Name] is var held && (overwrite || IsEmpty(column, held) || wrote(lessonId, column.Name, held!));

    // A number that somebody keeps more exactly, or more roughly, says the same where it rounds to the same.
    private static bool Differs(Column column, VideoLink row) =>
        column.Value is { } value && row.Others[column.Name] is var held && held != value
        && !(column.IsNumber && DurationNumber.Number(held) is { } number
            && Math.Round(number, MidpointRounding.AwayFromZero) == DurationNumber.Number(value));

    private static bool IsEmpty(Column column, string? held) =>
        string.IsNullOrWhiteSpace(held) || column.IsNumber && DurationNumber.Number(held) == 0;

    /// <param name="Name">The column's name.</param>
    /// <param name="Value">The video's value; null where it is not known.</param>
    /// <param name="IsNumber">True for a number.</param>
    private readonly record struct Column(string Name, string? Value, bool IsNumber);
}

/// <summary>The facts of a video that was looked up.</summary>
/// <param name="Duration">The running time; null until it is known.</param>
/// <param name="PosterUrl">The address of its poster; null for none.</param>
/// <param name="Status">Kinescope's word.</param>
internal sealed record VideoFacts(TimeSpan? Duration, string? PosterUrl, string Status);
