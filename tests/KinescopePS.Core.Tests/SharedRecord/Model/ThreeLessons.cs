using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>Three lessons in one world, each machine at one of them at a time. Which is which makes no difference: they are sorted.</summary>
internal struct ThreeLessons
{
    public World World;
    public Lessons Of;

    public static ThreeLessons With(Faults faults)
    {
        var all = new ThreeLessons { World = World.With(faults) };
        ((Span<Lesson>)all.Of).Fill(Lesson.With(faults));
        return all;
    }

    public static Action<ThreeLessons, List<(Act, ThreeLessons)>> Steps(ClaimProtocol protocol)
    {
        var worlds = new List<(Act, World, Effect, int)>();
        var lessons = new List<(Act Act, Lesson Lesson)>();
        return (state, steps) =>
        {
            worlds.Clear();
            state.World.AddSteps(worlds);
            foreach (var (act, world, effect, m) in worlds)
            {
                var next = state with { World = world };
                foreach (ref var lesson in (Span<Lesson>)next.Of)
                    lesson = lesson.After(effect, m);
                steps.Add((act, next.Sorted()));
            }

            for (var i = 0; i < 3; i++)
            {
                lessons.Clear();
                protocol.AddSteps(state.World, state.Of[i], lessons);
                foreach (var (act, lesson) in lessons)
                {
                    if (act.IsClaim && state.IsBusy(act.Machine))
                        continue;
                    var next = state;
                    next.Of[i] = lesson;
                    steps.Add((act, next.Sorted()));
                }
            }
        };
    }

    /// <summary>Each lesson by itself.</summary>
    public readonly OneLesson[] Alone()
    {
        var world = World;
        return [.. ((ReadOnlySpan<Lesson>)Of).ToArray().Select(lesson => new OneLesson { World = world, Lesson = lesson })];
    }

    public override readonly string ToString() => $"{World}\n  {Of[0]}\n  {Of[1]}\n  {Of[2]}";

    private readonly bool IsBusy(int m) =>
        Of[0].Workers[m].Step != Step.Idle || Of[1].Workers[m].Step != Step.Idle || Of[2].Workers[m].Step != Step.Idle;

    private readonly ThreeLessons Sorted()
    {
        var next = this;
        ((Span<Lesson>)next.Of).Sort(static (one, other) => Compare(one, other));
        return next;
    }

    private static int Compare(in Lesson one, in Lesson other) => BytesOf(one).SequenceCompareTo(BytesOf(other));

    private static ReadOnlySpan<byte> BytesOf(in Lesson lesson) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in lesson, 1));

    [InlineArray(3)]
    internal struct Lessons
    {
        private Lesson _first;
    }
}
