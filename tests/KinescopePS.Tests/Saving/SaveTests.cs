using System.Security.Cryptography;
using KinescopePS.Commands;
using KinescopePS.Comparison;
using KinescopePS.Files;
using KinescopePS.Saving;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Saving;

/// <summary>What is saved, where, and what is left alone.</summary>
public sealed class SaveTests : SaveTest
{
    [Fact]
    public async Task Originals_are_saved_in_the_layout_of_the_manifest_and_once()
    {
        byte[] one = Bytes(1), two = Bytes(2);
        string first = await UploadAsync(one), second = await UploadAsync(two, "Цены: 2026?");
        GivenVideo[] given = [Lesson(first), new GivenVideo(second)];

        var saved = await SaveAsync(given);
        await Sandbox.ForgetRequestsAsync();
        var again = await SaveAsync(given);

        Assert.All(saved, result => Assert.Equal((SavedVideoStatus.Saved, true, (long)Length, (long)Length), (result.Status, result.IsMd5Verified, result.Length!.Value, result.BytesReceived)));
        RequireFile(one);
        RequireFile(two, $"Цены_ 2026_ ({second}).mp4");
        Assert.All(again, result => Assert.Equal((SavedVideoStatus.Skipped, 0L), (result.Status, result.BytesReceived)));
        Assert.Empty(await DownloadsAsync());
        // One call for all videos, and no address in what was written.
        Assert.Single(await Sandbox.RequestsAsync("GET", "/v1/videos"));
        var list = await File.ReadAllTextAsync(Path.Combine(Destination, SavedList.FileName), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("http", list);
        Assert.DoesNotContain("sign", list);
    }

    [Fact]
    public async Task A_file_that_the_list_does_not_know_is_compared_by_its_MD5()
    {
        var bytes = Bytes(1);
        var video = await UploadAsync(bytes);
        await SaveAsync(Lesson(video));
        File.Delete(Path.Combine(Destination, SavedList.FileName));
        await Sandbox.ForgetRequestsAsync();

        var same = (await SaveAsync(Lesson(video))).Single();
        File.WriteAllBytes(same.Path!, Bytes(9));
        File.SetLastWriteTimeUtc(same.Path!, DateTime.UtcNow.AddHours(1));
        var other = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Skipped, true), (same.Status, same.IsMd5Verified));
        Assert.Equal("SavedFileExists", other.ErrorId);
        Assert.Equal(Bytes(9), File.ReadAllBytes(same.Path!));
        Assert.Empty(await DownloadsAsync());

        var replaced = (await SaveAsync(SavePlan.Original, true, 0, Lesson(video))).Single();

        Assert.Equal(SavedVideoStatus.Saved, replaced.Status);
        RequireFile(bytes);
    }

    [Fact]
    public async Task A_file_of_the_right_size_is_not_taken_for_the_video_where_no_MD5_is_known()
    {
        await Sandbox.ChangeWayAsync("original-md5", "no");
        var video = await UploadAsync(Bytes(1));
        var path = Folder.Write("backup/m1/Урок 1.mp4", "");
        File.WriteAllBytes(path, Bytes(9));

        var other = (await SaveAsync(Lesson(video))).Single();
        var saved = (await SaveAsync(SavePlan.Original, true, 0, Lesson(video))).Single();

        Assert.Equal(("SavedFileExists", SavedVideoStatus.Saved), (other.ErrorId, saved.Status));
        RequireFile(Bytes(1));

        // The list's MD5 is that of what was saved: a file with another date is compared with it.
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));
        var same = (await SaveAsync(Lesson(video))).Single();
        File.WriteAllBytes(path, Bytes(9));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(2));
        var changed = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Skipped, saved.Md5, (bool?)false), (same.Status, same.Md5, same.IsMd5Verified));
        Assert.Equal("SavedFileExists", changed.ErrorId);
    }

    [Fact]
    public void A_file_of_the_right_size_that_may_be_replaced_counts_as_one_to_receive()
    {
        var compared = new PlannedSave(new GivenVideo("v"), SaveStep.Compare) { Quality = "original", Asset = new KinescopeAsset { Length = Length } };
        var replaced = compared with { GivesWay = new DiskFile(Length, DateTime.UtcNow, true) };

        Assert.Equal((0L, (long)Length), (compared.Rest, replaced.Rest));
        // One that gives way only as the very copy that is wanted never does.
        var own = compared with { Asset = new KinescopeAsset { Length = Length, Md5 = "m" }, RenewedMd5 = "m" };
        Assert.Equal((0L, (long)Length, false, true), (own.Rest, (own with { RenewedMd5 = "older" }).Rest, own.IsWanted, (own with { RenewedMd5 = "older" }).IsWanted));
        Assert.StartsWith("0 videos", SaveTexts.Total([compared]));
        Assert.Matches("^1 video .*1 of them .*may be replaced", SaveTexts.Total([compared, replaced]));
    }

    [Fact]
    public async Task Without_an_original_the_error_names_what_there_is_and_a_quality_is_saved()
    {
        await Sandbox.ChangeWayAsync("original-asset", "never");
        var video = await UploadAsync(Bytes(1));

        var none = (await SaveAsync(Lesson(video))).Single();
        var small = (await SaveAsync("720p", false, 0, Lesson(video, "m1/a.mkv"))).Single();

        Assert.Equal("AssetNotFound", none.ErrorId);
        Assert.Contains("720p", none.Error);
        Assert.Contains("-Quality", none.Error);
        Assert.Equal((SavedVideoStatus.Saved, false), (small.Status, small.IsMd5Verified));
        RequireFile(Bytes(1)[..(Length / 4)], "m1/a.mp4");
    }

    [Fact]
    public async Task Videos_are_looked_up_by_hundreds_and_the_row_tells_how_many_were()
    {
        var videos = new List<string>();
        for (var i = 0; i < 3; i++)
            videos.Add(await UploadAsync(Bytes(i, 100), $"Video {i}"));
        // Each lesson of a course may show one of a few videos.
        GivenVideo[] given = [.. Enumerable.Range(0, 250).Select(i => Lesson(videos[i / 100], $"m1/{i}.mp4", $"l{i}"))];

        var (plan, planned) = await PlanAsync(given);
        var row = SavePlanProgress.Row(plan.Count, given.Length, null);

        Assert.Equal(3, (await Sandbox.RequestsAsync("GET", "/v1/videos")).Count);
        Assert.Equal(given, planned.Select(one => one.Given));
        Assert.Equal("Video 2", planned[249].Title);
        Assert.Equal(("Looking up videos", "250 of 250 videos", 100), (row.Activity, row.StatusDescription, row.PercentComplete));
    }

    [Fact]
    public async Task A_place_that_another_video_took_is_not_the_one_of_the_first()
    {
        var video = await UploadAsync(Bytes(1));
        using (var list = SavedList.Open(Destination))
        {
            list.Append(new SavedLine(SavedEvent.Begun, DateTimeOffset.UtcNow, "a.mp4") { Video = video, Quality = SavePlan.Original });
            list.Append(new SavedLine(SavedEvent.Begun, DateTimeOffset.UtcNow, "a.mp4") { Video = "another", Quality = SavePlan.Original });
            list.Append(new SavedLine(SavedEvent.Begun, DateTimeOffset.UtcNow, "b.mp4") { Lesson = "l1", Video = video, Quality = SavePlan.Original });
            Assert.Null(list.PlaceOf(video, SavePlan.Original));
            Assert.Equal("a.mp4", list.PlaceOf("another", SavePlan.Original));
        }
    }

    [Fact]
    public async Task Each_failure_is_its_own()
    {
        var video = await UploadAsync(Bytes(1));

        var results = await SaveAsync(
            Lesson(video), Lesson(Guid.NewGuid().ToString(), "m1/2.mp4", "l2"), Lesson(video, "m1/Урок 1.mp4", "l3"), Lesson(video, "../x.mp4", "l4"),
            Lesson(video, id: "l5") with { BasePath = null });

        Assert.Equal(
            ["", "LessonFilePathRefused", "MapBasePathUnknown", "SavedFileExists", "VideoNotFound"], results.Select(result => result.ErrorId ?? "").Order(StringComparer.Ordinal));
        RequireFile(Bytes(1));
    }

    [Fact]
    public void A_second_run_into_the_folder_is_refused_and_a_foreign_list_too()
    {
        using (SavedList.Open(Destination))
            Assert.Equal("SavedListLocked", Assert.Throws<KinescopeException>(() => SavedList.Open(Destination)).ErrorId);
        Folder.Write("other/kinescope-saved.jsonl", "notes\n");

        Assert.Equal("SavedListInvalid", Assert.Throws<KinescopeException>(() => SavedList.Open(Folder["other"])).ErrorId);
    }

    [Fact]
    public void A_list_that_is_mostly_overtaken_is_rewritten_and_says_the_same()
    {
        using (var list = SavedList.Open(Destination))
        {
            foreach (var place in new[] { "m1/1.mp4", "m1/2.mp4" })
                list.Append(Line(SavedEvent.Saved, place, 7));
            list.Append(Line(SavedEvent.Begun, "m1/2.mp4", 8));
        }

        var path = Path.Combine(Destination, SavedList.FileName);
        var kept = File.ReadAllLines(path);
        // Two lines for each block of a long video, as a line that is cut all the time leaves them.
        File.AppendAllLines(path, Enumerable.Repeat(kept[^1], 10_000));
        File.WriteAllText(path + ".new", "left by a run that was killed");

        using (var list = SavedList.Open(Destination))
        {
            Assert.Equal(kept[1..], LinesOf(path)[1..]);
            Assert.False(File.Exists(path + ".new"));
            Assert.Equal("SavedListLocked", Assert.Throws<KinescopeException>(() => SavedList.Open(Destination)).ErrorId);
            list.Append(Line(SavedEvent.Saved, "m1/2.mp4", 8));
        }

        var read = SavedList.Read(Destination);
        Assert.Equal((0, 2), (read.DamagedLines, read.All.Count));
        Assert.Equal([7L, 8L], read.All.Select(line => line.Length!.Value).Order());
        Assert.Equal(kept.Length + 1, File.ReadAllLines(path).Length);

        static SavedLine Line(SavedEvent kind, string place, long length) =>
            new(kind, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), place) { Video = "v", Quality = SavePlan.Original, Length = length };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_damaged_list_is_kept_aside_once_where_it_is_rewritten(bool canBeRewritten)
    {
        var path = WriteDamagedList(Destination);
        // No file takes the name of a folder.
        if (!canBeRewritten)
            Directory.CreateDirectory(path + ".new");

        for (var run = 0; run < 2; run++)
        {
            using var list = SavedList.Open(Destination);
            Assert.Equal("m1/1.mp4", list.All.Single().Path);
            if (run == 0)
                Assert.Equal(canBeRewritten ? Asides().Single() : null, list.KeptAside);
        }

        Assert.Equal(canBeRewritten ? 1 : 0, Asides().Length);
        Assert.Equal(canBeRewritten ? 0 : 10_001, SavedList.Read(Destination).DamagedLines);
        if (canBeRewritten)
            Assert.Equal(10_001, File.ReadLines(Asides().Single()).Count(line => line == "x"));

        string[] Asides() => Directory.GetFiles(Destination, "*.damaged-*");
    }

    [Fact]
    public void A_damaged_list_on_a_full_disk_is_opened_as_it_is()
    {
        using var disk = SmallDisk.Mount(Destination);
        WriteDamagedList(Destination);
        disk.Fill();

        using (var list = SavedList.Open(Destination))
            Assert.Equal((10_001, "m1/1.mp4"), (list.DamagedLines, list.All.Single().Path));

        Assert.Empty(Directory.GetFiles(Destination, "*.damaged-*"));
    }

    private static string WriteDamagedList(string folder)
    {
        using (var list = SavedList.Open(folder))
            list.Append(new SavedLine(SavedEvent.Saved, DateTimeOffset.UtcNow, "m1/1.mp4") { Video = "v", Quality = SavePlan.Original, Length = 7 });
        var path = Path.Combine(folder, SavedList.FileName);
        File.AppendAllText(path, string.Concat(Enumerable.Repeat("x\n", 10_001)));
        return path;
    }

    /// <summary>The lines of a list that is open.</summary>
    private static string[] LinesOf(string path)
    {
        using var text = new StreamReader(SharedFile.OpenRead(path));
        return text.ReadToEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Theory]
    [InlineData("../../x/y.mp4")]
    [InlineData("m1/../../y.mp4")]
    [InlineData("/tmp/y.mp4")]
    [InlineData("m1//y.mp4")]
    [InlineData("./y.mp4")]
    public async Task A_line_of_the_list_leads_nowhere_out_of_the_folder(string place)
    {
        var video = await UploadAsync(Bytes(1));
        using (var list = SavedList.Open(Destination))
            list.Append(new SavedLine(SavedEvent.Begun, DateTimeOffset.UtcNow, place) { Video = video, Quality = SavePlan.Original });

        var saved = (await SaveAsync(new GivenVideo(video))).Single();

        Assert.Equal(1, SavedList.Read(Destination).DamagedLines);
        Assert.Equal((SavedVideoStatus.Saved, Path.Combine(Destination, $"Lesson ({video}).mp4")), (saved.Status, saved.Path));
    }

    [Fact]
    public async Task A_video_of_two_lessons_is_received_once_and_copied()
    {
        var video = await UploadAsync(Bytes(1));
        GivenVideo[] given = [Lesson(video), Lesson(video, "m2/2.mp4", "l2"), Lesson(video, "m3/3.mp4", "l3")];

        var saved = await SaveAsync(given[..2]);
        var later = await SaveAsync(given);

        Assert.Equal([("l1", Length), ("l2", 0)], saved.OrderBy(one => one.LessonId).Select(one => (one.LessonId, (int)one.BytesReceived)));
        Assert.All(saved, one => Assert.Equal((SavedVideoStatus.Saved, true, (long)Length), (one.Status, one.IsMd5Verified, one.Length!.Value)));
        Assert.Equal(["Skipped", "Skipped", "Saved"], later.OrderBy(one => one.LessonId).Select(one => $"{one.Status}"));
        Assert.Single(await DownloadsAsync());
        RequireFile(Bytes(1), "m2/2.mp4");
        RequireFile(Bytes(1), "m3/3.mp4");
        var copies = SavedCopies.Read(Destination);
        Assert.EndsWith("2.mp4", copies.Of("l2", video)!.Path);
        Assert.EndsWith("3.mp4", copies.Of("l3", video)!.Path);
    }

    [Fact]
    public async Task A_file_that_is_not_what_was_saved_is_not_copied()
    {
        var video = await UploadAsync(Bytes(1));
        var first = (await SaveAsync(Lesson(video))).Single();
        var date = File.GetLastWriteTimeUtc(first.Path!);
        File.WriteAllBytes(first.Path!, Bytes(9));
        File.SetLastWriteTimeUtc(first.Path!, date);

        var second = (await SaveAsync(Lesson(video, "m2/2.mp4", "l2"))).Single();

        Assert.Equal((SavedVideoStatus.Saved, (long)Length), (second.Status, second.BytesReceived));
        RequireFile(Bytes(1), "m2/2.mp4");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_that_cannot_be_made_takes_nothing_away_from_what_came(bool isDamaged)
    {
        var video = await UploadAsync(Bytes(1));
        var first = (await SaveAsync(Lesson(video))).Single().Path!;
        var date = File.GetLastWriteTimeUtc(first);
        if (isDamaged)
            File.WriteAllBytes(first, Bytes(9));
        File.SetLastWriteTimeUtc(first, date);
        using var held = isDamaged ? null : new FileStream(first, FileMode.Open, FileAccess.Read, FileShare.None);
        var came = await CutAfterAsync(200_000, Lesson(video, "m2/2.mp4", "l2"));

        var second = (await SaveAsync(Lesson(video, "m2/2.mp4", "l2"))).Single();

        Assert.Equal((SavedVideoStatus.Saved, Length - came), (second.Status, second.BytesReceived));
        RequireFile(Bytes(1), "m2/2.mp4");
    }

    [Fact]
    public async Task A_copy_takes_the_place_of_what_came_of_another_content()
    {
        var video = await UploadAsync(Bytes(1));
        await CutAfterAsync(200_000, Lesson(video, "m2/2.mp4", "l2"));
        await ChangeAsync(video, Bytes(2));
        await SaveAsync(Lesson(video));

        var second = (await SaveAsync(Lesson(video, "m2/2.mp4", "l2"))).Single();

        Assert.Equal((SavedVideoStatus.Saved, 0L), (second.Status, second.BytesReceived));
        RequireFile(Bytes(2), "m2/2.mp4");
    }

    [Fact]
    public async Task A_video_that_cannot_be_received_is_not_tried_again_for_its_second_lesson()
    {
        var video = await UploadAsync(Bytes(1));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "answer", status = 500 }, times: null));

        var failed = await SaveAsync(Lesson(video), Lesson(video, "m2/2.mp4", "l2"));

        Assert.Equal(["KinescopeUnavailable", "KinescopeUnavailable"], failed.Select(one => one.ErrorId));
        Assert.Contains("Lesson 'l2': its video is received once, for Lesson 'l1'", failed.Single(one => one.LessonId == "l2").Error);
        Assert.Single(await DownloadsAsync());
    }

    [Fact]
    public async Task A_title_that_changed_does_not_make_a_second_copy()
    {
        var video = await UploadAsync(Bytes(1), "Old");
        await SaveAsync(new GivenVideo(video));
        await RenameAsync(video, "New");

        Assert.Equal(SavedVideoStatus.Skipped, (await SaveAsync(new GivenVideo(video))).Single().Status);
    }

    [Fact]
    public async Task The_MD5_of_what_is_saved_stands_in_the_list_though_Kinescope_tells_none()
    {
        await Sandbox.ChangeWayAsync("original-md5", "no");
        var video = await UploadAsync(Bytes(1));

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((Convert.ToHexStringLower(MD5.HashData(Bytes(1))), false), (saved.Md5, saved.IsMd5Verified));
        Assert.Equal(saved.Md5, SavedList.Read(Destination).All.Single().Md5);
    }
}
