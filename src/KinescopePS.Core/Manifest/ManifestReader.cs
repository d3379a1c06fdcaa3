using System.Text.Json;

namespace KinescopePS.Manifest;

/// <summary>
/// Reads <c>courses[] &gt; modules[] &gt; lessons[]</c>, where an entry of <c>lessons</c> is a lesson or a wrapper
/// <c>{"submodule": {..., "lessons": [...]}}</c>, nested to any depth. The file is streamed: what is held is one buffer and
/// the headers above the current lesson.
/// </summary>
internal sealed class ManifestReader(string path, Action<ManifestEntry> found)
{
    private readonly LineIndex _ids = new(position => ManifestText.ValueAt(path, position, "id"u8));

    private delegate void ReadItem(ref JsonFileReader json, ListItem item);

    /// <summary>Reads the whole manifest, handing each entry on as it comes.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ManifestUnreadable</c>, <c>ManifestNotJson</c> (with line and column) or <c>ManifestShapeInvalid</c> (the document
    /// itself is not a manifest).
    /// </exception>
    public void Read()
    {
        using var stream = ManifestText.Open(path);
        try
        {
            var json = new JsonFileReader(stream);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                throw NotAManifest(json.Line, "the document", "an object that holds `courses`");
            ReadDocument(ref json);
            json.Read();
        }
        catch (JsonException failure)
        {
            throw ManifestText.NotJson(path, failure);
        }
        catch (IOException failure)
        {
            throw ManifestText.Unreadable(path, failure);
        }
    }

    private void ReadDocument(ref JsonFileReader json)
    {
        var told = false;
        var line = json.Line;
        var isThere = ReadObject(ref json, "", "courses", ["base_path"], (ref JsonFileReader json, string where, Header header) =>
        {
            if (!told)
                found(new ManifestHead(header["base_path"]));
            told = true;
            if (json.TokenType != JsonTokenType.StartArray)
                throw NotAManifest(json.Line, "`courses`", "an array");
            ReadItems(ref json, where, ReadCourse);
        });
        if (!isThere)
            throw NotAManifest(line, "the document", "an object that holds `courses`");
    }

    private void ReadCourse(ref JsonFileReader json, ListItem item) =>
        ReadObject(ref json, item.ToString(), "modules", ["id", "skill_category"], (ref JsonFileReader json, string where, Header course) =>
            ReadItems(ref json, where, (ref JsonFileReader json, ListItem item) =>
                ReadModule(ref json, item.ToString(), new LessonHeader(course["id"], course["skill_category"], null, null))));

    private void ReadModule(ref JsonFileReader json, string where, LessonHeader above) =>
        ReadObject(ref json, where, "lessons", ["id"], (ref JsonFileReader json, string where, Header module) =>
        {
            var header = above.Module is null
                ? above with { Module = module["id"] }
                : above with { Submodule = module["id"] };
            ReadItems(ref json, where, (ref JsonFileReader json, ListItem item) => ReadLessonOrSubmodule(ref json, item, header));
        });

    private void ReadLessonOrSubmodule(ref JsonFileReader json, ListItem item, LessonHeader header)
    {
        var (line, position) = (json.Line, json.Position);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            Misshapen(ref json, item.ToString(), "an object");
            return;
        }

        string? id = null, filePath = null, title = null, fileName = null;
        long? order = null;
        var isWrapper = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.Is("submodule"u8))
            {
                isWrapper = true;
                json.Read();
                ReadModule(ref json, $"{item}.submodule", header with { Module = header.Module ?? "" });
                continue;
            }

            if (json.Is("id"u8))
                id = Value(ref json);
            else if (json.Is("filepath"u8))
                filePath = Value(ref json);
            else if (json.Is("filename"u8))
                fileName = Value(ref json);
            else if (json.Is("title_original"u8))
                title = Value(ref json);
            else if (json.Is("order"u8))
                order = json.Read() ? json.WholeNumber() : null;
            else
                json.Read();
            json.Skip();
        }

        if (isWrapper)
            return;

        if (string.IsNullOrWhiteSpace(id))
            Refuse(ErrorIds.LessonIdMissing, "the lesson has no `id`. Give it the id of its row in the lesson table.");
        else if ((Given(title) ?? Given(fileName) ?? NameIn(filePath)) is not { } name)
            Refuse(
                ErrorIds.LessonFilePathMissing,
                $"lesson '{id}' has neither `filepath` nor a title. Give it the path of its video, relative to the base path.");
        else
            Take(new ManifestLesson(id, Given(filePath), name, order, header, line, position, json.Share));

        void Refuse(string errorId, string why) => Problem(errorId, line, item.ToString(), why, Given(id), filePath);
    }

    /// <summary>Hands a lesson on whose id can be used.</summary>
    private void Take(ManifestLesson lesson)
    {
        if (!PrintableText.Is(lesson.Id))
            Refuse(ErrorIds.LessonIdInvalid, "the id holds a control character; this lesson was left out.");
        else if (_ids.Note(lesson.Id, lesson.Line, lesson.Position, lesson.Share) is { } taken)
            Refuse(
                ErrorIds.LessonIdDuplicate,
                $"the id is taken by the lesson on line {taken}. Ids must be unique; this lesson was left out.");
        else
            found(lesson);

        void Refuse(string errorId, string why) =>
            found(new ManifestProblem(new KinescopeException(errorId, $"{lesson.PositionIn(path)}: {why}"), lesson.Id, lesson.FilePath));
    }

    private static string? Value(ref JsonFileReader json) => json.Read() ? json.Text() : null;

    private static string? NameIn(string? filePath) =>
        Given(filePath) is { } path ? path[(path.LastIndexOf('/') + 1)..] : null;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private delegate void ReadChildren(ref JsonFileReader json, string where, Header header);

    /// <summary>
    /// Reads an object's header and hands its list of children on. Children that come before the header is complete are passed
    /// over and returned to.
    /// </summary>
    /// <returns>True where the object has the children's property.</returns>
    private bool ReadObject(ref JsonFileReader json, string where, string children, string[] names, ReadChildren readChildren)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            Misshapen(ref json, where, "an object");
            return true;
        }

        var header = new Header();
        var passedOver = new List<JsonFileReader.Mark>();
        var inside = where.Length == 0 ? children : $"{where}.{children}";
        var isThere = false;
        while (true)
        {
            var before = json.Here;
            if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
                break;

            var name = json.Text()!;
            if (name == children)
            {
                isThere = true;
                if (header.Count < names.Length)
                {
                    passedOver.Add(before);
                    json.Read();
                    json.Skip();
                }
                else
                {
                    json.Read();
                    readChildren(ref json, inside, header);
                }
            }
            else
            {
                json.Read();
                if (Array.IndexOf(names, name) >= 0)
                    header[name] = json.Text();
                json.Skip();
            }
        }

        if (passedOver.Count > 0)
        {
            var end = json.Here;
            foreach (var mark in passedOver)
            {
                json.Return(mark);
                json.Read();
                json.Read();
                readChildren(ref json, inside, header);
            }

            json.Return(end);
        }

        return isThere;
    }

    private void ReadItems(ref JsonFileReader json, string where, ReadItem readItem)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            Misshapen(ref json, where, "an array");
            return;
        }

        for (var index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
            readItem(ref json, new ListItem(where, index));
    }

    private void Misshapen(ref JsonFileReader json, string where, string expected)
    {
        var line = json.Line;
        json.Skip();
        Problem(ErrorIds.ManifestShapeInvalid, line, where, $"{expected} is expected here. What stands under it was left out.", null);
    }

    private void Problem(string errorId, long line, string where, string message, string? lessonId, string? filePath = null) =>
        found(new ManifestProblem(new KinescopeException(errorId, $"{path}, line {line}, {where}: {message}"), lessonId, filePath));

    private KinescopeException NotAManifest(long line, string what, string expected) =>
        new(ErrorIds.ManifestShapeInvalid, $"{path}, line {line}: {what} is not {expected}. This is no course manifest.");

    /// <summary>An item of a list, for messages; most are never named.</summary>
    private readonly record struct ListItem(string List, int Index)
    {
        public override string ToString() => $"{List}[{Index}]";
    }

    /// <summary>The properties of an object that its lessons need; null for one that is absent or of no use.</summary>
    private sealed class Header
    {
        private readonly Dictionary<string, string?> _values = [];

        public int Count => _values.Count;

        public string? this[string name]
        {
            get => _values.GetValueOrDefault(name);
            set => _values[name] = value;
        }
    }
}
