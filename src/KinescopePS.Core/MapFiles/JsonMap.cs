using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using KinescopePS.Files;
using KinescopePS.Manifest;

namespace KinescopePS.MapFiles;

/// <summary>
/// The map file of the original scripts, kinescope-video-map.json: <c>{"generated", "basePath", "manifestPath", "matched": [...],
/// "unmatched": [...], "stats": {...}}</c>. What these did not note of a lesson stands in properties of our own beside theirs.
/// </summary>
internal static class JsonMap
{
    /// <summary>A list of our own: the scripts take what is in theirs for a lesson with a file, or a file without a lesson.</summary>
    private const string LessonsWithoutFile = "lessonsWithoutFile";

    private const double Mebibyte = 1024 * 1024;

    /// <param name="basePath">The base path that the map names; null for the first lesson's.</param>
    /// <param name="isRelative">True for file paths that start from there. The scripts open a path as it stands.</param>
    /// <param name="isBrief">True for <c>generated</c>, <c>matched</c> and <c>stats</c> only, with whole MiB, as by hand.</param>
    public static IMapWriter CreateWriter(Stream stream, string? basePath, bool isRelative, bool isBrief) =>
        new Writer(stream, basePath, isRelative, isBrief);

    /// <summary>Reads lesson by lesson, whatever the file's length. The base path is found wherever it stands.</summary>
    /// <param name="stream">The file, behind its byte order mark.</param>
    /// <param name="found">Called with each entry.</param>
    /// <param name="unusable">Called with the position of each entry that is none, and the reason.</param>
    /// <exception cref="FormatException">This is no such file.</exception>
    public static void Read(Stream stream, Action<MapEntry> found, Action<string, string> unusable)
    {
        try
        {
            var json = new JsonFileReader(stream);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                throw new FormatException("it is no JSON object.");

            string? basePath = null, manifestPath = null;
            JsonFileReader.Mark? matched = null, unmatched = null, withoutFile = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.Text();
                json.Read();
                if (name == "matched" && json.TokenType == JsonTokenType.StartArray)
                    matched = json.Here;
                else if (name == "unmatched" && json.TokenType == JsonTokenType.StartArray)
                    unmatched = json.Here;
                else if (name == LessonsWithoutFile && json.TokenType == JsonTokenType.StartArray)
                    withoutFile = json.Here;
                else if (name == "basePath")
                    basePath = json.Text();
                else if (name == "manifestPath")
                    manifestPath = json.Text();
                json.Skip();
            }

            // To the end of the text: what follows the object would be a mistake.
            json.Read();
            if (matched is null)
                throw new FormatException("it has no list \"matched\".");

            foreach (var (list, start) in new[] { ("matched", matched), ("unmatched", unmatched), (LessonsWithoutFile, withoutFile) })
            {
                if (start is null)
                    continue;
                json.Return(start.Value);
                for (var index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
                {
                    ReadEntry(
                        ref json,
                        $"{list}[{index}]",
                        isLesson: list != "unmatched",
                        isWithoutFile: list == LessonsWithoutFile,
                        basePath,
                        manifestPath,
                        found,
                        unusable);
                }
            }
        }
        catch (JsonException failure)
        {
            throw new FormatException(
                $"line {JsonFault.LineOf(failure)}: this is not JSON. {JsonFault.ReasonOf(failure)}", failure);
        }
    }

    private static void ReadEntry(
        ref JsonFileReader json,
        string position,
        bool isLesson,
        bool isWithoutFile,
        string? basePath,
        string? manifestPath,
        Action<MapEntry> found,
        Action<string, string> unusable)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            unusable(position, "is no object");
            return;
        }

        var values = new Dictionary<string, string?>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.Text()!;
            json.Read();
            var value = json.TokenType switch { JsonTokenType.True => "true", JsonTokenType.False => "false", _ => json.Text() };
            if (!string.IsNullOrWhiteSpace(value))
                values[name] = value;
            else
                values.TryAdd(name, null);
            json.Skip();
        }

        string? Value(string name) => values.GetValueOrDefault(name);
        long? Number(string name) =>
            long.TryParse(Value(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
        if ((isWithoutFile ? "" : Value("filePath")) is not { } path)
        {
            unusable(position, "has no filePath");
            return;
        }

        if (isLesson && Value("lessonId") is null)
        {
            unusable(position, "has no lessonId");
            return;
        }

        found(new MapEntry(position, path)
        {
            LessonId = isLesson ? Value("lessonId") : null,
            Title = Value("title"),
            Course = Value("courseId"),
            Module = Value("moduleId"),
            Submodule = Value("submoduleId"),
            Category = Value("category"),
            Order = Number("order"),
            State = isWithoutFile ? LessonVideoState.Unmatched : StateOf(Value("state"), Value("fileExists"), isLesson),
            Length = Number("sizeBytes") ?? BytesOf(Value("fileSizeMB")),
            VideoId = Value("videoId"),
            MatchedBy = MapEntry.GroundOf(Value("matchedBy")),
            Confidence = MapEntry.ConfidenceOf(Value("confidence")),
            RunnerUp = Value("runnerUp"),
            HasUnknownVideo = Value("hasVideoId") == "true" && Value("videoId") is null,
            BasePath = Value("basePath") ?? basePath,
            ManifestPath = values.TryGetValue("manifestPath", out var own) ? own : manifestPath,
        });
    }

    private static long? BytesOf(string? mebibytes) =>
        double.TryParse(mebibytes, CultureInfo.InvariantCulture, out var size) ? (long)Math.Round(size * Mebibyte) : null;

    private static LessonVideoState? StateOf(string? state, string? fileExists, bool isLesson)
    {
        if (!isLesson)
            return LessonVideoState.Orphan;
        if (Enum.TryParse<LessonVideoState>(state, ignoreCase: true, out var given))
            return given;
        return fileExists switch { "true" => LessonVideoState.Ready, "false" => LessonVideoState.Missing, _ => null };
    }

    private sealed class Writer : IMapWriter
    {
        private readonly bool _isRelative;
        private readonly bool _isBrief;
        private readonly Utf8JsonWriter _json;
        private readonly List<LessonVideo> _unmatched = [];
        private readonly List<LessonVideo> _withoutFile = [];
        private readonly SortedDictionary<string, int> _byExtension = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, int> _byCourse = new(StringComparer.Ordinal);
        private string? _basePath;
        private string? _manifestPath;
        private bool _isBegun;
        private int _matched;
        private int _missing;
        private int _withVideo;
        private long _length;

        public Writer(Stream stream, string? basePath, bool isRelative, bool isBrief)
        {
            (_basePath, _isRelative, _isBrief) = (basePath, isRelative, isBrief);
            // Titles are for people, and no page shows this file.
            var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            _json = new Utf8JsonWriter(stream, options);
        }

        public void Write(LessonVideo lesson)
        {
            Begin(lesson);
            if (lesson.State is LessonVideoState.Orphan or LessonVideoState.Unmatched)
            {
                (lesson.State == LessonVideoState.Orphan ? _unmatched : _withoutFile).Add(lesson);
                return;
            }

            Count(lesson);
            _json.WriteStartObject();
            WritePath(lesson);
            _json.WriteString("lessonId", lesson.LessonId);
            _json.WriteString("title", lesson.Title);
            _json.WriteString("courseId", lesson.Course);
            _json.WriteBoolean("fileExists", lesson.State != LessonVideoState.Missing);
            if (lesson.Length is not { } length)
                _json.WriteNull("fileSizeMB");
            else if (_isBrief)
                _json.WriteNumber("fileSizeMB", (long)Math.Round(length / Mebibyte));
            else
                _json.WriteNumber("fileSizeMB", Math.Round(length / Mebibyte, 2));
            _json.WriteString("extension", lesson.Extension);
            if (!_isBrief)
            {
                _json.WriteBoolean("hasVideoId", lesson.VideoId is not null);
                WriteOurs(lesson);
            }

            _json.WriteEndObject();
            if (_json.BytesPending > 1 << 16)
                _json.Flush();
        }

        public void Complete()
        {
            Begin(null);
            _json.WriteEndArray();
            if (!_isBrief)
            {
                WriteUnmatched();
                if (_withoutFile.Count > 0)
                    WriteLessonsWithoutFile();
            }

            WriteStats();
            _json.WriteEndObject();
            _json.Flush();
        }

        private void Begin(LessonVideo? first)
        {
            if (_isBegun)
                return;
            _isBegun = true;
            _basePath ??= first?.BasePath;
            _manifestPath = first?.ManifestPath;
            _json.WriteStartObject();
            _json.WriteString("generated", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            if (!_isBrief)
            {
                _json.WriteString("basePath", _basePath);
                _json.WriteString("manifestPath", _manifestPath);
            }

            _json.WriteStartArray("matched");
        }

        private void Count(LessonVideo lesson)
        {
            _matched++;
            _missing += lesson.State == LessonVideoState.Missing ? 1 : 0;
            _withVideo += lesson.VideoId is null ? 0 : 1;
            _length += lesson.Length ?? 0;
            _byExtension[lesson.Extension] = _byExtension.GetValueOrDefault(lesson.Extension) + 1;
            _byCourse[lesson.Course ?? ""] = _byCourse.GetValueOrDefault(lesson.Course ?? "") + 1;
        }

        private void WritePath(LessonVideo lesson)
        {
            // The lessons of another manifest start from another folder than the map's.
            var start = _basePath is not null && MapPaths.Below(_basePath, lesson.Path) is not null ? _basePath : lesson.BasePath;
            var isOwn = start is not null && start != _basePath && !_isBrief;
            var relative = _isRelative && start is not null && (isOwn || start == _basePath) ? MapPaths.Below(start, lesson.Path) : null;
            _json.WriteString("filePath", relative ?? lesson.Path);
            if (isOwn)
                _json.WriteString("basePath", start);
            if (!_isBrief && lesson.ManifestPath != _manifestPath)
                _json.WriteString("manifestPath", lesson.ManifestPath);
        }

        private void WriteOurs(LessonVideo lesson)
        {
            _json.WriteString("moduleId", lesson.Module);
            _json.WriteString("submoduleId", lesson.Submodule);
            _json.WriteString("category", lesson.Category);
            if (lesson.Order is { } order)
                _json.WriteNumber("order", order);
            _json.WriteString("state", lesson.State.ToString());
            if (lesson.Length is { } length)
                _json.WriteNumber("sizeBytes", length);
            _json.WriteString("videoId", lesson.VideoId);
            if (lesson.MatchedBy is { } ground)
                _json.WriteString("matchedBy", ground.ToString());
            if (lesson.Confidence is { } confidence)
                _json.WriteNumber("confidence", confidence);
            if (lesson.RunnerUp is { } runnerUp)
                _json.WriteString("runnerUp", runnerUp);
        }

        private void WriteLessonsWithoutFile()
        {
            _json.WriteStartArray(LessonsWithoutFile);
            foreach (var lesson in _withoutFile)
            {
                _json.WriteStartObject();
                _json.WriteString("lessonId", lesson.LessonId);
                _json.WriteString("title", lesson.Title);
                _json.WriteString("courseId", lesson.Course);
                if (lesson.BasePath != _basePath)
                    _json.WriteString("basePath", lesson.BasePath);
                if (lesson.ManifestPath != _manifestPath)
                    _json.WriteString("manifestPath", lesson.ManifestPath);
                WriteOurs(lesson);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        private void WriteUnmatched()
        {
            _json.WriteStartArray("unmatched");
            foreach (var orphan in _unmatched)
            {
                _json.WriteStartObject();
                WritePath(orphan);
                _json.WriteString("reason", "No lesson of the manifest names this file.");
                if (orphan.Length is { } length)
                    _json.WriteNumber("sizeBytes", length);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        private void WriteStats()
        {
            _json.WriteStartObject("stats");
            _json.WriteNumber("total", _matched + _unmatched.Count);
            _json.WriteNumber("matched", _matched);
            _json.WriteNumber("unmatched", _unmatched.Count);
            _json.WriteNumber("filesExist", _matched - _missing);
            _json.WriteNumber("filesMissing", _missing);
            if (_isBrief)
                _json.WriteNumber("totalSizeMB", (long)Math.Round(_length / Mebibyte));
            else
                _json.WriteNumber("totalSizeMB", Math.Round(_length / Mebibyte, 2));
            _json.WriteNumber("alreadyHaveVideoId", _withVideo);
            foreach (var (name, counts) in new[] { ("byExtension", _byExtension), ("byCourse", _byCourse) })
            {
                _json.WriteStartObject(name);
                foreach (var (key, count) in counts)
                    _json.WriteNumber(key, count);
                _json.WriteEndObject();
            }

            _json.WriteEndObject();
        }
    }
}
