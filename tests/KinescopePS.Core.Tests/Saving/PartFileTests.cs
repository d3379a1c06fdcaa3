using KinescopePS.Saving;

namespace KinescopePS.Tests.Saving;

public sealed class PartFileTests
{
    [Fact]
    public async Task A_disk_that_cannot_be_read_is_no_line_that_was_cut()
    {
        // Nothing is at the first address of a process: the system answers as for a bad sector.
        const string Unreadable = "/proc/self/mem";
        Assert.SkipUnless(File.Exists(Unreadable), "Only Linux has a file that cannot be read.");
        using var part = PartFile.Open(Unreadable);

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => part.ReadAsync(new byte[1], 0, TestContext.Current.CancellationToken));

        Assert.Equal(("SavedFileNotWritable", false), (failure.ErrorId, failure.IsTransient));
        Assert.StartsWith(Unreadable, failure.Message);
    }
}
