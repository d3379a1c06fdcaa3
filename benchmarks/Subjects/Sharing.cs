using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopePS.Database;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.TestSupport;
using Npgsql;

namespace KinescopeBenchmarks.Subjects;

/// <summary>
/// A record that many machines share: the real statements of each machine, from connections of its own, with no bytes between them.
/// </summary>
internal static class Sharing
{
    public const string Name = "sharing";

    /// <summary>The statements of a lesson: claim, intent, initialised, ending, uploaded, release.</summary>
    private const int StatementsOfLesson = 6;

    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Lab lab)
    {
        if (PostgresServer.FindPrograms() is not { } programs)
        {
            lab.LeaveOut("Sharing a record is left out: PostgreSQL's initdb and pg_ctl are not installed.");
            return;
        }

        await using var server = new PostgresServer(programs, Cores.Server);
        await server.CreateAsync("max_wal_size = 4GB\nmax_connections = 450\nautovacuum_naptime = 5s");
        await server.ExecuteAsync(SharedSchema.Script);
        var address = (PostgresAddress)DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{server.Port}/postgres", "/");
        var lessons = lab.Sizes.SharedLessons;
        var held = 0;
        // The first time in a process .NET compiles.
        (await SharedUploadRecord.ReadAsync(address, TimeProvider.System, CancellationToken.None)).Dispose();
        foreach (var count in lab.Sizes.JoinedLessons.Append(lessons))
        {
            await FillAsync(count);
            foreach (var round in lab.Rounds(4))
                await JoinAsync(FormattableString.Invariant($"{count:#,0} lessons"), round);
        }

        Growth.AddTarget(lab, Name);
        var machines = lab.Sizes.SharingMachines;
        var what = $"{lessons:#,0} lessons, {machines} machines";
        foreach (var round in lab.Rounds(4))
        {
            var fast = await SimulateAsync(server, address, machines, TimeSpan.Zero, lab.Sizes.SharingTime, round);
            lab.Record(Name, what, "as fast as they can", round, fast);
            // 3.5 MB/s on each line, and files of 500 MB.
            var real = await SimulateAsync(server, address, machines, TimeSpan.FromSeconds(143), lab.Sizes.SharingTime, round + 100);
            lab.Record(Name, what, "at 3.5 MB/s each, files of 500 MB", round, real);
        }

        async Task FillAsync(int count)
        {
            await server.ExecuteAsync($"""
                INSERT INTO kinescopeps.upload (lesson, revision, state, stage, course, video_id, updated_at, finished)
                SELECT 'done-' || n, n, '{SharedRow.Of(Uploaded("done-0")).State}', 'uploaded', 'course-' || n / 1000, md5(n::text), clock_timestamp(), nextval('kinescopeps.finished')
                FROM generate_series({held + 1}, {count}) AS n
                """);
            await server.ExecuteAsync("VACUUM ANALYZE kinescopeps.upload");
            held = count;
        }

        async Task JoinAsync(string joined, int round)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var watch = Stopwatch.StartNew();
            using var record = await SharedUploadRecord.ReadAsync(address, TimeProvider.System, CancellationToken.None);
            var elapsed = watch.Elapsed.TotalSeconds;
            lab.Record(Name, joined, "a machine joins", round, ("s", elapsed), ("MiB", UploadRuns.MiB(GC.GetTotalMemory(forceFullCollection: true) - before)));
            GC.KeepAlive(record);
        }
    }

    private static async Task<(string Name, double Value)[]> SimulateAsync(
        PostgresServer server, PostgresAddress address, int machines, TimeSpan lessonTime, TimeSpan duration, int round)
    {
        var (claims, appends, beats) = (new ConcurrentQueue<double>(), new ConcurrentQueue<double>(), new ConcurrentQueue<double>());
        var (wal, size) = (await NumberAsync(server, "SELECT pg_current_wal_lsn() - '0/0'"), await NumberAsync(server, SizeQuery));
        await server.ExecuteAsync("SELECT pg_stat_reset()");
        var cpu = CpuOf(server);
        var watch = Stopwatch.StartNew();
        using var end = new CancellationTokenSource(duration);
        await Task.WhenAll(Enumerable.Range(0, machines).Select(number => Task.Run(() => RunMachineAsync(number))));
        var seconds = watch.Elapsed.TotalSeconds;
        var done = appends.Count / 4.0;
        // What the statistics say lags behind by up to a second.
        await server.ExecuteAsync("SELECT pg_stat_force_next_flush()");
        return
        [
            ("lessons/s", done / seconds),
            ("claims/s", claims.Count / seconds),
            ("appends/s", appends.Count / seconds),
            ("statements a lesson", StatementsOfLesson),
            ("claim p50, ms", Percentile(claims, 0.5)),
            ("claim p99, ms", Percentile(claims, 0.99)),
            ("append p50, ms", Percentile(appends, 0.5)),
            ("append p99, ms", Percentile(appends, 0.99)),
            ("beat p50, ms", Percentile(beats, 0.5)),
            ("beat p99, ms", Percentile(beats, 0.99)),
            ("server CPU, cores", (CpuOf(server) - cpu) / seconds),
            ("WAL a lesson, KiB", (await NumberAsync(server, "SELECT pg_current_wal_lsn() - '0/0'") - wal) / 1024 / Math.Max(1, done)),
            ("growth a lesson, KiB", (await NumberAsync(server, SizeQuery) - size) / 1024 / Math.Max(1, done)),
            ("dead rows", await NumberAsync(server, "SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE schemaname = 'kinescopeps'")),
            ("HOT updates, %", await NumberAsync(server, "SELECT coalesce(100 * sum(n_tup_hot_upd) / nullif(sum(n_tup_upd), 0), 0) FROM pg_stat_user_tables WHERE schemaname = 'kinescopeps'")),
            ("autovacuums", await NumberAsync(server, "SELECT sum(autovacuum_count) FROM pg_stat_user_tables WHERE schemaname = 'kinescopeps'")),
        ];

        async Task RunMachineAsync(int number)
        {
            using var store = new SharedStore(address);
            var machine = Guid.NewGuid();
            var host = $"host-{number}";
            var last = (long)await NumberAsync(server, "SELECT max(finished) FROM kinescopeps.upload");
            await BeatAsync();
            var beating = BeatOnAsync();
            // Not all at the same moment.
            await DelayAsync(lessonTime * Random.Shared.NextDouble());
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                var lesson = $"r{round}-m{number}-{i}";
                var claim = await TimedAsync(claims, () => store.ClaimAsync(machine, host, lesson, CancellationToken.None));
                var token = claim.Token ?? throw new BenchmarkException($"{lesson} was not granted.");
                RecordedUpload? state = null;
                foreach (var step in Steps(lesson))
                {
                    // The bytes lie between the second step and the third.
                    if (step.Event == UploadEventKind.Ending)
                        await DelayAsync(lessonTime);
                    var known = state?.Revision ?? 0;
                    state = (state ?? new RecordedUpload(lesson)).With(step, known + 1)!;
                    var (isHeld, isKept) = await TimedAsync(appends, () => store.AppendAsync(
                        machine, host, token, SharedRow.Of(state), state.Stage.ToString().ToLowerInvariant(), state.Course, state.VideoId, known, CancellationToken.None));
                    if (!isHeld || !isKept)
                        throw new BenchmarkException($"A step of {lesson} was not taken.");
                }

                await store.ReleaseAsync(machine, token, lesson, CancellationToken.None);
            }

            await beating;
            await store.LeaveAsync(machine, CancellationToken.None);

            async Task BeatAsync() => last = (await TimedAsync(beats, () => store.BeatAsync(machine, host, host, SharedUploadRecord.Lease, [], last, CancellationToken.None))).FinishedUpTo;

            async Task BeatOnAsync()
            {
                await DelayAsync(BetweenBeats * Random.Shared.NextDouble());
                while (!end.IsCancellationRequested)
                {
                    await BeatAsync();
                    await DelayAsync(BetweenBeats);
                }
            }
        }

        Task DelayAsync(TimeSpan time) => Task.WhenAny(Task.Delay(time), Task.Delay(Timeout.InfiniteTimeSpan, end.Token));
    }

    private const string SizeQuery =
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relnamespace = 'kinescopeps'::regnamespace AND c.relkind = 'r'";

    private static UploadEvent[] Steps(string lesson)
    {
        var video = Guid.NewGuid().ToString();
        return
        [
            UploadEvent.Of(UploadEventKind.Intent, lesson) with
            {
                Course = "course", Title = $"Lesson {lesson} about something or other", Path = $"/videos/course/{lesson}.mp4", Length = 500_000_000,
                Modified = DateTimeOffset.UnixEpoch, Fingerprint = lesson, Parent = video, Attempt = "attempt",
            },
            UploadEvent.Of(UploadEventKind.Initialised, lesson) with { Video = video, Endpoint = $"https://uploader.kinescope.io/v2/upload/{video}" },
            UploadEvent.Of(UploadEventKind.Ending, lesson),
            UploadEvent.Of(UploadEventKind.Uploaded, lesson) with { Video = video },
        ];
    }

    private static RecordedUpload Uploaded(string lesson) => Steps(lesson).Aggregate(new RecordedUpload(lesson), (state, step) => state.With(step, 1)!);

    private static async Task<T> TimedAsync<T>(ConcurrentQueue<double> times, Func<Task<T>> work)
    {
        var watch = Stopwatch.GetTimestamp();
        var result = await work();
        times.Enqueue(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        return result;
    }

    private static double Percentile(ConcurrentQueue<double> times, double share)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
    }

    private static async Task<double> NumberAsync(PostgresServer server, string sql)
    {
        await using var connection = await server.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>The processor time of the server's processes, ended ones included. Unit: seconds; 0 where the system does not tell it.</summary>
    private static double CpuOf(PostgresServer server)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var postmaster = File.ReadLines(Path.Combine(server.Data, "postmaster.pid")).First();
        var ticks = 0L;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                var fields = File.ReadAllText(Path.Combine(process, "stat"));
                var values = fields[(fields.LastIndexOf(')') + 2)..].Split(' ');
                if (Path.GetFileName(process) == postmaster)
                    ticks += values[11..15].Sum(value => long.Parse(value, CultureInfo.InvariantCulture));
                else if (values[1] == postmaster)
                    ticks += values[11..13].Sum(value => long.Parse(value, CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return ticks / 100.0;
    }
}
