using System.Security.Cryptography;
using KinescopePS.Commands;
using KinescopePS.Files;
using KinescopePS.Saving;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Saving;

/// <summary>Files that stand in the place of a video: copies that are overtaken or damaged, and what somebody else put there.</summary>
public sealed class SaveRenewalTests : SaveTest
{
    private const int Shorter = 200_000;

    private string Saved => Path.Combine(Destination, "m1/Урок 1.mp4");

    [Theory]
    [InlineData("yes", true)]
    [InlineData("yes", false)]
    [InlineData("no", true)]
    public async Task Bytes_that_rotted_are_found_and_received_again_by_force_or_for_a_finding(string md5, bool force)
    {
        await Sandbox.ChangeWayAsync("original-md5", md5);
        var video = await UploadAsync(Bytes(1));
        await SaveAsync(Lesson(video));
        Rot(Saved);
        var doubted = Lesson(video) with { IsDoubted = !force };

        var unread = (await SaveAsync(Lesson(video))).Single();
        var mended = (await SaveAsync(SavePlan.Original, force, 0, doubted)).Single();
        RequireFile(Bytes(1));
        var read = (await SaveAsync(SavePlan.Original, force, 0, doubted)).Single();

        Assert.Equal((SavedVideoStatus.Skipped, null, null), (unread.Status, unread.Md5, unread.IsMd5Verified));
        Assert.Equal((SavedVideoStatus.Saved, (long)Length, (bool?)(md5 == "yes")), (mended.Status, mended.BytesReceived, mended.IsMd5Verified));
        Assert.Equal((SavedVideoStatus.Skipped, Convert.ToHexStringLower(MD5.HashData(Bytes(1))), (bool?)(md5 == "yes")), (read.Status, read.Md5, read.IsMd5Verified));
        Assert.True(unread.CheckedAt < mended.CheckedAt && mended.CheckedAt < read.CheckedAt);
    }

    [Fact]
    public async Task A_disk_without_room_for_a_good_file_keeps_no_other_from_being_read()
    {
        using var disk = SmallDisk.Mount(Destination);
        string bad = await UploadAsync(Bytes(1, 21_000)), good = await UploadAsync(Bytes(2, 21_000));
        GivenVideo[] given = [Lesson(bad), Lesson(good, "m1/2.mp4", "l2")];
        await SaveAsync(given);
        var bytes = Rot(Saved);

        var read = (await SaveAsync(SavePlan.Original, true, 0, given)).OrderBy(one => one.LessonId).ToList();

        Assert.Equal(("DiskRoomShort", "Skipped", (bool?)true), (read[0].ErrorId, $"{read[1].Status}", read[1].IsMd5Verified));
        Assert.Null(StoppedBy);
        Assert.Equal(bytes, File.ReadAllBytes(Saved));
    }

    [Fact]
    public async Task What_was_read_longest_ago_is_read_first_after_what_is_missing()
    {
        Lanes = 1;
        var video = await UploadAsync(Bytes(1, 1000));
        GivenVideo[] given = [.. Enumerable.Range(1, 4).Select(at => Lesson(video, $"m1/{at}.mp4", $"l{at}"))];
        await SaveAsync(given[..3]);
        await SaveAsync(given[0] with { IsDoubted = true });

        Assert.Equal(["l4", "l2", "l3", "l1"], (await SaveAsync([.. given[..3].Select(one => one with { IsDoubted = true }), Lesson(await UploadAsync(Bytes(2, 1000)), "m1/4.mp4", "l4")])).Select(one => one.LessonId));
    }

    [Fact]
    public async Task A_bad_file_goes_only_when_the_good_one_is_there()
    {
        var video = await UploadAsync(Bytes(1));
        await SaveAsync(Lesson(video));
        var bad = Rot(Saved);
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = 100_000 }), Assets(new { kind = "answer", status = 500 }, times: null));

        Assert.Equal(SavedVideoStatus.Failed, (await SaveAsync(SavePlan.Original, true, 0, Lesson(video))).Single().Status);

        Assert.Equal(bad, File.ReadAllBytes(Saved));
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(Length - 100_000, (await SaveAsync(SavePlan.Original, true, 0, Lesson(video))).Single().BytesReceived);
        RequireFile(Bytes(1));
    }

    [Theory]
    [InlineData("as it was")]
    [InlineData("another date")]
    [InlineData("another video")]
    [InlineData("empty")]
    public async Task Our_own_copy_is_renewed(string how)
    {
        var video = await UploadAsync(Bytes(1));
        await SaveAsync(Lesson(video));
        if (how == "empty")
            File.WriteAllBytes(Saved, []);
        if (how == "another date")
            File.SetLastWriteTimeUtc(Saved, DateTime.UtcNow.AddHours(1));
        if (how == "another video")
            video = await UploadAsync(Bytes(2, Shorter));
        else
            await ChangeAsync(video, Bytes(2, Shorter));

        var renewed = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, (bool?)true), (renewed.Status, renewed.IsMd5Verified));
        RequireFile(Bytes(2, Shorter));
    }

    [Theory]
    [InlineData("changed", "not the copy of this video as it was on 2")]
    [InlineData("found", "was found to be a copy of this video")]
    [InlineData("checked by -Force", "was found to be a copy of this video")]
    [InlineData("for another lesson", "the copy of video * for lesson 'l1' as it was")]
    [InlineData("another quality", "the copy of this video in quality '720p' as it was")]
    [InlineData("by somebody", "that Save-KinescopeVideo did not put there")]
    public async Task What_is_not_a_copy_of_ours_stays_and_the_error_says_what_it_is(string how, string said)
    {
        var video = await UploadAsync(Bytes(1));
        if (how == "by somebody")
            File.WriteAllBytes(Folder.Write("backup/m1/Урок 1.mp4", ""), Bytes(9, 99));
        else if (how is "found" or "checked by -Force")
            File.WriteAllBytes(Folder.Write("backup/m1/Урок 1.mp4", ""), Bytes(1));
        else
            await SaveAsync(how == "another quality" ? "720p" : SavePlan.Original, false, 0, Lesson(video));
        if (how == "found")
            Assert.Equal((SavedVideoStatus.Skipped, (bool?)true), (await SaveAsync(Lesson(video))).Select(one => (one.Status, one.IsMd5Verified)).Single());
        if (how == "checked by -Force")
            Assert.Equal(SavedVideoStatus.Skipped, (await SaveAsync(SavePlan.Original, true, 0, Lesson(video))).Single().Status);
        if (how == "changed")
            File.WriteAllBytes(Saved, Bytes(9, 99));
        if (how == "for another lesson")
            video = await UploadAsync(Bytes(2, Shorter));
        else
            await ChangeAsync(video, Bytes(2, Shorter));
        var before = File.ReadAllBytes(Saved);

        var refused = (await SaveAsync(Lesson(video, id: how == "for another lesson" ? "l2" : "l1"))).Single();

        Assert.Equal("SavedFileExists", refused.ErrorId);
        Assert.Matches(System.Text.RegularExpressions.Regex.Escape(said).Replace("\\*", ".*"), refused.Error);
        Assert.Contains($"({Shorter} bytes, MD5 ", refused.Error);
        Assert.Contains("-Force", refused.Error);
        Assert.Equal(before, File.ReadAllBytes(Saved));
        Assert.Equal(SavedVideoStatus.Saved, (await SaveAsync(SavePlan.Original, true, 0, Lesson(video))).Single().Status);
        RequireFile(Bytes(2, Shorter));
    }

    [Fact]
    public async Task A_copy_that_somebody_changes_while_its_successor_comes_stays()
    {
        var video = await UploadAsync(Bytes(1));
        await SaveAsync(Lesson(video));
        await ChangeAsync(video, Bytes(2));
        await Sandbox.SetFaultsAsync(Assets(new { kind = "answer", status = 403 }));
        Said = _ => File.WriteAllText(Saved, "edited");

        Assert.Equal("SavedFileExists", (await SaveAsync(Lesson(video))).Single().ErrorId);

        Assert.Equal("edited", File.ReadAllText(Saved));
        Assert.Contains("not the copy of this video", (await SaveAsync(Lesson(video))).Single().Error);
    }

    /// <summary>What a run leaves that is killed after it noted the new copy, and before that took the old one's place.</summary>
    [Theory]
    [InlineData("whole")]
    [InlineData("damaged")]
    [InlineData("gone")]
    public async Task A_renewal_that_was_killed_is_completed_if_its_bytes_are_right(string bytes)
    {
        var video = await UploadAsync(Bytes(1));
        await SaveAsync(Lesson(video));
        File.SetLastWriteTimeUtc(Saved, DateTime.UtcNow.AddHours(-1));
        await ChangeAsync(video, Bytes(2));
        var part = SavePaths.PartOf(Saved, "m1/Урок 1.mp4");
        File.WriteAllBytes(part, Bytes(2));
        using (var list = SavedList.Open(Destination))
        {
            var old = DiskFile.At(Saved)!;
            list.Append(list.At("m1/Урок 1.mp4").Saved! with
            {
                Md5 = Convert.ToHexStringLower(MD5.HashData(Bytes(2))),
                Modified = DiskFile.At(part)!.Modified,
                OldLength = old.Length,
                OldModified = old.Modified,
            });
        }

        if (bytes == "damaged")
            Rot(part);
        if (bytes == "gone")
            File.Delete(part);

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal((SavedVideoStatus.Saved, bytes == "whole" ? 0L : Length, (bool?)true), (saved.Status, saved.BytesReceived, saved.IsMd5Verified));
        RequireFile(Bytes(2));
    }

    /// <summary>What a run leaves that is killed while it copies: the line, and some of the bytes.</summary>
    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task A_copy_that_was_killed_goes_on(string md5)
    {
        await Sandbox.ChangeWayAsync("original-md5", md5);
        var video = await UploadAsync(Bytes(1));
        await SaveAsync(Lesson(video));
        var place = "m2/2.mp4";
        var part = SavePaths.PartOf(Path.Combine(Destination, place), place);
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, Bytes(1)[..100_000]);
        using (var list = SavedList.Open(Destination))
            list.Append(list.At("m1/Урок 1.mp4").Saved! with { Event = SavedEvent.Begun, Path = place, Lesson = "l2" });
        await Sandbox.ForgetRequestsAsync();

        var saved = (await SaveAsync(Lesson(video, place, "l2"))).Single();

        Assert.Equal((SavedVideoStatus.Saved, 0L), (saved.Status, saved.BytesReceived));
        Assert.Empty(await DownloadsAsync());
        RequireFile(Bytes(1), place);
    }

    [Fact]
    public async Task A_copy_goes_on_where_the_download_ended_and_reads_only_the_rest()
    {
        var video = await UploadAsync(Bytes(1));
        var held = await CutAfterAsync(Shorter, Lesson(video, "m2/2.mp4", "l2"));
        await SaveAsync(Lesson(video));
        // Seen only by whoever reads it from its beginning.
        Rot(Saved);

        var saved = (await SaveAsync(Lesson(video, "m2/2.mp4", "l2"))).Single();

        Assert.True(held > 0);
        Assert.Equal((SavedVideoStatus.Saved, 0L, (bool?)true), (saved.Status, saved.BytesReceived, saved.IsMd5Verified));
        RequireFile(Bytes(1), "m2/2.mp4");
    }

    [Theory]
    [InlineData("kinescope-saved.jsonl")]
    [InlineData("Kinescope-Saved.JSONL")]
    [InlineData("kinescope-saved.jsonl.lock")]
    [InlineData("kinescope-saved.jsonl.new")]
    [InlineData("m1/kinescope-saved.jsonl")]
    [InlineData("kinescope-saved.jsonl.damaged-20260101T000000/x.mp4")]
    [InlineData("m1/x~0123456789abcdef.part")]
    public async Task No_lesson_takes_the_place_of_the_list_or_of_a_part_file(string path)
    {
        string video = await UploadAsync(Bytes(1)), other = await UploadAsync(Bytes(2));

        var results = await SaveAsync(SavePlan.Original, true, 0, Lesson(video, path), Lesson(other, "m1/2.mp4", "l2"));

        var refused = results.Single(one => one.ErrorId == "LessonFilePathRefused");
        Assert.Contains("the list of saved videos", refused.Error);
        Assert.Single(SavedList.Read(Destination).All);
        RequireFile(Bytes(2), "m1/2.mp4");
    }

    [Fact]
    public async Task Before_it_begins_it_says_of_each_what_is_done_and_what_gives_way()
    {
        string video = await UploadAsync(Bytes(1)), other = await UploadAsync(Bytes(2)), third = await UploadAsync(Bytes(3));
        await SaveAsync(Lesson(video), Lesson(other, "m1/2.mp4", "l2"));
        await ChangeAsync(video, Bytes(4, Shorter));

        var (_, planned) = await PlanAsync(Lesson(video), Lesson(other, "m1/2.mp4", "l2"), Lesson(third, "m1/3.mp4", "l3"), Lesson(third, "m1/4.mp4", "l4"));

        string[] said = ["Save l1 \\(195.3 KiB\\); replaces the copy of this video as it was on .* UTC \\(300000 bytes\\)", "Skip l2 \\(293.0 KiB\\).*", "Save l3 \\(293.0 KiB\\)", "Save l4 .* as a copy of .*3.mp4"];
        Assert.All(planned.Zip(said), pair => Assert.Matches($"^{pair.Second}$", SaveTexts.Of(pair.First)));
        Assert.Equal(
            "To save: 3 videos (488.3 KiB), 1 of them copied from another one, 1 of them in the place of the file there, already there: 1 (293.0 KiB).", SaveTexts.Preview(planned));
    }

    /// <summary>Turns a bit of a file, whose size and date stay.</summary>
    private static byte[] Rot(string path)
    {
        var date = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        bytes[1000] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, date);
        return bytes;
    }
}
