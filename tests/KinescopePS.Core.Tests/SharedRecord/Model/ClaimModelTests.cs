using System.Diagnostics;

namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>The claim protocol of docs/shared-record.md as a model of two machines, of which all states are visited.</summary>
public sealed class ClaimModelTests(ITestOutputHelper output)
{
    private static readonly int FaultsAtOnce =
        int.TryParse(Environment.GetEnvironmentVariable("KINESCOPEPS_MODEL_FAULTS"), out var faults) ? faults : 2;

    /// <summary>All ways to have so many faults, by their kinds.</summary>
    public static TheoryData<int, int, int, int> Placements =>
    [
        .. from crashes in Enumerable.Range(0, FaultsAtOnce + 1)
           from pauses in Enumerable.Range(0, FaultsAtOnce + 1 - crashes)
           from cuts in Enumerable.Range(0, FaultsAtOnce + 1 - crashes - pauses)
           select (crashes, pauses, cuts, FaultsAtOnce - crashes - pauses - cuts),
    ];

    [Theory]
    [MemberData(nameof(Placements))]
    public void A_lesson_is_uploaded_once_whatever_fails(int crashes, int pauses, int cuts, int others)
    {
        var search = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol()));
        RequireNone(Explore(search, OneLesson.With(new(crashes, pauses, cuts, others)), Broken, Invariants.IsDone));
    }

    /// <summary>Each of the three goes the ways that it has alone, so what holds of one with more faults holds of three.</summary>
    [Fact]
    public void Lessons_do_not_touch_each_other()
    {
        var faults = new Faults(Crashes: FaultsAtOnce / 3);
        var one = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol()));
        RequireNone(Explore(one, OneLesson.With(faults), Broken, Invariants.IsDone));

        var three = new Search<ThreeLessons>(ThreeLessons.Steps(new ClaimProtocol()));
        RequireNone(Explore(
            three,
            ThreeLessons.With(faults),
            state => Array.Exists(state.Alone(), lesson => !one.Has(lesson)) ? "a lesson went a way that it has not alone" : null,
            state => Array.TrueForAll(state.Alone(), Invariants.IsDone)));
    }

    /// <summary>A lease saves work: without any, each machine takes the lesson from the other at any moment.</summary>
    [Fact]
    public void No_video_is_in_danger_without_leases()
    {
        var search = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol(Weakness.TakesFromTheLiving, attempts: 3)));
        RequireNone(Explore(
            search,
            OneLesson.With(new(Others: 1)),
            state => Invariants.Broken(state).FirstOrDefault(broken => broken != Invariants.OneOwner)));
    }

    /// <summary>Commits are lost, and nothing else: two machines may work at a lesson, and one of their videos is handed on.</summary>
    [Fact]
    public void A_failover_ends_with_one_video_handed_on()
    {
        string[] strict = [Invariants.Fence, Invariants.OneResult, Invariants.ResultStays];
        var search = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol(isPrompt: true)));
        RequireNone(Explore(
            search,
            OneLesson.With(new(Failovers: 1)),
            state => Invariants.Broken(state).FirstOrDefault(strict.Contains),
            Invariants.IsDone));
    }

    /// <summary>Lists that show a video late, and lost commits: that needs a replica which is told of each commit first.</summary>
    [Fact]
    public void A_failover_may_hand_on_two_videos_where_lists_are_late()
    {
        var search = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol()));
        Assert.NotNull(Explore(
            search,
            OneLesson.With(new(Failovers: 1)),
            state => Invariants.Broken(state).FirstOrDefault(Invariants.OneResult.Equals)));
    }

    [Theory]
    [InlineData(Weakness.HandsOnUnrecorded, 1, 0, 0, 1)]
    [InlineData(Weakness.EndsInDoubt, 0, 1, 0, 0)]
    [InlineData(Weakness.ClaimsInDoubt, 0, 0, 1, 0)]
    public void No_promise_rests_on_a_rule_that_saves_work(Weakness weakness, int crashes, int pauses, int cuts, int others)
    {
        var search = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol(weakness)));
        RequireNone(Explore(search, OneLesson.With(new(crashes, pauses, cuts, others)), Broken, Invariants.IsDone));
    }

    [Theory]
    [InlineData(Weakness.AppendsUnfenced, Invariants.Fence, 0, 1, 0, 0)]
    [InlineData(Weakness.AppendsWithoutRevision, Invariants.BytesRecorded, 0, 0, 0, 1)]
    [InlineData(Weakness.TakesFromTheLiving, Invariants.OneOwner, 0, 0, 0, 0)]
    [InlineData(Weakness.CreatesInDoubt, Invariants.Named, 0, 1, 0, 0)]
    [InlineData(Weakness.EndsUnrecorded, Invariants.RowHasResult, 1, 0, 0, 1)]
    [InlineData(Weakness.ForgetsAttempts, Invariants.Named, 0, 1, 0, 0)]
    [InlineData(Weakness.SettlesAtOnce, Invariants.Named, 0, 1, 0, 0)]
    [InlineData(Weakness.DeletesUnrecorded, Invariants.ResultStays, 1, 1, 0, 0)]
    [InlineData(Weakness.DeletesItsOwn, Invariants.ResultStays, 0, 1, 0, 1)]
    [InlineData(Weakness.LosesSpill, Invariants.BytesRecorded, 0, 0, 1, 0)]
    [InlineData(Weakness.DeliversBlindly, Invariants.Named, 1, 1, 0, 0)]
    [InlineData(Weakness.AbandonsTheAttempt, Invariants.Named, 1, 1, 0, 0)]
    public void A_protocol_without_a_rule_breaks_a_promise(
        Weakness weakness, string promise, int crashes, int pauses, int cuts, int others)
    {
        var search = new Search<OneLesson>(OneLesson.Steps(new ClaimProtocol(weakness)));
        var first = OneLesson.With(new(crashes, pauses, cuts, others));
        Assert.StartsWith(promise, Explore(search, first, Broken, Invariants.IsDone));
    }

    private static string? Broken(OneLesson state) => Invariants.Broken(state).FirstOrDefault();

    private static void RequireNone(string? found) => Assert.True(found is null, found);

    private string? Explore<TState>(Search<TState> search, TState first, Func<TState, string?> broken, Func<TState, bool>? isDone = null)
        where TState : unmanaged
    {
        var watch = Stopwatch.StartNew();
        var found = search.Run(first, broken) ?? (isDone is null ? null : search.Stuck(isDone));
        output.WriteLine($"{search.States} states, {search.Transitions} transitions, {watch.Elapsed.TotalSeconds:0.0} s");
        return found;
    }
}
