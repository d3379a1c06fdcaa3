using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Line;

/// <summary>
/// A line of a rate and a length between a network namespace of its own and this computer. Both ends are the kernel's own TCP, which
/// learns of the line as it does of any: from what is late and what is lost.
/// </summary>
internal static class Router
{
    /// <summary>The most that a packet may wait before the line. Unit: seconds.</summary>
    public const double Queue = 0.1;

    private const int NewNetwork = 0x40000000, FirstInFirstOut = 1;
    private const short Readable = 1;

    // More than one window of each connection: what overflows has to overflow in the line's queue, not before it.
    private const string DeviceQueue = "20000";

    /// <summary>
    /// `route`: makes the line, tells that it is there, and answers each line of standard input with what the way out of the namespace did,
    /// until standard input ends. Namespace and devices are this process's own, and go with it.
    /// </summary>
    /// <param name="network">The first three numbers of the addresses of the two ends.</param>
    /// <param name="rate">Unit: bits a second.</param>
    /// <param name="roundTrip">Without any queueing. Unit: milliseconds.</param>
    public static int Run(string network, double rate, double roundTrip)
    {
        try
        {
            Make(network, rate, roundTrip);
            return 0;
        }
        catch (Exception refusal) when (refusal is Win32Exception or InvalidOperationException or UnauthorizedAccessException or IOException)
        {
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }
    }

    /// <summary>The packets that a device of the calling thread's namespace threw away instead of handing them over.</summary>
    public static long LostBy(string device)
    {
        const int SentAndDropped = 11;
        var line = File.ReadLines("/proc/thread-self/net/dev").First(line => line.TrimStart().StartsWith($"{device}:", StringComparison.Ordinal));
        return long.Parse(line[(line.IndexOf(':') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[SentAndDropped], CultureInfo.InvariantCulture);
    }

    private static void Make(string network, double rate, double roundTrip)
    {
        var here = Tun.Create($"kpsline{Environment.ProcessId % 10_000_000}");
        SetUp(here.Name, $"{network}.1/30");
        // This thread only, and the threads and processes that it starts: the line's other end is at this one.
        if (Unshare(NewNetwork) != 0)
            throw new Win32Exception();
        var there = Tun.Create("line0");
        SetUp(there.Name, $"{network}.2/30");
        // By the way of congestion control that Windows, Linux and macOS have unless told otherwise.
        Ip("route", "add", "127.0.0.1/32", "dev", there.Name, "src", $"{network}.2", "congctl", "cubic");
        File.WriteAllText("/proc/sys/net/ipv4/conf/all/route_localnet", "1");
        var outward = new Direction(there, here, rate / 8, roundTrip / 2000, Queue);
        var homeward = new Direction(here, there, rate / 8, roundTrip / 2000, Queue);
        new Thread(() => Forward(outward, there, homeward, here)) { IsBackground = true }.Start();
        Console.WriteLine(here.Name);
        while (Console.ReadLine() is not null)
            Console.WriteLine(JsonSerializer.Serialize(outward.Stats with { Lost = LostBy(there.Name), Cpu = Environment.CpuUsage.TotalTime.TotalSeconds }));
    }

    // Comes before all else on its core: a packet must not wait for the server that it is on its way to.
    private static void Forward(Direction outward, Tun there, Direction homeward, Tun here)
    {
        var priority = 50;
        _ = SetScheduler(0, FirstInFirstOut, ref priority);
        Poll[] polls = [new() { Handle = there.Handle, Events = Readable }, new() { Handle = here.Handle, Events = Readable }];
        while (true)
        {
            outward.Deliver();
            homeward.Deliver();
            outward.Take();
            homeward.Take();
            var wait = Math.Clamp(Math.Min(outward.Due, homeward.Due) - MonotonicClock.Now, 0, 1);
            if (wait == 0)
                continue;
            var time = new TimeSpec { Nanoseconds = Math.Min(999_999_999, (long)(wait * 1e9)) };
            _ = WaitFor(polls, (nuint)polls.Length, ref time, 0);
        }
    }

    private static void SetUp(string device, string address)
    {
        Ip("addr", "add", address, "dev", device);
        Ip("link", "set", "dev", device, "txqueuelen", DeviceQueue, "up");
        // The servers of the benchmarks listen at the loopback's address, and hand it out.
        File.WriteAllText($"/proc/sys/net/ipv4/conf/{device}/route_localnet", "1");
    }

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static extern int Unshare(int flags);

    [DllImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static extern int SetScheduler(int process, int policy, ref int priority);

    [DllImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static extern int WaitFor([In] Poll[] polls, nuint count, ref TimeSpec time, nint signals);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Handle;
        public short Events, Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }
}
