using System.Net;
using System.Net.Sockets;
using KinescopePS.Saving;
using KinescopePS.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Saving;

/// <summary>Downloads that are cut, refused, or not what they were.</summary>
public sealed class SaveFaultTests : SaveTest
{
    private const int Cut = 200_000;

    [Theory]
    [InlineData("strong", "yes", 0)]
    [InlineData("last-modified", "yes", 0)]
    // The last 64 KiB are received once more, for comparison.
    [InlineData("weak", "yes", 64 * 1024)]
    [InlineData("none", "yes", 64 * 1024)]
    [InlineData("strong", "ignored", null)]
    [InlineData("none", "ignored", null)]
    public async Task What_was_cut_goes_on_at_the_byte(string validator, string range, int? again)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["asset-validator"] = validator, ["asset-range"] = range });
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, true, Length - held + (again ?? held)), (saved.Status, saved.IsMd5Verified, saved.BytesReceived));
        RequireFile(Bytes(1));
    }

    [Theory]
    [InlineData("strong", "yes")]
    [InlineData("last-modified", "yes")]
    [InlineData("weak", "no")]
    [InlineData("none", "no")]
    public async Task Content_that_changed_meanwhile_is_not_joined_to_the_old(string validator, string md5)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["asset-validator"] = validator, ["original-md5"] = md5 });
        var video = await UploadAsync(Bytes(1));
        await CutAfterAsync(Cut, Lesson(video));
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ChangeAsync(video, Bytes(2));

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, md5 == "yes"), (saved.Status, saved.IsMd5Verified));
        RequireFile(Bytes(2));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100_000)]
    public async Task A_whole_that_is_compared_goes_on_at_the_byte_too(int? other)
    {
        await Sandbox.ChangeWayAsync("original-md5", other is null ? "yes" : "no");
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));
        var bytes = Bytes(1);
        if (other is { } at)
            bytes[at] ^= 1;
        // A moved object has another tag, whatever its bytes are.
        await ChangeAsync(video, bytes);
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = 50_000 }, times: null));

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.True(held > 50_000);
        Assert.Equal(SavedVideoStatus.Saved, saved.Status);
        if (other is null)
            Assert.Equal(Length, saved.BytesReceived);
        RequireFile(bytes);
    }

    [Fact]
    public async Task Content_that_changes_while_it_is_received_is_received_anew()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = Cut }));
        Said = message =>
        {
            if (message.Contains("goes on at byte"))
                Task.Run(() => ChangeAsync(video, Bytes(2))).Wait();
        };

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, true), (saved.Status, saved.IsMd5Verified));
        RequireFile(Bytes(2));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task An_address_that_expires_on_the_way_is_asked_for_anew(int status)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["asset-lifetime"] = "60", ["expired-asset"] = $"{status}" });
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = Cut }));
        Said = message =>
        {
            if (message.Contains("goes on at byte"))
                Task.Run(() => Sandbox.AdvanceAsync(TimeSpan.FromMinutes(2))).Wait();
        };

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, (long)Length), (saved.Status, saved.BytesReceived));
        RequireFile(Bytes(1));
        Assert.Single(await Sandbox.RequestsAsync("GET", $"/v1/videos/{video}"));
    }

    [Fact]
    public async Task Addresses_that_are_refused_for_ever_are_given_up_and_what_came_is_kept()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = Cut }), Assets(new { kind = "answer", status = 403 }, times: null));

        var failed = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal("DownloadExpired", failed.ErrorId);
        Assert.Null(StoppedBy);
        Assert.Equal(5, (await DownloadsAsync()).Count);
        Assert.DoesNotContain("sign", failed.Error + string.Concat(Verbose));
        Assert.InRange(new FileInfo(Parts().Single()).Length, 1, Cut);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_disturbance_is_sat_out(int status)
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "answer", status }, times: 2));

        Assert.Equal(SavedVideoStatus.Saved, (await SaveAsync(SavePlan.Original, false, 3, Lesson(video))).Single().Status);
        RequireFile(Bytes(1));
    }

    [Fact]
    public async Task A_line_that_is_cut_all_the_time_gets_there()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = 50_000 }, times: null));

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, (long)Length), (saved.Status, saved.BytesReceived));
        RequireFile(Bytes(1));
    }

    [Fact]
    public async Task A_wrong_MD5_is_no_copy_and_leaves_nothing()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "GET", path = "/v1/videos" },
            fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]{8}"] = "\"md5\":\"00000000" } },
        });

        var failed = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal("DownloadDiffers", failed.ErrorId);
        Assert.Single(await DownloadsAsync());
        Assert.False(File.Exists(failed.Path));
        Assert.Empty(Parts());
    }

    [Fact]
    public async Task A_wrong_size_is_seen_before_a_byte_is_written()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "GET", path = "/v1/videos" },
            fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"file_size\":300000"] = "\"file_size\":300001" } },
        });

        var failed = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal(("DownloadDiffers", 0L), (failed.ErrorId, failed.BytesReceived));
    }

    [Theory]
    [InlineData(200, "DownloadDiffers")]
    [InlineData(202, "AnswerInvalid")]
    [InlineData(204, "AnswerInvalid")]
    public async Task An_answer_that_is_not_the_video_takes_nothing_away_from_what_came(int status, string error)
    {
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "answer", status, body = status == 204 ? "" : "Later", headers = Type("video/mp4") }));

        var failed = (await SaveAsync(Lesson(video))).Single();
        var kept = new FileInfo(Parts().Single()).Length;
        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((error, held), (failed.ErrorId, kept));
        Assert.Equal((SavedVideoStatus.Saved, Length - held), (saved.Status, saved.BytesReceived));
        RequireFile(Bytes(1));
    }

    [Fact]
    public async Task A_part_from_another_place_takes_nothing_away_from_what_came()
    {
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));
        var headers = Type("video/mp4");
        headers["Content-Range"] = $"bytes 0-3/{Length}";
        await Sandbox.SetFaultsAsync(Assets(new { kind = "answer", status = 206, body = "fore", headers }, times: 2));

        var failed = (await SaveAsync(Lesson(video))).Single();
        var kept = new FileInfo(Parts().Single()).Length;
        var saved = (await SaveAsync(SavePlan.Original, false, 1, Lesson(video))).Single();

        Assert.Equal(("AnswerInvalid", held), (failed.ErrorId, kept));
        Assert.Equal((SavedVideoStatus.Saved, Length - held), (saved.Status, saved.BytesReceived));
        RequireFile(Bytes(1));
    }

    [Fact]
    public async Task A_list_that_tells_no_MD5_for_once_takes_nothing_away_from_what_came()
    {
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));
        await Sandbox.SetFaultsAsync(Alters(new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]+\""] = "\"md5\":\"\"" }));

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, Length - (held / Block * Block)), (saved.Status, saved.BytesReceived));
        RequireFile(Bytes(1));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("right")]
    [InlineData("right, and the file was damaged")]
    public async Task A_whole_of_unknown_size_takes_the_place_of_what_came_only_where_it_is_the_video(string whole)
    {
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));
        if (whole.Contains("damaged"))
        {
            using var part = File.OpenHandle(Parts().Single(), FileMode.Open, FileAccess.Write);
            RandomAccess.Write(part, "damage"u8, 1000);
        }

        await using (var server = ChunkedServer.Start(whole == "wrong" ? Bytes(2, 500) : Bytes(1)))
        {
            DownloadHosts = "127.0.0.1";
            await Sandbox.SetFaultsAsync(Alters(new Dictionary<string, string> { [@"http://127\.0\.0\.1:\d+/assets"] = $"http://127.0.0.1:{server.Port}/assets" }, times: null));
            var result = (await SaveAsync(Lesson(video))).Single();
            Assert.Equal(whole == "wrong" ? "AnswerInvalid" : null, result.ErrorId);
        }

        if (whole == "wrong")
        {
            await Sandbox.ClearFaultsAsync();
            Assert.Equal(Length - held, (await SaveAsync(Lesson(video))).Single().BytesReceived);
        }

        RequireFile(Bytes(1));
    }

    [Theory]
    [InlineData("strong")]
    [InlineData("last-modified")]
    public async Task A_shorter_video_of_which_nothing_is_told_is_believed_by_its_tag_or_the_error_says_what_to_do(string validator)
    {
        await Sandbox.ChangeWayAsync("asset-validator", validator);
        var video = await UploadAsync(Bytes(1));
        await CutAfterAsync(Cut, Lesson(video));
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        await ChangeAsync(video, Bytes(2, 50_000));
        await Sandbox.SetFaultsAsync(Alters(Nothing, times: null));

        var saved = (await SaveAsync(Lesson(video))).Single();

        if (validator != "strong")
        {
            Assert.Equal("AnswerInvalid", saved.ErrorId);
            Assert.Contains($"delete {Parts().Single()}", saved.Error);
            File.Delete(Parts().Single());
            Assert.Equal(SavedVideoStatus.Saved, (await SaveAsync(Lesson(video))).Single().Status);
        }

        RequireFile(Bytes(2, 50_000));
    }

    [Theory]
    [InlineData("\"tag\"")]
    [InlineData("")]
    public async Task Pieces_of_what_has_no_known_size_are_asked_for_until_there_are_no_more(string tag)
    {
        var video = await UploadAsync(Bytes(1));
        var one = new string('a', Block + 1);
        // Without a tag the last 64 KiB come again each time, and what is new behind them.
        var two = tag.Length > 0 ? "bc" : one[1..] + "bc";
        var (first, second) = (Piece(one, 0, tag), Piece(two, one.Length + 2 - two.Length, tag));
        object[] again = tag.Length > 0 ? [] : [Piece(two[2..], 3, tag)];
        await Sandbox.SetFaultsAsync(
            [TellsNothing, first, second, .. again, Assets(new { kind = "answer", status = 416 }), Assets(new { kind = "answer", status = 500 }, times: null)]);

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal(SavedVideoStatus.Saved, saved.Status);
        RequireFile(System.Text.Encoding.ASCII.GetBytes(one + "bc"));
    }

    [Theory]
    [InlineData("Content-Length: 0\r\n", "", "DownloadDiffers")]
    [InlineData("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "DownloadDiffers")]
    [InlineData("", "half", "AnswerInvalid")]
    [InlineData("Content-Length: 4\r\n", "half", null)]
    [InlineData("Transfer-Encoding: chunked\r\n", "4\r\nhalf\r\n0\r\n\r\n", null)]
    public async Task Without_size_and_MD5_only_an_end_that_the_server_tells_is_one(string head, string body, string? error)
    {
        var video = await UploadAsync(Bytes(1));
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        DownloadHosts = "127.0.0.1";
        var replace = new Dictionary<string, string>(Nothing) { [@"http://127\.0\.0\.1:\d+/assets"] = $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/assets" };
        await Sandbox.SetFaultsAsync(Alters(replace));
        var answering = AnswerAsync(server, $"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n{head}Connection: close\r\n\r\n{body}");

        var saved = (await SaveAsync(Lesson(video))).Single();

        await answering;
        Assert.Equal(error, saved.ErrorId);
        Assert.Equal(error is null ? SavedVideoStatus.Saved : SavedVideoStatus.Failed, saved.Status);
    }

    private static async Task AnswerAsync(TcpListener server, string answer)
    {
        using var connection = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 })
        {
        }

        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
    }

    private static readonly Dictionary<string, string> Nothing = new() { ["\"file_size\":[0-9]+"] = "\"file_size\":0", ["\"md5\":\"[0-9a-f]+\""] = "\"md5\":\"\"" };

    private static object TellsNothing => Alters(Nothing);

    private static object Alters(Dictionary<string, string> replace, int? times = 1) => new { match = new { method = "GET", path = "/v1/videos", times }, fault = new { kind = "alter", replace } };

    private static object Piece(string bytes, int from, string tag)
    {
        var headers = Type("video/mp4");
        headers["Content-Range"] = $"bytes {from}-{from + bytes.Length - 1}/*";
        if (tag.Length > 0)
            headers["ETag"] = tag;
        return Assets(new { kind = "answer", status = 206, body = bytes, headers });
    }

    private static Dictionary<string, string> Type(string type) => new() { ["Content-Type"] = type };

    [Fact]
    public async Task A_page_in_place_of_the_video_is_no_video()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "answer", status = 200, body = "<html>Sign in</html>" }));

        Assert.Equal("AnswerInvalid", (await SaveAsync(Lesson(video))).Single().ErrorId);
    }

    [Fact]
    public async Task A_redirect_is_followed_to_hosts_that_may_be_downloaded_from_and_without_the_key()
    {
        await Sandbox.ChangeWayAsync("asset-host", "redirected");
        var video = await UploadAsync(Bytes(1));

        Assert.Equal("DownloadRefused", (await SaveAsync(Lesson(video))).Single().ErrorId);
        await Sandbox.ForgetRequestsAsync();
        DownloadHosts = "127.0.0.1";
        Assert.Equal(SavedVideoStatus.Saved, (await SaveAsync(Lesson(video))).Single().Status);

        RequireFile(Bytes(1));
        var requests = await DownloadsAsync();
        Assert.Equal(["api", "upload"], requests.Select(request => request.GetProperty("host").GetString()));
        Assert.All(requests, request => Assert.DoesNotContain("Authorization", request.GetProperty("headers").ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_wait_that_a_host_behind_a_redirect_asked_for_is_no_standstill()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        (Time, DownloadHosts) = (time, "127.0.0.1");
        await Sandbox.ChangeWayAsync("asset-host", "redirected");
        var video = await UploadAsync(Bytes(1));
        var later = new Dictionary<string, string> { ["Retry-After"] = "3600" };
        await Sandbox.SetFaultsAsync(new { match = new { path = "/assets", nth = 2 }, fault = new { kind = "answer", status = 429, headers = later } });

        var saving = SaveAsync(Lesson(video));
        // A hold shows once nothing has moved for half a second.
        await Eventually.HoldsAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return Kinescope?.Hold is not null || saving.IsCompleted;
        });
        time.Advance(TimeSpan.FromHours(1));

        Assert.Null((await saving).Single().Error);
        RequireFile(Bytes(1));
    }

    [Fact]
    public async Task A_token_that_is_rejected_ends_the_run_before_anything_is_begun()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.RevokeTokenAsync();

        var failure = await Assert.ThrowsAsync<KinescopeRequestException>(() => SaveAsync(Lesson(video)));

        Assert.Equal("TokenRejected", failure.ErrorId);
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_seen_before_anything_is_begun()
    {
        using var disk = SmallDisk.Mount(Destination);
        var video = await UploadAsync(Bytes(1));

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => SaveAsync(Lesson(video)));

        Assert.Equal("DiskRoomShort", failure.ErrorId);
        Assert.Empty(await DownloadsAsync());
    }

    [Fact]
    public async Task A_copy_needs_no_more_room_than_what_came_leaves_to_it()
    {
        using var disk = SmallDisk.Mount(Destination);
        var video = await UploadAsync(Bytes(1, 24_000));
        await CutAfterAsync(20_000, Lesson(video, "m2/2.mp4", "l2"));
        await SaveAsync(Lesson(video));
        Assert.InRange(new DriveInfo(Destination).AvailableFreeSpace, 4_000, 23_999);

        var copied = (await SaveAsync(Lesson(video, "m2/2.mp4", "l2"))).Single();

        Assert.Equal((SavedVideoStatus.Saved, 0L), (copied.Status, copied.BytesReceived));
        RequireFile(Bytes(1, 24_000), "m2/2.mp4");
    }

    [Fact]
    public async Task What_came_of_another_video_is_still_to_be_received_and_takes_no_room()
    {
        string first = await UploadAsync(Bytes(1)), second = await UploadAsync(Bytes(2));
        var held = await CutAfterAsync(Cut, Lesson(first));

        var same = (await PlanAsync(Lesson(first))).Planned.Single();
        var other = (await PlanAsync(Lesson(second))).Planned.Single();

        Assert.Equal((Length - held, Length - held), (same.Rest, same.Room));
        Assert.Equal(((long)Length, Length - held), (other.Rest, other.Room));
    }

    [Fact]
    public void A_disk_that_is_full_is_not_told_as_another_run()
    {
        using var disk = SmallDisk.Mount(Destination, files: 3);
        SavedList.Open(Destination).Dispose();
        File.Delete(disk[$"{SavedList.FileName}.lock"]);
        File.WriteAllBytes(disk["the last file"], []);

        var failure = Assert.Throws<KinescopeException>(() => SavedList.Open(Destination));

        Assert.Equal(("DiskRoomShort", true), (failure.ErrorId, failure.StopsRun));
    }

    [Fact]
    public async Task A_disk_that_becomes_full_stops_the_run_and_keeps_what_came()
    {
        using var disk = SmallDisk.Mount(Destination);
        var video = await UploadAsync(Bytes(1, 30_000));
        await CutAfterAsync(20_000, Lesson(video));
        // Nobody tells how much is to come.
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "GET", path = "/v1/videos" },
            fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"file_size\":[0-9]+"] = "\"file_size\":0" } },
        });
        disk.Fill();

        var failed = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal(("DiskRoomShort", "DiskRoomShort"), (failed.ErrorId, StoppedBy?.ErrorId));
        Assert.NotEmpty(Parts());
        disk.Free();
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(SavedVideoStatus.Saved, (await SaveAsync(Lesson(video))).Single().Status);
        RequireFile(Bytes(1, 30_000));
    }

    [Theory]
    [InlineData("yes", Block)]
    // Fewer than a page has: nothing but the MD5 would tell them.
    [InlineData("no", 100)]
    public async Task Zeros_that_a_loss_of_power_left_are_received_again(string md5, int most)
    {
        await Sandbox.ChangeWayAsync("original-md5", md5);
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Cut, Lesson(video));
        var flushed = held / Block * Block;
        // The disk had what was written through, and of the rest the length alone.
        using (var part = File.OpenHandle(Parts().Single(), FileMode.Open, FileAccess.Write))
            RandomAccess.Write(part, new byte[Math.Min(most, held - flushed)], flushed);

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.True(flushed > 0);
        Assert.Equal((SavedVideoStatus.Saved, Length - flushed), (saved.Status, saved.BytesReceived));
        RequireFile(Bytes(1));
    }
}
