using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>The place that an upload has come to, between two marks of whole blocks.</summary>
public sealed class NotedPlaceTests : IDisposable
{
    private const int Length = 300_000;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FoundD10_a_place_within_a_block_is_a_mark_that_the_file_is_held_against()
    {
        using var file = SourceFile.Open(_folder.WriteVideo("a.mp4", Length));
        using var other = SourceFile.Open(_folder.WriteVideo("b.mp4", Length, seed: 2));
        var bytes = File.ReadAllBytes(_folder["a.mp4"]);
        var marks = new List<HashMark>();
        var hash = new ContentHash { Length = Length, Marked = marks.Add };
        Assert.Null(hash.Here());

        await hash.BeginAtAsync(file, 1000, Stop);
        hash.Append(bytes.AsSpan(1000, 99_000));
        var place = hash.Here()!.Value;

        Assert.Equal(100_000, place.Offset);
        Assert.True(await ContentHash.MatchesAsync(file, [place], Stop));
        Assert.False(await ContentHash.MatchesAsync(other, [place], Stop));
        hash.Append(bytes.AsSpan(100_000));
        Assert.Null(hash.Here());
        Assert.True(await ContentHash.MatchesAsync(file, marks, Stop));
    }

    [Fact]
    public void FoundD10_a_place_counts_until_more_of_its_block_is_marked()
    {
        const long Block = ContentHash.BlockSize;
        Assert.Equal([30L], OffsetsAfter(10, 20, 30));
        Assert.Equal([Block, Block + 5], OffsetsAfter(10, Block, Block + 1, Block + 5));
        Assert.Equal([10L, Block + 5], OffsetsAfter(10, Block + 5));
        Assert.Equal([Block, 2 * Block], OffsetsAfter(Block, Block + 1, 2 * Block));
        Assert.Equal([Block - 1], OffsetsAfter(Block, 2 * Block, Block - 1));
    }

    private static IEnumerable<long> OffsetsAfter(params long[] offsets) => offsets.Aggregate(
        new RecordedUpload("l1"),
        (upload, offset) => upload.With(UploadEvent.Of(UploadEventKind.Mark, "l1") with { Offset = offset, Hash = "h" })!).Marks.Select(mark => mark.Offset);
}
