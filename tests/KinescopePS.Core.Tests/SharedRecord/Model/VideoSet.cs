using System.Numerics;

namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>A set of videos, or of the attempts that make them: an attempt makes one video at most, and both have its number, from 1.</summary>
internal readonly record struct VideoSet(byte Bits)
{
    public const int Largest = 5;

    public int Count => BitOperations.PopCount(Bits);

    public bool Has(int video) => (Bits >> video & 1) != 0;

    public static VideoSet operator |(VideoSet set, int video) => new((byte)(set.Bits | 1 << video));

    public static VideoSet operator -(VideoSet set, int video) => new((byte)(set.Bits & ~(1 << video)));

    public static VideoSet operator |(VideoSet one, VideoSet other) => new((byte)(one.Bits | other.Bits));

    public static VideoSet operator -(VideoSet one, VideoSet other) => new((byte)(one.Bits & ~other.Bits));

    public override string ToString()
    {
        var set = this;
        return $"{{{string.Join(' ', Enumerable.Range(1, Largest).Where(video => set.Has(video)))}}}";
    }
}
