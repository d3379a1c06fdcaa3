using KinescopePS.Manifest;

namespace KinescopePS.Tests.Manifest;

/// <summary>Where each of many texts stood first, whatever the index expects to come.</summary>
public sealed class LineIndexTests
{
    private const int Count = 100_000;

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0.000_001)]
    public void It_knows_each_line_again(double lastShare)
    {
        var index = new LineIndex();

        for (var i = 1; i <= Count; i++)
            Assert.Null(index.Note($"lesson {i}", i, lastShare * i / Count));

        for (var i = 1; i <= Count; i++)
            Assert.Equal(i, index.Note($"lesson {i}", Count + i, 1));
        Assert.Null(index.Note("another", 1, 1));
    }
}
