using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;

namespace KinescopePS.Tests.Fuzz;

/// <summary>
/// Checks of inputs by chance. In a run of the tests the inputs are few and always the same; with <c>KINESCOPEPS_FUZZ_SECONDS</c> each
/// check goes on for so long with inputs of its own, and says how many there were. An input that fails is made smaller and printed.
/// </summary>
internal static class Fuzz
{
    private const int ShortRun = 400;

    private static readonly int Seconds =
        int.TryParse(Environment.GetEnvironmentVariable("KINESCOPEPS_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    /// <summary>Checks inputs.</summary>
    /// <param name="gen">Makes them.</param>
    /// <param name="check">Throws where one is not treated as it should be.</param>
    /// <param name="print">The input as it stands in a test; null for its own text.</param>
    /// <param name="count">The inputs of a short run, where one is slow or quick.</param>
    public static void Check<T>(this Gen<T> gen, Action<T> check, Func<T, string>? print = null, int count = ShortRun)
    {
        if (Seconds > 0)
        {
            CheckLong(gen, check, print);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var random = new PCG(1, (ulong)i);
            var seed = random.ToString();
            var input = gen.Generate(random, null, out _);
            try
            {
                check(input);
            }
            catch (Exception failure)
            {
                // Once more, made smaller and printed by the library.
                gen.Sample(check, seed: seed, iter: 500, threads: 1, print: print);
                throw new InvalidOperationException($"Input {i} failed once: {print?.Invoke(input) ?? $"{input}"}", failure);
            }
        }
    }

    /// <summary>A text as it stands in C#, so that an input that failed becomes a test by copying it.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                >= ' ' and < (char)127 => $"{letter}",
                _ => $"\\u{(int)letter:X4}",
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Bytes as they stand in C#, by the text that they are in Latin-1: <c>Encoding.Latin1.GetBytes("...")</c>.</summary>
    public static string Quoted(byte[] bytes) => $"Encoding.Latin1.GetBytes({Quoted(Encoding.Latin1.GetString(bytes))})";

    private static void CheckLong<T>(Gen<T> gen, Action<T> check, Func<T, string>? print)
    {
        var (checks, started) = (0L, Stopwatch.GetTimestamp());
        gen.Sample(
            input =>
            {
                Interlocked.Increment(ref checks);
                check(input);
            },
            time: Seconds,
            threads: 1,
            print: print);
        Console.WriteLine($"{TestContext.Current.TestMethod?.MethodName}: {checks} inputs in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
    }
}
