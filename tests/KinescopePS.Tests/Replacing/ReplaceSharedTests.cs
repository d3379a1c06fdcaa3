using KinescopePS.Database;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Support;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Replacing;

/// <summary>A content that is replaced by machines which share a record. Each computer has files of its own.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ReplaceSharedTests(PostgresCluster cluster) : ReplaceTest
{
    private string _computer = "one";

    [Fact]
    public async Task Another_machine_sees_the_new_content_and_sends_nothing()
    {
        var videoId = await BeginAsync();
        Change();
        Assert.Null((await RunAsync(replaces: true)).Failure);
        await ProcessAsync();

        _computer = "two";
        var there = await RunAsync(replaces: true);

        Assert.Equal((LessonUploadStatus.Skipped, videoId, null), (there.Result.Status, there.Result.VideoId, there.Failure));
        Assert.Null((await RecordedAsync()).Replacement);
        Assert.Single(await SentAsync());
        await RequireReplacedAsync(videoId);
    }

    [Theory]
    [InlineData("after Ending", 2)]
    [InlineData("after Replacing", 1)]
    [InlineData("after Uploaded", 1)]
    public async Task Another_machine_ends_what_one_began(string moment, int requests)
    {
        var videoId = await BeginAsync();
        Change();
        using (var whole = new Mortal())
        {
            await RunAsync(replaces: true, force: true, life: whole);
            await ProcessAsync();
            Assert.Null((await RunAsync()).Failure);
            Change(seed: 3);
            await Sandbox.ForgetRequestsAsync();
            using var life = new Mortal(whole.Moments.ToList().IndexOf(moment));
            await RunAsync(replaces: true, life: life);
        }

        _computer = "two";
        var ended = await RunAsync(replaces: true);
        await ProcessAsync();

        Assert.Null((ended.Failure ?? (await RunAsync(verifies: true, waits: true)).Failure)?.Message);
        await RequireReplacedAsync(videoId);
        Assert.True((await SentAsync()).Count(bytes => bytes > 0) <= requests);
    }

    [Fact]
    public async Task A_machine_with_the_old_file_puts_nothing_back()
    {
        var videoId = await BeginAsync();
        Change();
        Assert.Null((await RunAsync(replaces: true)).Failure);

        _computer = "two";
        Folder.WriteVideo("old.mp4", OldLength, seed: 1);
        var processing = await RunAsync(replaces: true, file: "old.mp4");
        await ProcessAsync();
        _computer = "one";
        Assert.Null((await RunAsync()).Failure);
        _computer = "two";
        var later = await RunAsync(replaces: true, file: "old.mp4");

        Assert.Equal([ErrorIds.LessonContentDiffers, ErrorIds.LessonContentDiffers], [processing.Failure?.ErrorId, later.Failure?.ErrorId]);
        Assert.Contains("-Replace", later.Failure!.Message, StringComparison.Ordinal);
        await RequireReplacedAsync(videoId);
        Assert.Single(await SentAsync());
    }

    private protected override IUploadRecord OpenRecord() => Task.Run(() => SharedUploadRecord.JoinAsync(
        (PostgresAddress)DatabaseAddress.Parse(cluster.Url(), "/"), TimeSpan.FromMinutes(1), TimeProvider.System, Stop, _computer)).GetAwaiter().GetResult();

    private async Task<string> BeginAsync()
    {
        cluster.Require();
        await cluster.ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
        await cluster.ExecuteAsync(SharedSchema.ScriptFor(PostgresCluster.Owner));
        return await UploadAsync();
    }
}
