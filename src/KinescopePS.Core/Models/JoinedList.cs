using System.Collections.ObjectModel;

namespace KinescopePS;

/// <summary>A list whose text is that of its items: in the cells of Export-Csv it would else be the name of its type.</summary>
internal sealed class JoinedList<T>(IReadOnlyList<T> items) : ReadOnlyCollection<T>([.. items])
{
    public static new readonly JoinedList<T> Empty = new([]);

    public override string ToString() => string.Join(", ", this);
}
