using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KinescopeBenchmarks.Harness;

/// <summary>What a process cost.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Wall">From its start to its end. Unit: seconds.</param>
/// <param name="Cpu">User and system time, of its children too. Unit: seconds.</param>
/// <param name="Peak">Its largest resident set. Unit: bytes.</param>
internal sealed record ProcessCost(int ExitCode, double Wall, double Cpu, long Peak)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ExitCode} {Wall:R} {Cpu:R} {Peak}");

    public static ProcessCost Parse(string text)
    {
        var parts = text.Split(' ');
        return new ProcessCost(int.Parse(parts[0]), double.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture), long.Parse(parts[3]));
    }
}

/// <summary>`measure`: runs one command as a child and writes what it cost, as the kernel counted it.</summary>
internal static class ChildMeter
{
    private const int Self = 0, Children = -1;

    public static async Task<int> RunAsync(string resultFile, string[] command)
    {
        var ownPeak = UsageOf(Self).Peak;
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        var started = MonotonicClock.Now;
        using var child = Process.Start(start)!;
        var ended = child.WaitForExitAsync();
        long seen = 0;
        while (await Task.WhenAny(ended, Task.Delay(50)) != ended)
            seen = PeakOf(child.Id) ?? seen;
        var wall = MonotonicClock.Now - started;
        var (cpu, peak) = UsageOf(Children);
        // Before a child becomes another program it counts as large as this one: a smaller program is known from looking on.
        var cost = new ProcessCost(child.ExitCode, wall, cpu, peak > ownPeak * 5 / 4 || seen == 0 ? peak : seen);
        await File.WriteAllTextAsync(resultFile, cost.ToString());
        return child.ExitCode;
    }

    private static long? PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static (double Cpu, long Peak) UsageOf(int who)
    {
        if (GetResourceUsage(who, out var usage) != 0)
            throw new Win32Exception();
        // macOS has 32 bits of microseconds and tells the peak in bytes, Linux in KiB.
        var microseconds = (usage.UserMicroseconds & uint.MaxValue) + (usage.SystemMicroseconds & uint.MaxValue);
        return (usage.UserSeconds + usage.SystemSeconds + microseconds / 1e6, usage.Peak * (OperatingSystem.IsMacOS() ? 1 : 1024));
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetResourceUsage(int who, out ResourceUsage usage);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceUsage
    {
        public long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds, Peak;
        public long Unused1, Unused2, Unused3, Unused4, Unused5, Unused6, Unused7, Unused8, Unused9, Unused10, Unused11, Unused12, Unused13;
    }
}
