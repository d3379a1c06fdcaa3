using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>
/// A content that is replaced, as a model of two machines, of which all states are visited. The record's own rules add the events up, and
/// the decision is that of an upload; the platform, the claims and the faults are the model's.
/// </summary>
public sealed class ReplacingModelTests(ITestOutputHelper output)
{
    private const string Own = "Урок", Overwritten = "Urok", Old = "old", New = "new";
    private const int Nobody = -1;

    private static readonly DateTimeOffset Then = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, (World World, string? From, string Act)> _visited = [];
    private readonly Dictionary<string, List<string>> _before = [];

    /// <summary>The rule that a run is without, to see that the model would notice.</summary>
    public enum Slip
    {
        None,

        /// <summary>It does not record that the last byte follows.</summary>
        EndsUnrecorded,

        /// <summary>A refusal ends the replacement though the title is not back.</summary>
        KeepsAtOnce,

        /// <summary>What was said to be sent is taken for shown.</summary>
        EndsUnseen,

        /// <summary>A machine that lost its claim writes.</summary>
        AppendsUnfenced,
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public void The_video_ends_with_the_new_content_and_its_title_whatever_fails(int faults, int pauses) =>
        Assert.Null(Explore(new World { Faults = faults, Pauses = pauses }, Slip.None));

    [Theory]
    [InlineData(Slip.EndsUnrecorded, 2, 0)]
    [InlineData(Slip.KeepsAtOnce, 2, 0)]
    [InlineData(Slip.EndsUnseen, 0, 0)]
    [InlineData(Slip.AppendsUnfenced, 0, 2)]
    public void Without_a_rule_it_does_not(Slip slip, int faults, int pauses) =>
        Assert.NotNull(Explore(new World { Faults = faults, Pauses = pauses }, slip));

    private string? Explore(World first, Slip slip)
    {
        var open = new Queue<string>();
        Visit(first, null, "begins");
        while (open.TryDequeue(out var key))
        {
            var world = _visited[key].World;
            if (Broken(world) is { } broken)
                return $"{broken}: {string.Join(", ", PathTo(key))}";
            foreach (var (act, next) in new Steps(world, slip).All())
                Visit(next, key, act);
        }

        output.WriteLine($"{_visited.Count} states");
        return Stuck();

        void Visit(World world, string? from, string act)
        {
            var key = world.Key;
            if (from is not null)
                (_before.TryGetValue(key, out var list) ? list : _before[key] = []).Add(from);
            if (_visited.TryAdd(key, (world, from, act)))
                open.Enqueue(key);
        }
    }

    private static string? Broken(World world)
    {
        if (world.Row.Stage != UploadStage.Uploaded || world.Row.VideoId != "v1")
            return "the lesson has another video";
        if (world.Title != Own && world.Row.Replacement?.Before.Title != Own)
            return "nobody knows the title any more";
        if (world.Row.Replacement is null && (world.Title != Own || world.Shown != world.Row.Fingerprint || world.Pending is not null))
            return "the record ended the replacement, and the video is not what it says";
        return null;
    }

    /// <summary>A state from which no way leads to the end.</summary>
    private string? Stuck()
    {
        var good = new HashSet<string>();
        var open = new Stack<string>(_visited.Where(entry => entry.Value.World.IsDone).Select(entry => entry.Key));
        while (open.TryPop(out var key))
        {
            if (!good.Add(key))
                continue;
            foreach (var before in _before.GetValueOrDefault(key, []))
                open.Push(before);
        }

        return _visited.Keys.FirstOrDefault(key => !good.Contains(key)) is { } stuck ? $"stuck: {string.Join(", ", PathTo(stuck))}" : null;
    }

    private IEnumerable<string> PathTo(string key)
    {
        var path = new List<string>();
        for (string? at = key; at is not null; at = _visited[at].From)
            path.Add(_visited[at].Act);
        return path.AsEnumerable().Reverse();
    }

    private enum At
    {
        Idle,

        /// <summary>The record has the replacement.</summary>
        Begun,

        /// <summary>Bytes are under way, all but the last.</summary>
        Sending,

        /// <summary>The last byte may go.</summary>
        Ending,

        /// <summary>The request is under way, or arrived.</summary>
        Asked,

        Answered,

        /// <summary>The record has all bytes as sent.</summary>
        Recorded,
    }

    private sealed record World
    {
        public RecordedUpload Row { get; init; } = new("l0")
        {
            Stage = UploadStage.Uploaded,
            VideoId = "v1",
            Length = 1000,
            Fingerprint = Old,
            File = new LocalFile("/l0.mp4", Then),
            UpdatedAt = Then,
        };

        public string Title { get; init; } = Own;

        public string Shown { get; init; } = Old;

        public string? Pending { get; init; }

        public int Owner { get; init; } = Nobody;

        public At A { get; init; }

        public At B { get; init; }

        /// <summary>The machines whose request has not arrived.</summary>
        public string Under { get; init; } = "";

        public int Faults { get; init; }

        public int Pauses { get; init; }

        public At this[int machine] => machine == 0 ? A : B;

        public bool IsDone => Row is { Replacement: null, Fingerprint: New } && Shown == New && Title == Own && A == At.Idle && B == At.Idle;

        public string Key => string.Join('|', Row.Replacement is { } r ? $"{r.MayHaveArrived}{r.IsSent}{r.IsRestored}{r.Before.Title}{r.Fingerprint}" : "-",
            Row.Fingerprint, Row.VideoId, Row.Stage, Title, Shown, Pending, Owner, A, B, Under, Faults, Pauses);

        public World With(int machine, At step) => machine == 0 ? this with { A = step } : this with { B = step };
    }

    /// <summary>The steps out of a state.</summary>
    private sealed class Steps(World world, Slip slip)
    {
        private readonly List<(string, World)> _all = [];

        public List<(string Act, World Next)> All()
        {
            for (var machine = 0; machine < 2; machine++)
                Take(machine, machine == 0 ? "A" : "B");
            foreach (var machine in world.Under)
            {
                var arrived = world with { Under = world.Under.Replace($"{machine}", "", StringComparison.Ordinal) };
                Add($"request of {machine} arrives", Arrived(arrived));
                if (world[machine - 'A'] != At.Asked)
                    Add($"request of {machine}, which is gone, is lost", arrived);
            }

            if (world.Pending is { } pending)
                Add("is processed", world with { Shown = pending, Pending = null });
            return _all;
        }

        private static World Arrived(World now) => now with { Pending = now.Shown == New && now.Pending is null ? null : New, Title = Overwritten };

        private void Take(int m, string name)
        {
            var step = world[m];
            var idle = world.With(m, At.Idle);
            if (step != At.Idle && world.Faults > 0 && world.Owner == m)
                Add($"{name} is killed", idle with { Owner = Nobody, Faults = world.Faults - 1 });
            // Its lease ends while it is away: another machine may claim the lesson, and this one does not know.
            if (step != At.Idle && world.Pauses > 0 && world.Owner == m)
                Add($"{name} is paused", world with { Owner = Nobody, Pauses = world.Pauses - 1 });
            var released = idle with { Owner = world.Owner == m ? Nobody : world.Owner };
            var file = new FileFacts(999, Then.AddDays(1), New);
            switch (step)
            {
                case At.Idle when world.Owner == Nobody && !world.IsDone:
                    Decide(m, name, file);
                    break;
                case At.Begun:
                    // The record is asked whether the claim holds before a request.
                    if (world.Owner == m)
                    {
                        Add($"{name} sends", world.With(m, At.Sending));
                        // An idle platform overwrites the title with the first byte.
                        Add($"{name} sends, and the title goes", world.With(m, At.Sending) with { Title = Overwritten });
                    }
                    else
                    {
                        Add($"{name} has lost its claim", idle);
                    }

                    break;
                case At.Sending:
                    var ended = slip == Slip.EndsUnrecorded ? world : Append(m, UploadEvent.Of(UploadEventKind.Ending, "l0"));
                    Add($"{name} ends", ended?.With(m, At.Ending) ?? idle);
                    if (world.Faults > 0 && world.Owner == m)
                        Refuse(m, name, world with { Faults = world.Faults - 1 });
                    break;
                // A claim that is lost ends the request.
                case At.Ending when world.Owner != m:
                    Add($"{name} has lost its claim", idle);
                    break;
                case At.Ending:
                    Add($"{name} sends the last byte", world.With(m, At.Asked) with { Under = world.Under + name });
                    break;
                case At.Asked when !world.Under.Contains(name, StringComparison.Ordinal):
                    Add($"{name} has the answer", world.With(m, At.Answered));
                    if (world.Faults > 0)
                    {
                        var lost = released with { Faults = world.Faults - 1 };
                        Add($"{name} has no answer", lost);
                        Add($"{name} has no answer, and puts the title back", world.Owner == m ? lost with { Title = Own } : lost);
                    }

                    break;
                case At.Answered:
                    var sent = Append(m, Uploaded());
                    Add($"{name} records", sent?.With(m, At.Recorded) ?? idle);
                    break;
                case At.Recorded:
                    Settle(m, name, world);
                    break;
            }
        }

        private void Decide(int m, string name, FileFacts file)
        {
            var facts = new UploadFacts { Lesson = "l0", File = file, Recorded = world.Row, IsShared = true };
            var decision = UploadDecision.Of(facts, force: false, replaces: true);
            if (decision.Needs == CostlyFact.Arrival)
            {
                // The look takes two minutes: no request is under way for longer.
                if (world.Under.Length > 0)
                    return;
                var arrival = world.Shown == New ? ReplacementArrival.Arrived : ReplacementArrival.NotSeen;
                decision = UploadDecision.Of(facts with { Arrival = arrival }, force: false, replaces: true);
            }

            var owned = world with { Owner = m };
            switch (decision)
            {
                case { Needs: not CostlyFact.None }:
                    throw new InvalidOperationException($"needs {decision.Needs}");
                case { Step: UploadStep.Replace }:
                    // To see that it may be put back, the title is.
                    var before = world.Row.Replacement?.Before ?? new VideoBefore { Title = world.Title };
                    var replacing = UploadEvent.Of(UploadEventKind.Replacing, "l0") with
                    {
                        Video = "v1",
                        Length = 999,
                        Fingerprint = New,
                        Modified = file.Modified,
                        Attempt = "a",
                        Before = before,
                    };
                    Add($"{name} begins", (owned with { Title = before.Title, Row = Added(world.Row, replacing) }).With(m, At.Begun));
                    break;
                case { Step: UploadStep.Settle } when world.Row.Replacement!.IsSent:
                    Settle(m, name, owned);
                    break;
                case { Step: UploadStep.Settle }:
                    Add($"{name} finds it there", (owned with { Row = Added(world.Row, Uploaded()) }).With(m, At.Recorded));
                    break;
                case { Step: UploadStep.Done }:
                    break;
                default:
                    throw new InvalidOperationException($"{decision.Step} {decision.Failure?.Message}");
            }
        }

        /// <summary>The request is refused after one that broke off: the title may be back, or not.</summary>
        private void Refuse(int m, string name, World now)
        {
            if (now.Row.Replacement!.MayHaveArrived)
                return;
            var released = now.With(m, At.Idle) with { Owner = Nobody };
            var kept = UploadEvent.Of(UploadEventKind.Kept, "l0") with { Video = "v1" };
            Add($"{name} is refused", released with { Title = Own, Row = Added(now.Row, kept) });
            Add($"{name} is refused, and cannot put the title back", slip == Slip.KeepsAtOnce ? released with { Row = Added(now.Row, kept) } : released);
        }

        private void Settle(int m, string name, World now)
        {
            var released = now.With(m, At.Idle) with { Owner = now.Owner == m ? Nobody : now.Owner };
            if (now.Owner != m)
            {
                Add($"{name} has lost its claim", released);
                return;
            }

            if (now.Faults > 0)
                Add($"{name} cannot put the title back", released with { Faults = now.Faults - 1 });
            var isShown = now.Shown == New && now.Pending is null || slip == Slip.EndsUnseen;
            var kind = isShown ? UploadEventKind.Replaced : UploadEventKind.Restored;
            Add($"{name} settles: {kind}", released with { Title = Own, Row = Added(now.Row, UploadEvent.Of(kind, "l0") with { Video = "v1" }) });
        }

        /// <summary>The state after an append; null where the fence refuses it.</summary>
        private World? Append(int m, UploadEvent happened) =>
            world.Owner == m || slip == Slip.AppendsUnfenced ? world with { Row = Added(world.Row, happened) } : null;

        private static UploadEvent Uploaded() => UploadEvent.Of(UploadEventKind.Uploaded, "l0") with
        {
            Video = "v1",
            Path = "/l0.mp4",
            Length = 999,
            Fingerprint = New,
            Modified = Then.AddDays(1),
        };

        private static RecordedUpload Added(RecordedUpload row, UploadEvent happened) => row.With(happened with { At = Then })!;

        private void Add(string act, World next) => _all.Add((act, next));
    }
}
