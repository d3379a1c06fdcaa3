using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace KinescopePS.Manifest;

/// <summary>
/// The line on which each text first stood. It keeps 13 bytes a text and no text: a hash finds the lessons that may have the same one,
/// and those are read again from the manifest.
/// </summary>
/// <param name="textAt">Reads the text of the lesson that begins at a byte of the manifest; null where none does any more.</param>
internal sealed class LineIndex(Func<long, string?> textAt)
{
    private const int SmallestSize = 1024;

    private Slot[] _slots = new Slot[SmallestSize];
    private int _count;

    /// <summary>Notes the line of a text that comes for the first time.</summary>
    /// <param name="line">The lesson's line. Counts from 1.</param>
    /// <param name="position">The byte at which the lesson begins.</param>
    /// <param name="share">The part of all texts that has come with this one, 0 to 1: lets guess how many are still to come.</param>
    /// <returns>The line that it stood on before, or null.</returns>
    public long? Note(string text, long line, long position, double share)
    {
        // Six of seven slots at most: more, and looking for a free one takes long.
        if (_count >= _slots.Length / 7 * 6)
            Grow(Math.Clamp((long)(_count / share * 1.2), _slots.Length / 2 * 3L, Math.Min(64L * _slots.Length, Array.MaxLength)));
        var hash = (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
        var i = FirstOf(_slots, hash);
        for (; !_slots[i].IsFree; i = Next(_slots, i))
        {
            if (_slots[i].Hash == hash && textAt(_slots[i].Position) == text)
                return _slots[i].Line;
        }

        _slots[i] = new Slot(hash, line, position);
        _count++;
        return null;
    }

    private void Grow(long size)
    {
        var larger = new Slot[size];
        foreach (var slot in _slots)
        {
            if (slot.IsFree)
                continue;
            var i = FirstOf(larger, slot.Hash);
            while (!larger[i].IsFree)
                i = Next(larger, i);
            larger[i] = slot;
        }

        _slots = larger;
    }

    /// <summary>The slot at which the size of a hash among all hashes puts it; others that belong there follow.</summary>
    private static int FirstOf(Slot[] slots, uint hash) => (int)(hash * (ulong)slots.Length >> 32);

    private static int Next(Slot[] slots, int i) => i + 1 == slots.Length ? 0 : i + 1;

    // Packed: 13 bytes instead of 24. Five bytes of position are a terabyte.
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly struct Slot(uint hash, long line, long position)
    {
        private readonly uint _line = (uint)Math.Min(line, uint.MaxValue);
        private readonly uint _position = (uint)position;
        private readonly byte _positionAbove = (byte)(position >> 32);

        public uint Hash { get; } = hash;

        public bool IsFree => _line == 0;

        public long Line => _line;

        public long Position => (long)_positionAbove << 32 | _position;
    }
}
