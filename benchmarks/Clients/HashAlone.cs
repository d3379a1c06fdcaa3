using KinescopePS.Content;

namespace KinescopeBenchmarks.Clients;

/// <summary>`hash`: the MD5 of so many bytes, and nothing else. They come from a buffer, as they do to an upload that has just read them.</summary>
internal static class HashAlone
{
    private const int BufferSize = 256 * 1024;

    public static int Run(long bytes)
    {
        var md5 = new Md5();
        var buffer = new byte[BufferSize];
        for (var left = bytes; left > 0; left -= buffer.Length)
            md5.Append(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)));
        Console.WriteLine(md5.Finish());
        return 0;
    }
}
