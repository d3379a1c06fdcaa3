using System.Collections.ObjectModel;

namespace KinescopePS;

/// <summary>
/// A dictionary whose text is that of its items, <c>RateLimited=2; HostUnreachable=1</c>: as <see cref="JoinedList{T}"/>, for Export-Csv.
/// </summary>
internal sealed class JoinedDictionary<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> items)
    : ReadOnlyDictionary<TKey, TValue>(new Dictionary<TKey, TValue>(items))
    where TKey : notnull
{
    public static new readonly JoinedDictionary<TKey, TValue> Empty = new(new Dictionary<TKey, TValue>());

    public override string ToString() => string.Join("; ", this.Select(item => $"{item.Key}={item.Value}"));
}
