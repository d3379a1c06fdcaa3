using KinescopePS.Manifest;

namespace KinescopePS.Tests.Manifest;

/// <summary>The line on which each of many texts stood first, whatever the index expects to come.</summary>
public sealed class LineIndexTests
{
    private const int Count = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0.000_001)]
    public void It_knows_each_line_again(double lastShare)
    {
        var read = 0;
        var index = new LineIndex(position =>
        {
            read++;
            return $"lesson {position >> 8}";
        });

        for (var i = 1L; i <= Count; i++)
            Assert.Null(index.Note($"lesson {i}", i, i << 8, lastShare * i / Count));
        // Texts whose hashes are equal but which are not: told apart by reading them again.
        Assert.InRange(read, 1, 100);

        for (var i = 1L; i <= Count; i++)
            Assert.Equal(i, index.Note($"lesson {i}", Count + i, 0, 1));
        Assert.Null(index.Note("another", 1, 0, 1));
    }

    [Fact]
    public void A_text_that_cannot_be_read_again_is_another_one()
    {
        var index = new LineIndex(_ => null);

        Assert.Null(index.Note("a", 1, 0, 1));
        Assert.Null(index.Note("a", 2, 0, 1));
    }
}
