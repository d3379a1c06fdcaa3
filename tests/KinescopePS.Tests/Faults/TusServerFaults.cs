using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>A tus server of other people's, behind a gateway that cuts.</summary>
public sealed class TusServerFaults : UploadTest
{
    [Theory]
    [InlineData(3_000_000)]
    [InlineData(300_000)]
    public async Task FoundB03_Every_file_arrives_at_a_store_that_keeps_less_than_was_read_at_a_cut(long carries)
    {
        const int Lessons = 3, Length = 12_000_000;
        await using var server = await PublicTusServer.StartAsync();
        await using var front = new CuttingFront(server.Port, carries);
        WriteCourse(Lessons, Length);
        var uploads = new List<string>();
        for (var i = 0; i < Lessons; i++)
            uploads.Add(await server.CreateAsync(Length));
        await Sandbox.SetFaultsAsync([.. uploads.Select(path => Fault("POST", "/v2/init", new
        {
            kind = "alter",
            replace = new Dictionary<string, string> { ["http://127[^\"]+"] = $"http://127.0.0.1:{front.Port}{path}" },
        }))]);

        var result = Send("-ThrottleLimit 2").RequireNoErrors();

        TestContext.Current.TestOutputHelper?.WriteLine($"{result.Summary}; {front.Connections} connections");
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded"], Statuses(result));
        var files = Enumerable.Range(0, Lessons).Select(i => Sha256Of(Folder[$"{i}.mp4"]));
        Assert.Equal(files.Order(), uploads.Select(path => Sha256Of(server.FileOf(path))).Order());
    }
}
