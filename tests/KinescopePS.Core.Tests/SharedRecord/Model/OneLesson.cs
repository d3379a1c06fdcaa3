namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>One lesson in its world.</summary>
internal struct OneLesson
{
    public World World;
    public Lesson Lesson;

    public static OneLesson With(Faults faults) => new() { World = World.With(faults), Lesson = Lesson.With(faults) };

    public static Action<OneLesson, List<(Act, OneLesson)>> Steps(ClaimProtocol protocol)
    {
        var worlds = new List<(Act, World, Effect, int)>();
        var lessons = new List<(Act, Lesson)>();
        return (state, steps) =>
        {
            worlds.Clear();
            state.World.AddSteps(worlds);
            foreach (var (act, world, effect, m) in worlds)
                steps.Add((act, new OneLesson { World = world, Lesson = state.Lesson.After(effect, m) }));
            lessons.Clear();
            protocol.AddSteps(state.World, state.Lesson, lessons);
            foreach (var (act, lesson) in lessons)
                steps.Add((act, state with { Lesson = lesson }));
        };
    }

    public override readonly string ToString() => $"{World} | {Lesson}";
}
