using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KinescopePS.Transfer;
using Microsoft.Data.Sqlite;

namespace KinescopePS.Comparison;

/// <summary>
/// The sides of a comparison, joined by lesson and by video. They may be of any length and in any order: they are kept in a database
/// of SQLite's own that has no name, lies in memory up to a limit and beyond it in a file that is gone once it is closed.
/// </summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed class ComparisonStore : IDisposable
{
    private const string Schema =
        """
        PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE; PRAGMA cache_size = -32768;
        CREATE TABLE lesson (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, is_wanted INTEGER NOT NULL DEFAULT 0,
            map TEXT, record TEXT, site TEXT, record_video TEXT, site_video TEXT);
        CREATE INDEX lesson_stamp ON lesson (stamp);
        CREATE INDEX lesson_record ON lesson (record_video) WHERE record_video IS NOT NULL;
        CREATE INDEX lesson_site ON lesson (site_video) WHERE site_video IS NOT NULL;
        CREATE TABLE video (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, side TEXT NOT NULL);
        CREATE TABLE stamp (lesson TEXT NOT NULL, video TEXT NOT NULL, PRIMARY KEY (lesson, video)) WITHOUT ROWID;
        CREATE INDEX stamp_video ON stamp (video);
        BEGIN;
        """;

    private const string NamedVideos =
        "SELECT record_video AS id FROM lesson WHERE record_video IS NOT NULL "
        + "UNION SELECT site_video FROM lesson WHERE site_video IS NOT NULL";

    private readonly SqliteConnection _connection = new("Data Source=;Pooling=False");
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    public ComparisonStore()
    {
        _connection.Open();
        using var create = _connection.CreateCommand();
        create.CommandText = Schema;
        create.ExecuteNonQuery();
    }

    /// <summary>Takes a lesson of the map.</summary>
    /// <returns>False where the map had it before: the first one counts.</returns>
    public bool Add(string lesson, MapSide side) => Execute(
        "INSERT INTO lesson (id, stamp, map) VALUES ($id, $stamp, $map) "
            + "ON CONFLICT (id) DO UPDATE SET map = excluded.map WHERE map IS NULL",
        ("$id", lesson), ("$stamp", UploadStamp.LessonPart(lesson)), ("$map", Text(side, SideJson.Default.MapSide))) > 0;

    public void Add(string lesson, RecordSide side) => Execute(
        "INSERT INTO lesson (id, stamp, record, record_video) VALUES ($id, $stamp, $record, $video) "
            + "ON CONFLICT (id) DO UPDATE SET record = excluded.record, record_video = excluded.record_video",
        ("$id", lesson), ("$stamp", UploadStamp.LessonPart(lesson)), ("$record", Text(side, SideJson.Default.RecordSide)),
        ("$video", side.VideoId));

    public void Add(string lesson, SiteSide side) => Execute(
        "INSERT INTO lesson (id, stamp, site, site_video) VALUES ($id, $stamp, $site, $video) "
            + "ON CONFLICT (id) DO UPDATE SET site = excluded.site, site_video = excluded.site_video",
        ("$id", lesson), ("$stamp", UploadStamp.LessonPart(lesson)), ("$site", Text(side, SideJson.Default.SiteSide)),
        ("$video", side.LinkedVideoId));

    public void Add(VideoSide side)
    {
        var isNew = Execute(
            "INSERT INTO video (id, side) VALUES ($id, $side) ON CONFLICT DO NOTHING",
            ("$id", side.VideoId), ("$side", Text(side, SideJson.Default.VideoSide))) > 0;
        foreach (var lesson in isNew ? side.Stamps.Select(stamp => stamp.Lesson).Distinct() : [])
            Execute("INSERT INTO stamp (lesson, video) VALUES ($lesson, $video)", ("$lesson", lesson), ("$video", side.VideoId));
    }

    /// <summary>Takes a video that rows or the record know by another id, such as an old number.</summary>
    public void Add(VideoSide side, string otherId)
    {
        Add(side);
        Execute("UPDATE lesson SET site_video = $id WHERE site_video = $other", ("$id", side.VideoId), ("$other", otherId));
        Execute("UPDATE lesson SET record_video = $id WHERE record_video = $other", ("$id", side.VideoId), ("$other", otherId));
    }

    /// <summary>Names a lesson that is compared, whatever is known of it.</summary>
    public void Want(string lesson) => Execute(
        "INSERT INTO lesson (id, stamp, is_wanted) VALUES ($id, $stamp, 1) ON CONFLICT (id) DO UPDATE SET is_wanted = 1",
        ("$id", lesson), ("$stamp", UploadStamp.LessonPart(lesson)));

    /// <summary>Lessons with their sides, in the order in which they came, without their videos.</summary>
    /// <param name="wantedOnly">True for only those that were named.</param>
    public IEnumerable<LessonFacts> Lessons(bool wantedOnly)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            $"SELECT id, map, record, site, record_video, site_video FROM lesson{Where(wantedOnly)} ORDER BY number";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return new LessonFacts(reader.GetString(0))
            {
                Map = Side(reader, 1, SideJson.Default.MapSide),
                Record = Side(reader, 2, SideJson.Default.RecordSide) is { } record ? record with { VideoId = TextAt(reader, 4) } : null,
                Site = Side(reader, 3, SideJson.Default.SiteSide) is { } site ? site with { LinkedVideoId = TextAt(reader, 5) } : null,
            };
        }
    }

    /// <summary>Names all lessons whose ids match.</summary>
    public void Want(Func<string, bool> matches)
    {
        foreach (var id in Texts("SELECT id FROM lesson").Where(matches).ToList())
            Want(id);
    }

    /// <summary>The ids of the lessons that are compared, each page in one.</summary>
    public IEnumerable<string[]> WantedIds(int pageSize) =>
        Texts("SELECT id FROM lesson WHERE is_wanted = 1 ORDER BY number").Chunk(pageSize);

    /// <summary>The number of lessons that are compared.</summary>
    public long Count(bool wantedOnly) =>
        (long)Command($"SELECT COUNT(*) FROM lesson{Where(wantedOnly)}").ExecuteScalar()!;

    /// <summary>The videos that a lesson's row, its record or a stamp names.</summary>
    public IReadOnlyList<VideoSide> VideosOf(LessonFacts lesson) => Videos(
        "SELECT side FROM video WHERE id IN ($record, $site) UNION "
            + "SELECT side FROM stamp JOIN video ON video.id = stamp.video WHERE stamp.lesson = $stamp",
        ("$record", lesson.Record?.VideoId), ("$site", lesson.Site?.LinkedVideoId), ("$stamp", UploadStamp.LessonPart(lesson.LessonId)));

    /// <summary>Other lessons whose rows hold a video.</summary>
    public IReadOnlyList<LessonFacts> OthersWith(string videoId, string lesson)
    {
        const int Most = 5;
        var command = Command(
            $"SELECT id, map, record FROM lesson WHERE site_video = $video AND id <> $id LIMIT {Most}",
            ("$video", videoId), ("$id", lesson));
        using var reader = command.ExecuteReader();
        var others = new List<LessonFacts>();
        while (reader.Read())
        {
            others.Add(new LessonFacts(reader.GetString(0))
            {
                Map = Side(reader, 1, SideJson.Default.MapSide),
                Record = Side(reader, 2, SideJson.Default.RecordSide),
            });
        }

        return others;
    }

    /// <summary>True where the row or the record of another lesson names a video.</summary>
    public bool IsOfAnother(string videoId, string lesson) => Command(
        "SELECT 1 FROM lesson WHERE (site_video = $video OR record_video = $video) AND id <> $id LIMIT 1",
        ("$video", videoId), ("$id", lesson)).ExecuteScalar() is not null;

    /// <summary>The ids of videos that rows and the record name and that did not come.</summary>
    public IReadOnlyList<string> MissingVideos() =>
        [.. Texts($"SELECT id FROM ({NamedVideos}) AS named WHERE id NOT IN (SELECT id FROM video)")];

    /// <summary>Videos that no lesson names and that carry no lesson's stamp.</summary>
    public IEnumerable<VideoSide> UnusedVideos() => Read(
        $"SELECT side FROM video WHERE id NOT IN ({NamedVideos}) AND NOT EXISTS "
            + "(SELECT 1 FROM stamp JOIN lesson ON lesson.stamp = stamp.lesson WHERE stamp.video = video.id) ORDER BY number");

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private IEnumerable<VideoSide> Read(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return Side(reader, 0, SideJson.Default.VideoSide)!;
    }

    private List<VideoSide> Videos(string sql, params (string Name, string? Value)[] parameters)
    {
        using var reader = Command(sql, parameters).ExecuteReader();
        var videos = new List<VideoSide>();
        while (reader.Read())
            videos.Add(Side(reader, 0, SideJson.Default.VideoSide)!);
        return videos;
    }

    private IEnumerable<string> Texts(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader.GetString(0);
    }

    private int Execute(string sql, params (string Name, string? Value)[] parameters) => Command(sql, parameters).ExecuteNonQuery();

    private SqliteCommand Command(string sql, params (string Name, string? Value)[] parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _commands[sql] = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
                command.Parameters.Add(name, SqliteType.Text);
        }

        foreach (var (name, value) in parameters)
            command.Parameters[name].Value = value ?? (object)DBNull.Value;
        return command;
    }

    private static string Where(bool wantedOnly) => wantedOnly ? " WHERE is_wanted = 1" : "";

    private static string Text<T>(T side, JsonTypeInfo<T> type) => JsonSerializer.Serialize(side, type);

    private static string? TextAt(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static T? Side<T>(SqliteDataReader reader, int column, JsonTypeInfo<T> type)
        where T : class =>
        reader.IsDBNull(column) ? null : JsonSerializer.Deserialize(reader.GetString(column), type);
}
