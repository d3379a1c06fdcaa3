using System.Security.Cryptography;
using KinescopePS.Companions;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Tests.Replacing;

namespace KinescopePS.Tests.Companions;

/// <summary>
/// A poster, subtitles and chapters whose sending ends before or after each request and each line of the record, and is begun again: one of
/// each is there, and the right one.
/// </summary>
public sealed class CompanionEndTests : ReplaceTest
{
    [Theory]
    [InlineData("as-sent")]
    [InlineData("absent")]
    public async Task Ended_at_each_moment(string link)
    {
        await Sandbox.ChangeWayAsync("subtitle-link", link);
        var videoId = await UploadAsync();
        await SendAsync(videoId, 0);

        for (var (version, isOver) = (1, false); !isOver; version++)
        {
            using var life = new Mortal(version - 1);
            await EndAsync(life, () => SendAsync(videoId, version, life));
            isOver = !life.Death.IsCancellationRequested;
            await SendAsync(videoId, version);
            await RequireAsync(videoId, version);
            Assert.InRange(version, isOver ? 20 : 1, 60);
        }
    }

    /// <summary>Each line of the record in turn finds the disk full.</summary>
    [Fact]
    public async Task A_full_disk_makes_nothing_twice()
    {
        var videoId = await UploadAsync();
        await SendAsync(videoId, 0);

        for (var room = 0; ; room++)
        {
            using var life = new Mortal { DiskIsFullAt = UploadEventKind.Companion, Room = room };
            var full = await Xunit.Record.ExceptionAsync(() => SendAsync(videoId, room + 1, life));
            if (full is not null)
                Assert.Equal(ErrorIds.ProgressFileNotWritable, Assert.IsType<KinescopeException>(full).ErrorId);
            await SendAsync(videoId, room + 1);
            await RequireAsync(videoId, room + 1);
            Assert.InRange(room, 0, 20);
            if (full is null)
                break;
        }
    }

    [Fact]
    public async Task A_file_that_is_changed_while_it_is_sent_is_sent_again()
    {
        var videoId = await UploadAsync();

        await SendAsync(videoId, 1, meanwhile: () => Write(2));
        await RequireAsync(videoId, 1);
        await SendAsync(videoId, 2);
        await RequireAsync(videoId, 2);
    }

    private static async Task EndAsync(Mortal life, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception ended) when (ended is OperationCanceledException or KinescopeException && life.Death.IsCancellationRequested)
        {
        }
    }

    private void Write(int version)
    {
        File.WriteAllBytes(Folder["l0.jpg"], CompanionTest.Jpeg((byte)version));
        Folder.Write("l0.ru.srt", TextOf(version));
        Folder.Write("l0.chapters.txt", $"00:00 Глава {version}");
    }

    private async Task SendAsync(string videoId, int version, Mortal? life = null, Action? meanwhile = null)
    {
        using var own = life is null ? new Mortal() : null;
        life ??= own!;
        using var client = new HttpClient(new Mortal.Requests(life)) { Timeout = Timeout.InfiniteTimeSpan };
        var kinescope = new KinescopeClient(new KinescopeHttp(client, TimeSpan.FromMilliseconds(1)), Account);
        using var record = new Mortal.Record(OpenRecord(), life);
        var sender = new CompanionSender(kinescope, Retry.Create(2, TimeSpan.FromMilliseconds(1), (_, _) => { }), _ => { }, mayReplace: false, force: false);
        Write(version);
        Companion[] read = [PosterCompanion.Read(Folder["l0.jpg"]), SubtitleCompanion.Read(Folder["l0.ru.srt"], "ru"), ChapterCompanion.Read(Folder["l0.chapters.txt"])];
        meanwhile?.Invoke();
        foreach (var companion in read)
            await sender.SendAsync(companion, videoId, new CompanionOwner(record, "l0"), TimeSpan.FromMinutes(1), life.Death);
    }

    private async Task RequireAsync(string videoId, int version)
    {
        var truth = (await Sandbox.TruthAsync()).Single(video => video.GetProperty("id").GetString() == videoId);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(CompanionTest.Jpeg((byte)version))), truth.GetProperty("poster_sha256").GetString());
        Assert.Equal([TextOf(version)], truth.GetProperty("subtitles").EnumerateArray().Select(item => item.GetProperty("text").GetString()));
        Assert.Equal([$"Глава {version}"], truth.GetProperty("chapters").EnumerateArray().Select(item => item.GetProperty("title").GetString()));
    }

    private static string TextOf(int version) => $"1\n00:00:01,000 --> 00:00:02,000\nТекст {version}\n";
}
