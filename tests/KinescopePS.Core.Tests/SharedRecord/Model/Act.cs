namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>A step's name.</summary>
internal readonly record struct Act(string What, int Machine = -1, int Video = 0, bool IsFault = false)
{
    public bool IsClaim => What.StartsWith("claims", StringComparison.Ordinal);

    public override string ToString() =>
        $"{(Machine < 0 ? "" : Machine == 0 ? "A " : "B ")}{What}{(Video > 0 ? $" {Video}" : "")}{(IsFault ? " (fault)" : "")}";
}
