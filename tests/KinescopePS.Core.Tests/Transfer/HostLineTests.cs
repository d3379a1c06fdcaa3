using KinescopePS.Transfer;

namespace KinescopePS.Tests.Transfer;

/// <summary>The size of a request, after failures and after successes.</summary>
public sealed class HostLineTests
{
    private const long KiB = 1L << 10, MiB = 1L << 20, GiB = 1L << 30;

    [Fact]
    public void FoundB03_A_swallowed_body_brings_it_to_the_smallest_size_within_three_repetitions()
    {
        var line = new HostLine();

        Assert.Equal(GiB, line.SizeOf(GiB));
        foreach (var size in (long[])[8 * MiB, 1 * MiB, 256 * KiB])
        {
            Assert.True(line.Lost(line.SizeOf(GiB), sent: line.SizeOf(GiB)));
            Assert.Equal(size, line.SizeOf(GiB));
        }

        Assert.False(line.Lost(256 * KiB, sent: 256 * KiB));
        Assert.Equal(5, line.SizeOf(5));
    }

    [Fact]
    public void FoundB03_After_a_cut_a_request_is_what_a_connection_carried_and_has_one_of_its_own()
    {
        var line = new HostLine();

        Assert.True(line.Cut(GiB, arrived: 3_000_000));

        Assert.InRange(line.SizeOf(GiB), 2_800_000, 2_984_000);
        Assert.True(line.EndsConnections);
    }

    [Fact]
    public void FoundB03_It_grows_back_to_the_whole_file_after_successes()
    {
        var line = new HostLine();
        line.Cut(GiB, arrived: 300_000);

        for (var i = 0; i < 60; i++)
            line.Succeeded(line.SizeOf(8 * GiB));

        Assert.Equal(8 * GiB, line.SizeOf(8 * GiB));
        Assert.False(line.EndsConnections);
    }

    [Fact]
    public void FoundB03_What_is_smaller_than_the_limit_proves_nothing()
    {
        var line = new HostLine();
        line.Cut(GiB, arrived: 32 * MiB);

        for (var i = 0; i < 60; i++)
            line.Succeeded(1 * MiB);

        Assert.Equal(30 * MiB, line.SizeOf(GiB));
    }

    [Theory]
    [InlineData(64 * MiB, 1.02)]
    [InlineData(3_000_000, 1.5)]
    [InlineData(1_000_000, 1.5)]
    [InlineData(300_000, 1.5)]
    public void FoundB03_Where_each_connection_is_cut_little_is_sent_for_nothing(long carried, double most)
    {
        // What a loopback's sockets take in ahead of a server that reads.
        const long Buffered = 6 * MiB;
        const long Length = 2 * GiB;
        var line = new HostLine();
        var (arrived, sent) = (0L, 0L);
        while (arrived < Length)
        {
            var count = line.SizeOf(Length - arrived);
            var kept = Math.Min(count, carried);
            sent += Math.Min(count, kept + Buffered);
            arrived += kept;
            if (kept == count)
                line.Succeeded(count);
            else
                line.Cut(count, kept);
        }

        Assert.InRange((double)sent / arrived, 1, most);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cuts_that_come_whatever_the_size_of_requests_do_not_make_them_small(bool byChance)
    {
        const long Between = 64 * MiB, Length = 8 * GiB;
        var line = new HostLine();
        var random = new Random(7);
        var (place, cutAt, requests) = (0L, Between, 0);
        while (place < Length)
        {
            requests++;
            var count = line.SizeOf(Length - place);
            if (place + count < cutAt)
            {
                line.Succeeded(count);
                place += count;
                continue;
            }

            line.Cut(count, cutAt - place);
            place = cutAt;
            cutAt += byChance ? random.NextInt64(1, 2 * Between) : Between;
        }

        Assert.InRange(requests, 1, 16 * Length / Between);
    }

    [Theory]
    [InlineData(40 * MiB, 1.1)]
    [InlineData(3_000_000, 1.1)]
    [InlineData(300_000, 1.1)]
    [InlineData(100_000, 1.1)]
    [InlineData(30_000, 2.3)]
    public void FoundE04_Where_a_part_of_each_request_is_kept_the_first_one_alone_is_sent_in_vain(long most, double ratio) =>
        RequireLittleWaste(count => Math.Min(count, most), ratio);

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(300_000)]
    public void FoundE04_Where_any_part_of_each_request_is_kept_waste_does_not_grow_with_the_file(long most)
    {
        var random = new Random(4);
        RequireLittleWaste(count => random.NextInt64(1, Math.Min(count, most) + 1), 2.5);
    }

    [Fact]
    public void FoundE04_A_part_that_is_kept_once_changes_nothing()
    {
        var line = new HostLine();

        Assert.False(line.Shortened(MiB, kept: 1000));
        Assert.Equal(GiB, line.SizeOf(GiB));
        Assert.True(line.Shortened(MiB, kept: 100_000));
        Assert.Equal(100_000, line.SizeOf(GiB));
        Assert.False(line.EndsConnections);
    }

    private static void RequireLittleWaste(Func<long, long> keep, double most)
    {
        const long Length = GiB;
        var line = new HostLine();
        var (kept, sent, requests) = (0L, 0L, 0);
        while (kept < Length)
        {
            var count = line.SizeOf(Length - kept);
            var part = keep(count);
            if (part == count)
                line.Succeeded(count);
            else
                line.Shortened(count, part);
            kept += part;
            // The first request cannot know.
            sent += requests++ == 0 ? part : count;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{(double)sent / kept:0.000} bytes sent for each byte kept, in {requests} requests");
        Assert.InRange((double)sent / kept, 1, most);
    }
}
