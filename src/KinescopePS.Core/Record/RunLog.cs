using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>A run as the log has it.</summary>
/// <param name="Begin">Its first line.</param>
/// <param name="Samples">A line for each minute, in their order.</param>
/// <param name="End">Its last line; null where it was killed, or goes on.</param>
internal sealed record LoggedRun(RunLogEvent Begin, IReadOnlyList<RunLogEvent> Samples, RunLogEvent? End);

/// <summary>
/// The log of runs, beside their record: who ran what, how fast, what it waited for, how it ended. A file of checked lines for its owner
/// alone, of a few MiB at the most. It serves reports only: where it cannot be written, the run goes on without it.
/// </summary>
/// <param name="path">The file's full path.</param>
/// <param name="run">The id of the run that writes.</param>
/// <param name="warn">Is told, once, that it cannot be written; from any thread.</param>
internal sealed class RunLog(string path, string run, Action<string> warn)
{
    /// <summary>A file that is longer when a run begins loses its oldest runs. Unit: bytes.</summary>
    public const long TrimAbove = 4 << 20;

    /// <summary>The length that it keeps. Unit: bytes.</summary>
    public const long KeptLength = 2 << 20;

    /// <summary>A file of this length, of runs that never end, takes ends only. Unit: bytes.</summary>
    private const long LongestForSamples = 16 << 20;

    private const int MostAttempts = 5;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private static readonly CheckedLogFormat Format = new(
        "runs", 1, "a log of runs", "-ProgressFile", ErrorIds.ProgressFileInvalid, ErrorIds.ProgressFileVersionUnsupported);

    // Names of folders and reasons stay legible in the file.
    private static readonly RunLogJson Json = new(new JsonSerializerOptions(RunLogJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    private readonly object _writing = new();
    private bool _isBroken;

    /// <summary>The log beside a progress file.</summary>
    public static string PathBeside(string progressFile) => progressFile + ".runs.jsonl";

    /// <summary>Writes a line. Never fails.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="fill">Says what stands in it.</param>
    public void Write(RunLogKind kind, Func<RunLogEvent, RunLogEvent> fill)
    {
        lock (_writing)
        {
            if (_isBroken)
                return;
            try
            {
                Append(fill(new RunLogEvent(kind, DateTimeOffset.UtcNow, run)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KinescopeException)
            {
                _isBroken = true;
                warn($"The log of runs {path} cannot be written, and the run goes on without it: {failure.Message}");
            }
        }
    }

    /// <summary>Reads all runs, in the order of their beginnings. An absent file has none, and damaged lines are passed over.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileInvalid</c>, <c>ProgressFileVersionUnsupported</c> or <c>ProgressFileUnreadable</c>.
    /// </exception>
    public static IReadOnlyList<LoggedRun> Read(string path)
    {
        var runs = new Dictionary<string, (RunLogEvent? Begin, List<RunLogEvent> Samples, RunLogEvent? End)>();
        try
        {
            if (!File.Exists(path))
                return [];
            using var log = new CheckedLog(path, SharedFile.OpenRead(path), Format);
            log.Read(line => Add(Parse(line)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(
                ErrorIds.ProgressFileUnreadable, $"The log of runs {path} cannot be read: {failure.Message}", failure);
        }

        return [.. from known in runs.Values
                   where known.Begin is not null
                   orderby known.Begin!.At
                   select new LoggedRun(known.Begin!, known.Samples, known.End)];

        void Add(RunLogEvent line)
        {
            var (begin, samples, end) = runs.TryGetValue(line.Run, out var known) ? known : (null, [], null);
            if (line.Event == RunLogKind.Sample)
                samples.Add(line);
            runs[line.Run] = line.Event switch
            {
                RunLogKind.Begin => (line, samples, end),
                RunLogKind.End => (begin, samples, line),
                _ => (begin, samples, end),
            };
        }
    }

    private void Append(RunLogEvent line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = OpenAlone();
        using var log = new CheckedLog(path, file, Format);
        log.RequireOurs();
        if (line.Event == RunLogKind.Begin && log.Length > TrimAbove)
            Trim(file, log);
        if (line.Event != RunLogKind.Sample || log.Length < LongestForSamples)
            log.Append(CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(line, Json.RunLogEvent)));
    }

    /// <summary>Keeps the newest runs, whole. A crash meanwhile loses them: they are not what anything goes on from.</summary>
    private static void Trim(FileStream file, CheckedLog log)
    {
        var runs = new List<(string Run, List<byte[]> Lines)>();
        log.Read(line =>
        {
            var id = Parse(line).Run;
            var at = runs.FindLastIndex(known => known.Run == id);
            if (at < 0)
                runs.Add((id, [line.ToArray()]));
            else
                runs[at].Lines.Add(line.ToArray());
        });
        var room = KeptLength;
        var kept = runs.AsEnumerable().Reverse().TakeWhile(known => (room -= known.Lines.Sum(line => line.Length + 1)) >= 0).Reverse();
        byte[] lines = [.. kept.SelectMany(known => known.Lines).SelectMany(line => line.Append((byte)'\n'))];
        file.SetLength(0);
        log.RequireOurs();
        log.Append(lines);
    }

    private static RunLogEvent Parse(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize(line, RunLogJson.Default.RunLogEvent) is { Run.Length: > 0 } read ? read : throw new JsonException();

    // Another run of this computer, for the same shared record, may be writing its line.
    private FileStream OpenAlone()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OwnerOnlyFile.OpenAlone(path);
            }
            catch (IOException) when (attempt < MostAttempts && File.Exists(path))
            {
                Thread.Sleep(BetweenAttempts);
            }
        }
    }
}
