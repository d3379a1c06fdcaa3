using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace KinescopePS.Manifest;

/// <summary>
/// The line on which each text first stood. It keeps 12 bytes a text and no text: of a million, two that differ are taken for the
/// same with a chance of 1 in 37 million.
/// </summary>
internal sealed class LineIndex
{
    private const int SmallestSize = 1024;

    private Slot[] _slots = new Slot[SmallestSize];
    private int _count;

    /// <summary>Notes the line of a text that comes for the first time.</summary>
    /// <param name="line">Counts from 1.</param>
    /// <param name="share">How much of all texts has come with this one, 0 to 1: lets guess how many are still to come.</param>
    /// <returns>The line that it stood on before, or null.</returns>
    public long? Note(ReadOnlySpan<char> text, long line, double share)
    {
        // Six of seven slots at most: more, and looking for a free one takes long.
        if (_count >= _slots.Length / 7 * 6)
            Grow(Math.Clamp((long)(_count / share * 1.2), _slots.Length / 2 * 3L, Math.Min(64L * _slots.Length, Array.MaxLength)));
        ref var slot = ref Find(_slots, XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text)));
        if (slot.Line != 0)
            return slot.Line;
        slot.Line = (uint)Math.Min(line, uint.MaxValue);
        _count++;
        return null;
    }

    private void Grow(long size)
    {
        var larger = new Slot[size];
        foreach (var slot in _slots)
        {
            if (slot.Line != 0)
                Find(larger, slot.Hash).Line = slot.Line;
        }

        _slots = larger;
    }

    /// <summary>The slot of a hash, or the free one where it belongs: the first from where its size among all hashes puts it.</summary>
    private static ref Slot Find(Slot[] slots, ulong hash)
    {
        var i = (int)Math.BigMul(hash, (ulong)slots.Length, out _);
        while (slots[i].Line != 0 && slots[i].Hash != hash)
            i = i + 1 == slots.Length ? 0 : i + 1;
        slots[i].Hash = hash;
        return ref slots[i];
    }

    // Packed: 12 bytes instead of 16.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Slot
    {
        public ulong Hash;
        public uint Line;
    }
}
