using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Record;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>A record that machines share: it behaves as every record does.</summary>
[Collection(SharedRecordCollection.Name)]
public sealed class SharedRecordAsRecordTests(SharedRecordServer server) : UploadRecordTests, IAsyncLifetime
{
    private SharedUploadRecord? _record;

    private protected override IUploadRecord Record => _record!;

    private protected override string LostId => "RecordNotInitialised";

    public async ValueTask InitializeAsync()
    {
        await server.ResetAsync();
        _record = await SharedUploadRecord.JoinAsync(server.Address(), TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private protected override void Lose() => server.ExecuteAsync("DROP SCHEMA kinescopeps CASCADE").Wait();

    public ValueTask DisposeAsync()
    {
        _record?.Dispose();
        return default;
    }
}
