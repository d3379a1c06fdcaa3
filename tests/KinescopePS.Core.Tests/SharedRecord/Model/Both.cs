using System.Runtime.CompilerServices;

namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>One of each for the two machines.</summary>
[InlineArray(2)]
internal struct Both<T>
{
    private T _first;
}
