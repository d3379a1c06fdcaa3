using Npgsql;

namespace KinescopePS.SharedRecord;

/// <content>The schema: its version, and making it.</content>
internal sealed partial class SharedStore
{
    /// <summary>The version of the schema and the record's id; null where there is none.</summary>
    public Task<(int Version, Guid Id)?> VersionAsync(CancellationToken cancellation) => RunAsync<(int, Guid)?>(async () =>
    {
        await using (var present = Command("SELECT to_regclass('kinescopeps.schema') IS NOT NULL"))
        {
            if (await present.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is not true)
                return null;
        }

        await using var command = Command("SELECT version, id FROM kinescopeps.schema");
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await reader.ReadAsync(cancellation).ConfigureAwait(false) ? (reader.GetInt32(0), reader.GetGuid(1)) : null;
    });

    /// <summary>Refuses a schema that this module cannot work with.</summary>
    /// <returns>The record's id.</returns>
    /// <exception cref="KinescopeException">
    /// <c>RecordNotInitialised</c>, <c>RecordVersionUnsupported</c>, or what the database says.
    /// </exception>
    public async Task<Guid> RequireSchemaAsync(CancellationToken cancellation)
    {
        var (version, id) = await VersionAsync(cancellation).ConfigureAwait(false) ?? throw Missing();
        return version switch
        {
            SharedSchema.Version => id,
            > SharedSchema.Version => throw Newer(version),
            _ => throw new KinescopeException(
                ErrorIds.RecordVersionUnsupported,
                $"The record of uploads in {DisplayName} is of version {version}; this KinescopePS works with {SharedSchema.Version}. "
                + "Bring it up to date with Initialize-KinescopeUpload, once all machines have the new module."),
        };
    }

    /// <summary>Makes the schema, or brings it up to date: all of it or nothing.</summary>
    /// <param name="role">A user who is given the rights to upload; null for none.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="KinescopeException">
    /// <c>DatabaseAccessDenied</c> where a right is missing, or what the database says.
    /// </exception>
    public async Task InitialiseAsync(CancellationToken cancellation, string? role = null)
    {
        try
        {
            await RunAsync(() => RunScriptAsync(SharedSchema.ScriptFor(role), cancellation)).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (StateOf(failure) == PostgresErrorCodes.UniqueViolation)
        {
            // Another one made it at the same moment; what is there already stays as it is.
            await RunAsync(() => RunScriptAsync(SharedSchema.ScriptFor(role), cancellation)).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (StateOf(failure) == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new KinescopeException(
                ErrorIds.DatabaseAccessDenied,
                $"The user {_address.Connection.Username} may not make the record of uploads in {DisplayName}: "
                + $"{failure.InnerException!.Message}. It needs the right CREATE on the database (GRANT CREATE ON DATABASE), and to be the "
                + "owner of a schema kinescopeps that is there. Or let an administrator run what Initialize-KinescopeUpload -AsSql writes.",
                failure.InnerException);
        }
        catch (KinescopeException failure) when (role is not null && StateOf(failure) == PostgresErrorCodes.UndefinedObject)
        {
            throw new KinescopeException(
                ErrorIds.DatabaseError,
                $"{DisplayName}: {failure.InnerException!.Message}. Nothing was made. Make the role first (CREATE ROLE), or leave out "
                + "-Role.",
                failure.InnerException);
        }
    }

    /// <summary>The error of a database that has no record.</summary>
    public KinescopeException Missing(Exception? cause = null) => new(
        ErrorIds.RecordNotInitialised,
        $"The database {DisplayName} has no record of uploads (schema kinescopeps). Make it once with Initialize-KinescopeUpload, which "
        + "shows its SQL with -WhatIf.", cause);

    /// <summary>The error of a record that a newer module made.</summary>
    public KinescopeException Newer(int version) => new(
        ErrorIds.RecordVersionUnsupported,
        $"The record of uploads in {DisplayName} was made by a newer KinescopePS (version {version}; this one works with "
        + $"{SharedSchema.Version}). Update the module; the record was left as it is.");

    private static string? StateOf(KinescopeException failure) => (failure.InnerException as PostgresException)?.SqlState;

    private async Task<bool> RunScriptAsync(string script, CancellationToken cancellation)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(script, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return true;
    }
}
