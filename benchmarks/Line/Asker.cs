using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Line;

/// <summary>
/// `ask`: somebody else on a line, who asks a server for something small at a steady pace. Answers each line of standard input with the
/// time that answers took since the one before, median and 95th percentile, until standard input ends.
/// </summary>
internal static class Asker
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <param name="url">Something that the server does not count.</param>
    public static async Task<int> RunAsync(string url)
    {
        using var http = new HttpClient();
        await http.GetStringAsync(url);
        Console.WriteLine("ready");
        var times = new List<double>();
        _ = AskAsync(http, url, times);
        while (await Console.In.ReadLineAsync() is not null)
        {
            lock (times)
            {
                var sorted = times.Order().ToList();
                times.Clear();
                Console.WriteLine(sorted.Count == 0 ? "0 0" : FormattableString.Invariant($"{sorted[sorted.Count / 2]:R} {sorted[sorted.Count * 95 / 100]:R}"));
            }
        }

        return 0;
    }

    private static async Task AskAsync(HttpClient http, string url, List<double> times)
    {
        using var pace = new PeriodicTimer(Pace);
        while (await pace.WaitForNextTickAsync())
        {
            var asked = MonotonicClock.Now;
            await http.GetStringAsync(url);
            lock (times)
                times.Add(MonotonicClock.Now - asked);
        }
    }
}
