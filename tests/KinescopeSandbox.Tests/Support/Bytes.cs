using System.Security.Cryptography;

namespace KinescopeSandbox.Tests.Support;

public static class Bytes
{
    /// <summary>Bytes that look random and are the same in every run.</summary>
    public static byte[] Some(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
}
