using KinescopePS.Preflight;
using KinescopePS.Record;

namespace KinescopePS.Tests.Preflight;

/// <summary>The findings on a progress file.</summary>
public sealed class ProgressFileFindingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_that_is_not_there_is_fine_and_is_not_made()
    {
        Assert.Empty(Find(_folder["new/progress.jsonl"]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void One_that_a_run_holds_is_an_error_as_long_as_it_does()
    {
        using (UploadRecords.Open(_folder["progress.jsonl"]))
        {
            var finding = Assert.Single(Find(_folder["progress.jsonl"]));
            Assert.Equal((LessonUploadLevel.Error, "ProgressFileLocked"), (finding.Level, finding.ErrorId));
            Assert.Contains($"process {Environment.ProcessId}@", finding.Message);
        }

        Assert.Empty(Find(_folder["progress.jsonl"]));
        // The look has left nothing behind that a run would meet.
        UploadRecords.Open(_folder["progress.jsonl"]).Dispose();
    }

    [Fact]
    public void Damage_is_a_warning()
    {
        var finding = Assert.Single(ProgressFileFindings.Of(_folder["progress.jsonl"], "It is damaged.", []));

        Assert.Equal((LessonUploadLevel.Warning, "ProgressFileDamaged", "It is damaged."), (finding.Level, finding.ErrorId, finding.Message));
    }

    [Fact]
    public void A_full_disk_is_an_error()
    {
        if (!Directory.Exists("/sys/kernel"))
            return;

        // A file system without room.
        Assert.Contains(Find("/sys/kernel/progress.jsonl", 1), finding => finding.ErrorId == "DiskRoomShort");
    }

    private static List<LessonUploadFinding> Find(string path, int lessons = 0) => [.. ProgressFileFindings.Of(path, null, Lessons(lessons))];

    private static PlannedLesson[] Lessons(int count) => [.. Enumerable.Range(0, count).Select(_ => PlannedLessons.Of(1000))];
}
