using System.Numerics;
using System.Runtime.InteropServices;

namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>Breadth first through all states that can be reached: the way to a violation is a shortest one.</summary>
/// <typeparam name="TState">A state, all of it in its bytes.</typeparam>
/// <param name="addSteps">Adds the steps that a state has.</param>
internal sealed class Search<TState>(Action<TState, List<(Act Act, TState State)>> addSteps)
    where TState : unmanaged
{
    private readonly List<TState> _states = [];
    private readonly List<int> _parents = [];
    // The steps that are no faults.
    private readonly List<int> _from = [];
    private readonly List<int> _to = [];
    private int[] _table = new int[1 << 16];

    public int States => _states.Count;

    public long Transitions { get; private set; }

    /// <summary>Visits all states.</summary>
    /// <param name="violation">Names what a state violates; null for nothing.</param>
    /// <returns>The first violation with the way to it; null where there is none.</returns>
    public string? Run(TState first, Func<TState, string?> violation)
    {
        var steps = new List<(Act Act, TState State)>();
        Visit(first, -1);
        for (var at = 0; at < _states.Count; at++)
        {
            if (violation(_states[at]) is { } found)
                return $"{found}\n{WayTo(at)}";
            steps.Clear();
            addSteps(_states[at], steps);
            Transitions += steps.Count;
            foreach (ref readonly var step in CollectionsMarshal.AsSpan(steps))
            {
                var to = Visit(step.State, at);
                if (step.Act.IsFault)
                    continue;
                _from.Add(at);
                _to.Add(to);
            }
        }

        return null;
    }

    /// <summary>The states from which no way without a further fault leads to one that is wanted.</summary>
    public string? Stuck(Func<TState, bool> isWanted)
    {
        // Edges by their end.
        var starts = new int[_states.Count + 1];
        foreach (var end in _to)
            starts[end + 1]++;
        for (var i = 0; i < _states.Count; i++)
            starts[i + 1] += starts[i];
        var before = new int[_to.Count];
        var fill = starts.ToArray();
        for (var edge = 0; edge < _to.Count; edge++)
            before[fill[_to[edge]]++] = _from[edge];

        var isGood = new bool[_states.Count];
        var queue = new Queue<int>();
        for (var at = 0; at < _states.Count; at++)
        {
            if (isWanted(_states[at]))
            {
                isGood[at] = true;
                queue.Enqueue(at);
            }
        }

        while (queue.TryDequeue(out var end))
        {
            for (var edge = starts[end]; edge < starts[end + 1]; edge++)
            {
                if (isGood[before[edge]])
                    continue;
                isGood[before[edge]] = true;
                queue.Enqueue(before[edge]);
            }
        }

        var stuck = Array.IndexOf(isGood, false);
        return stuck < 0 ? null : $"stuck, {isGood.Count(good => !good)} states\n{WayTo(stuck)}";
    }

    public bool Has(in TState state) => _table[SlotOf(state)] != 0;

    private string WayTo(int at)
    {
        var way = new List<string>();
        var steps = new List<(Act Act, TState State)>();
        for (; _parents[at] >= 0; at = _parents[at])
        {
            steps.Clear();
            addSteps(_states[_parents[at]], steps);
            var reached = at;
            way.Add($"{steps.Find(step => Same(step.State, _states[reached])).Act}    [{_states[at]}]");
        }

        way.Reverse();
        return string.Join('\n', way);
    }

    private int Visit(in TState state, int parent)
    {
        if (_states.Count * 2 > _table.Length)
            Grow();
        var slot = SlotOf(state);
        if (_table[slot] == 0)
        {
            _states.Add(state);
            _parents.Add(parent);
            _table[slot] = _states.Count;
        }

        return _table[slot] - 1;
    }

    private int SlotOf(in TState state)
    {
        var slot = (int)(HashOf(state) & (uint)(_table.Length - 1));
        while (_table[slot] != 0 && !Same(_states[_table[slot] - 1], state))
            slot = slot + 1 & _table.Length - 1;
        return slot;
    }

    private void Grow()
    {
        _table = new int[_table.Length * 4];
        for (var i = 0; i < _states.Count; i++)
            _table[SlotOf(_states[i])] = i + 1;
    }

    private static bool Same(in TState one, in TState other) => BytesOf(one).SequenceEqual(BytesOf(other));

    private static uint HashOf(in TState state)
    {
        var hash = 0ul;
        var bytes = BytesOf(state);
        foreach (var part in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = BitOperations.RotateLeft((hash ^ part) * 0x9E3779B97F4A7C15, 31);
        foreach (var part in bytes[(bytes.Length & ~7)..])
            hash = BitOperations.RotateLeft((hash ^ part) * 0x9E3779B97F4A7C15, 31);
        return (uint)(hash >> 32 ^ hash);
    }

    private static ReadOnlySpan<byte> BytesOf(in TState state) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in state, 1));
}
