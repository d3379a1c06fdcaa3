using KinescopePS.Transfer;

namespace KinescopePS.Tests.Transfer;

/// <summary>How much one request sends, after failures and after successes.</summary>
public sealed class ChunkSizeTests
{
    private const long MiB = 1L << 20;

    [Fact]
    public void It_shrinks_with_what_was_lost_down_to_16_MiB_and_no_further()
    {
        var chunks = new ChunkSize();

        Assert.Equal(1000 * MiB, chunks.Of(1000 * MiB));
        Assert.False(chunks.TryShrink(10 * MiB));
        foreach (var size in (long[])[64, 32, 16])
        {
            Assert.True(chunks.TryShrink(100 * MiB));
            Assert.Equal(size * MiB, chunks.Of(1000 * MiB));
        }

        Assert.False(chunks.TryShrink(100 * MiB));
        Assert.Equal(5, chunks.Of(5));
    }

    [Fact]
    public void It_grows_back_to_the_whole_file_after_successes()
    {
        var chunks = new ChunkSize();
        chunks.TryShrink(100 * MiB);

        for (var i = 0; i < 8; i++)
            chunks.Succeeded();

        Assert.Equal(1000 * MiB, chunks.Of(1000 * MiB));
    }

    [Fact]
    public void Where_large_requests_fail_for_good_little_is_sent_for_nothing()
    {
        var chunks = new ChunkSize();
        var (arrived, sent) = (0L, 0L);
        while (arrived < 8192 * MiB)
        {
            var size = chunks.Of(8192 * MiB - arrived);
            sent += size > 16 * MiB ? Math.Min(size, 64 * MiB) : size;
            if (size > 16 * MiB)
                chunks.TryShrink(size);
            else
                chunks.Succeeded();
            arrived += size > 16 * MiB ? 0 : size;
        }

        Assert.InRange((double)sent / arrived, 1, 1.05);
    }
}
