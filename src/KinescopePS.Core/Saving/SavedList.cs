using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using KinescopePS.Files;

namespace KinescopePS.Saving;

/// <summary>The list's lines of a place.</summary>
/// <param name="Saved">Its file; null where none was completed.</param>
/// <param name="Begun">The file that is being received; null where none is.</param>
/// <param name="Received">How far that came for certain; null where that was not noted.</param>
internal sealed record SavedEntry(SavedLine? Saved, SavedLine? Begun, SavedLine? Received);

/// <summary>
/// The list of the videos that were saved in a folder, and of those that are being received: a file of checked lines in it. A step stands
/// there before it is taken. Callable from any thread.
/// </summary>
internal sealed class SavedList : IDisposable
{
    public const string FileName = "kinescope-saved.jsonl";

    private static readonly CheckedLogFormat Format = new(
        "savedVideos", 1, "a list of saved videos", "-Destination", ErrorIds.SavedListInvalid, ErrorIds.SavedListInvalid);

    // Names stay legible in the file.
    private static readonly SavedJson Json = new(new JsonSerializerOptions(SavedJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    /// <summary>A list of more lines than this, most of them overtaken, is rewritten when it is opened.</summary>
    private const int CompactAbove = 10_000;

    private readonly string _path;
    private readonly FileStream? _lock;
    private CheckedLog? _log;
    private readonly Dictionary<string, SavedEntry> _places = [];

    /// <summary>The places of each video, of those too that another video has now.</summary>
    private readonly Dictionary<(string? Video, string? Quality), HashSet<string>> _placesOfVideos = [];
    private readonly object _gate = new();

    private SavedList(string path, FileStream? runLock) => (_path, _lock) = (path, runLock);

    /// <summary>The number of lines that cannot be read: what they said is found out anew.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>The copy of a list with damaged lines that was rewritten without them, a full path; null for none.</summary>
    public string? KeptAside { get; private set; }

    /// <summary>The files that were saved.</summary>
    public IReadOnlyList<SavedLine> All
    {
        get
        {
            lock (_gate)
                return [.. _places.Values.Select(entry => entry.Saved).OfType<SavedLine>()];
        }
    }

    /// <summary>Opens the list of a folder, for this run alone; the folder and the file are made where they are absent.</summary>
    /// <exception cref="KinescopeException">
    /// <c>SavedListLocked</c>, <c>SavedListInvalid</c>, <c>SavedListNotWritable</c> or <c>DiskRoomShort</c>.
    /// </exception>
    public static SavedList Open(string folder)
    {
        var path = Path.Join(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            path = FilePaths.TargetOf(path);
            DiskFile.RequireRegular(path);
            var list = new SavedList(path, WhereNobodyHolds(path, () => TakeLock(path + ".lock")));
            try
            {
                list.Read();
                return list;
            }
            catch
            {
                list.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(path, failure);
        }
    }

    /// <summary>Reads the list of a folder without changing anything; an absent one is empty.</summary>
    /// <exception cref="KinescopeException"><c>SavedListInvalid</c> or <c>SavedListLocked</c>.</exception>
    public static SavedList Read(string folder)
    {
        var path = Path.Join(folder, FileName);
        if (!File.Exists(path))
            return new SavedList(path, null);
        try
        {
            using var log = new CheckedLog(path, SharedFile.OpenRead(path), Format);
            var list = new SavedList(path, null);
            list.DamagedLines = log.Read(list.Take).DamagedLines;
            return list;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(
                ErrorIds.SavedListLocked, $"The list of saved videos {path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The lines of a place.</summary>
    public SavedEntry At(string place)
    {
        lock (_gate)
            return _places.GetValueOrDefault(SavePaths.KeyOf(place)) ?? new SavedEntry(null, null, null);
    }

    /// <summary>The place of a video that was saved without a lesson, whatever its title was then; null where it was not.</summary>
    public string? PlaceOf(string videoId, string quality)
    {
        lock (_gate)
        {
            return EntriesOf(videoId, quality).Select(entry => entry.Begun ?? entry.Saved)
                .FirstOrDefault(line => line is { Lesson: null } && line.Video == videoId && line.Quality == quality)?.Path;
        }
    }

    /// <summary>The files of a video that were saved, whatever they were saved for.</summary>
    public IReadOnlyList<SavedLine> SavedOf(string videoId, string quality)
    {
        lock (_gate)
        {
            return
            [
                .. EntriesOf(videoId, quality).Select(entry => entry.Saved).OfType<SavedLine>()
                    .Where(line => line.Video == videoId && line.Quality == quality),
            ];
        }
    }

    private IEnumerable<SavedEntry> EntriesOf(string videoId, string quality) =>
        _placesOfVideos.TryGetValue((videoId, quality), out var places) ? places.Select(place => _places[place]) : [];

    /// <summary>Writes a step through to the disk.</summary>
    /// <exception cref="KinescopeException"><c>SavedListNotWritable</c>, or <c>DiskRoomShort</c>.</exception>
    public void Append(SavedLine line)
    {
        var text = Sealed(line);
        lock (_gate)
        {
            try
            {
                _log!.Append(text);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw NotWritable(_path, failure);
            }

            Take(line);
        }
    }

    public void Dispose()
    {
        _log?.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Opens a file of the list, which another run or program may hold.</summary>
    /// <exception cref="KinescopeException"><c>SavedListLocked</c>.</exception>
    private static FileStream WhereNobodyHolds(string path, Func<FileStream> open)
    {
        try
        {
            return open();
        }
        catch (IOException held) when (!DiskFull.Is(held)
            && held is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException)
            && (File.Exists(path + ".lock") || File.Exists(path)) && !Directory.Exists(path))
        {
            throw new KinescopeException(
                ErrorIds.SavedListLocked,
                $"Another run saves videos in {Path.GetDirectoryName(path)} now, or a program holds {path}: {held.Message} Wait for it, or "
                + "name another folder.",
                held);
        }
    }

    /// <summary>Takes the lock of the list, which is on a file of its own: the list itself is replaced when it is rewritten.</summary>
    private static FileStream TakeLock(string path)
    {
        DiskFile.RequireRegular(path);
        // As OwnerOnlyFile.OpenAlone, but with the rights of the folder: a backup is shared where its folder is.
        var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        return FileInUse.Open(() => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, 1));
    }

    private static FileStream OpenToWrite(string path, FileMode mode) => new(
        path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.WriteThrough);

    private CheckedLog OpenLog() => new(
        _path, WhereNobodyHolds(_path, () => FileInUse.Open(() => OpenToWrite(_path, FileMode.OpenOrCreate))), Format);

    private void Read()
    {
        _log = OpenLog();
        var size = _log.Read(Take);
        DamagedLines = size.DamagedLines;
        _log.RequireOurs();
        if (size.Lines <= CompactAbove || size.Lines <= 2 * (1 + _places.Values.Sum(entry => Lines(entry).Count())))
            return;
        TryRewrite(_log);
        _log = OpenLog();
    }

    /// <summary>
    /// Writes the list anew with the lines that still hold, and keeps a damaged one aside. Where that fails the old one stays, which says
    /// the same.
    /// </summary>
    private void TryRewrite(CheckedLog old)
    {
        var temporary = _path + ".new";
        string? aside = null;
        try
        {
            if (DamagedLines > 0)
                aside = old.KeepAside();
            // Windows replaces no file that is open.
            old.Dispose();
            // A crash may have left one.
            File.Delete(temporary);
            using var file = new AtomicFile(_path, temporary, true, name => OpenToWrite(name, FileMode.CreateNew));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(_path));
            var block = new BufferedStream(file.Stream, 1 << 20);
            block.Write(Format.Header(DateTimeOffset.UtcNow));
            foreach (var line in _places.Values.SelectMany(Lines))
                block.Write(Sealed(line));
            block.Flush();
            file.Complete();
            KeptAside = aside;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Only room was to be saved.
            old.Dispose();
            if (aside is not null)
                TryDelete(aside);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It says nothing that the list does not.
        }
    }

    private static IEnumerable<SavedLine> Lines(SavedEntry entry) =>
        new[] { entry.Saved, entry.Begun, entry.Received }.OfType<SavedLine>();

    private static byte[] Sealed(SavedLine line) => CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(line, Json.SavedLine));

    private void Take(ReadOnlySpan<byte> json)
    {
        var line = JsonSerializer.Deserialize(json, Json.SavedLine);
        // Whoever writes to the folder is not to have files put anywhere else.
        if (line is not { Path.Length: > 0 } || !SavePaths.IsPlace(line.Path))
            throw new JsonException();
        Take(line);
    }

    private void Take(SavedLine line)
    {
        var key = SavePaths.KeyOf(line.Path);
        var known = _places.GetValueOrDefault(key);
        _places[key] = line.Event switch
        {
            SavedEvent.Begun => new SavedEntry(known?.Saved, line, null),
            SavedEvent.Received => new SavedEntry(known?.Saved, known?.Begun, line),
            _ => new SavedEntry(line, null, null),
        };
        if (line is { Event: not SavedEvent.Received, Video: not null })
        {
            if (!_placesOfVideos.TryGetValue((line.Video, line.Quality), out var places))
                _placesOfVideos[(line.Video, line.Quality)] = places = [];
            places.Add(key);
        }
    }

    private static KinescopeException NotWritable(string path, Exception cause) => DiskFull.Is(cause)
        ? DiskFull.Of(path, cause)
        : new KinescopeException(
            ErrorIds.SavedListNotWritable,
            $"The list of saved videos {path} cannot be read or written: {cause.Message} Nothing is saved without it; give -Destination a "
            + "folder where it can be.",
            cause);
}
