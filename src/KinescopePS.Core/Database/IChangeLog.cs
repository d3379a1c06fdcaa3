namespace KinescopePS.Database;

/// <summary>Keeps what rows held before they were changed.</summary>
internal interface IChangeLog
{
    /// <summary>Called in the transaction, before its commit: what is not kept is not committed.</summary>
    /// <exception cref="KinescopeException">It cannot be kept.</exception>
    Task ChangingAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation);

    /// <summary>Called after the commit.</summary>
    Task ChangedAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation);
}
