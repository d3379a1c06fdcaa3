namespace KinescopePS.Database;

/// <summary>The values of a row's further columns, by the columns' names; equal to others that say the same.</summary>
internal sealed class ColumnValues(IReadOnlyDictionary<string, string?> values) : IEquatable<ColumnValues>
{
    public static readonly ColumnValues None = new(new Dictionary<string, string?>());

    /// <summary>The value of a column; null where it is null, or is not among these.</summary>
    public string? this[string? column] => column is null ? null : values.GetValueOrDefault(column);

    public IEnumerable<string> Columns => values.Keys;

    public IReadOnlyDictionary<string, string?> ByColumn => values;

    public ColumnValues With(string column, string? value) => new(new Dictionary<string, string?>(values) { [column] = value });

    /// <summary>Those of these columns.</summary>
    public ColumnValues Only(IReadOnlyCollection<string> columns) =>
        columns.Count == values.Count ? this : new(columns.ToDictionary(column => column, column => this[column]));

    /// <summary>True where these have all that the part has.</summary>
    public bool Include(ColumnValues part) => part.Columns.All(column => Hold(column, part[column]));

    /// <summary>True where a column is among these, with this value.</summary>
    public bool Hold(string column, string? value) => values.TryGetValue(column, out var held) && held == value;

    public bool Equals(ColumnValues? other) =>
        ReferenceEquals(this, other) || other is not null && values.Count == other.ByColumn.Count && Include(other);

    public override bool Equals(object? obj) => Equals(obj as ColumnValues);

    public override int GetHashCode() => values.Count;

    /// <summary>The values, as the rest of a list.</summary>
    public override string ToString() => string.Concat(values.Select(pair => $", {pair.Key} {pair.Value ?? "null"}"));
}
