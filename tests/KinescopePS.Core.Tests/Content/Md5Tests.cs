using System.Security.Cryptography;
using KinescopePS.Content;

namespace KinescopePS.Tests.Content;

public sealed class Md5Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_the_MD5_of_all_lengths_however_they_come()
    {
        var random = new Random(1);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var md5 = new Md5();
            for (var i = 0; i < length;)
            {
                var part = Math.Min(random.Next(1, 130), length - i);
                md5.Append(bytes.AsSpan(i, part));
                i += part;
            }

            Assert.Equal(Convert.ToHexString(MD5.HashData(bytes)).ToLowerInvariant(), md5.Copy().Finish());
            if (length % Md5.BlockSize != 0)
            {
                Assert.Null(md5.State());
                continue;
            }

            var later = Md5.At(md5.State()!, length)!;
            later.Append("more"u8);
            Assert.Equal(Convert.ToHexString(MD5.HashData([.. bytes, .. "more"u8])).ToLowerInvariant(), later.Finish());
        }
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0123456789abcdef0123456789abcdeg", 64)]
    [InlineData("0123456789abcdef0123456789abcdef", 65)]
    public void What_is_no_state_is_refused(string state, long length) => Assert.Null(Md5.At(state, length));

    [Fact]
    public async Task An_upload_that_is_continued_anywhere_has_the_MD5_of_the_whole()
    {
        const int length = (int)(2 * ContentHash.BlockSize) + 5_000_000;
        var path = _folder.WriteVideo("v.mp4", length);
        using var file = SourceFile.Open(path);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var expected = Convert.ToHexString(MD5.HashData(bytes)).ToLowerInvariant();
        var marks = new List<HashMark>();
        var first = new ContentHash { Length = length, Marked = marks.Add, Md5From = [] };
        await first.BeginAtAsync(file, 0, TestContext.Current.CancellationToken);
        first.Append(bytes.AsSpan(0, (int)ContentHash.BlockSize + 777));
        // Bytes were lost: the server has less than was sent.
        await first.BeginAtAsync(file, 3_000_001, TestContext.Current.CancellationToken);
        first.Append(bytes.AsSpan(3_000_001, (int)ContentHash.BlockSize));

        var ends = new List<HashMark>();
        var second = new ContentHash { Length = length, Marked = ends.Add, Md5From = marks };
        await second.BeginAtAsync(file, ContentHash.BlockSize + 1_234_567, TestContext.Current.CancellationToken);
        second.Append(bytes.AsSpan((int)ContentHash.BlockSize + 1_234_567));

        Assert.Equal(expected, ends[^1].Md5);
        Assert.Equal(expected, (await ContentHash.WholeAsync(file, TestContext.Current.CancellationToken)).Md5);

        // Without the state of its beginning there is none, rather than a wrong one.
        ends.Clear();
        var third = new ContentHash { Length = length, Marked = ends.Add, Md5From = [] };
        await third.BeginAtAsync(file, ContentHash.BlockSize + 1, TestContext.Current.CancellationToken);
        third.Append(bytes.AsSpan((int)ContentHash.BlockSize + 1));
        Assert.All(ends, mark => Assert.Null(mark.Md5));
    }
}
