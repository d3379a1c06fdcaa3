using System.Diagnostics;
using System.Globalization;

namespace KinescopePS.TestSupport;

/// <summary>
/// A network namespace with a line to the database and another one to Kinescope. A line that is down loses packets and tells nobody.
/// Linux only, and root.
/// </summary>
public sealed class MachineNetwork : IDisposable
{
    private static int _last;

    private readonly string _name;
    private readonly Line[] _lines;

    public MachineNetwork()
    {
        var number = Interlocked.Increment(ref _last);
        _name = string.Create(CultureInfo.InvariantCulture, $"kps{Environment.ProcessId % 100_000}-{number}");
        var net = string.Create(CultureInfo.InvariantCulture, $"10.{200 + Environment.ProcessId % 50}.{number}");
        Run("ip", "netns", "add", _name);
        Inside("ip", "link", "set", "lo", "up");
        Database = new Line(this, "db0", $"{net}.1", $"{net}.2");
        Kinescope = new Line(this, "kin0", $"{net}.5", $"{net}.6");
        _lines = [Database, Kinescope];
        // What the sandbox hands out has the loopback's address.
        File.WriteAllText($"/proc/sys/net/ipv4/conf/{Kinescope.Device}/route_localnet", "1");
        Inside("sh", "-c", "for i in all kin0; do echo 1 > /proc/sys/net/ipv4/conf/$i/route_localnet; done");
        Inside("ip", "addr", "del", "127.0.0.1/8", "dev", "lo");
        Inside("ip", "route", "add", "127.0.0.1/32", "via", Kinescope.Host, "dev", "kin0", "src", Kinescope.Here);
    }

    public Line Database { get; }

    public Line Kinescope { get; }

    /// <summary>The command that runs another one in here, on a computer of another name.</summary>
    public string[] Enter(string host) => ["ip", "netns", "exec", _name, "unshare", "--uts", .. Renamed(host)];

    /// <summary>The command that runs another one, in a namespace of its own for the name, on a computer of another name.</summary>
    public static string[] Renamed(string name) => ["sh", "-c", "hostname \"$0\"; exec \"$@\"", name];

    /// <summary>Why namespaces cannot be made here; null where they can.</summary>
    public static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "Network namespaces need Linux and root.";
        if (Programs.Find("ip", "/usr/sbin", "/sbin") is null)
            return "There is no ip (Debian: apt-get install iproute2).";
        try
        {
            new MachineNetwork().Dispose();
            return null;
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return $"Network namespaces cannot be made here: {failure.Message}";
        }
    }

    public void Dispose()
    {
        foreach (var line in _lines)
            line.Remove();
        Run("ip", "netns", "del", _name);
    }

    private void Inside(params string[] command) => Run("ip", ["netns", "exec", _name, .. command]);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }

    /// <summary>A line between this computer and the namespace.</summary>
    public sealed class Line
    {
        private readonly MachineNetwork _network;
        private readonly string _name;

        internal Line(MachineNetwork network, string name, string host, string here)
        {
            (_network, _name) = (network, name);
            (Host, Here, Device) = (host, here, $"{network._name}{name[0]}");
            Run("ip", "link", "add", Device, "type", "veth", "peer", "name", name, "netns", network._name);
            Run("ip", "addr", "add", $"{host}/30", "dev", Device);
            Run("ip", "link", "set", "dev", Device, "up");
            network.Inside("ip", "addr", "add", $"{here}/30", "dev", name);
            network.Inside("ip", "link", "set", "dev", name, "up");
            // Without an address to ask for, nobody notices that there is no answer.
            network.Inside("ip", "neigh", "replace", host, "lladdr", File.ReadAllText($"/sys/class/net/{Device}/address").Trim(), "nud", "permanent", "dev", name);
        }

        /// <summary>This computer's address on it.</summary>
        public string Host { get; }

        /// <summary>The namespace's address on it.</summary>
        public string Here { get; }

        public string Device { get; }

        public bool IsDown { get; private set; }

        /// <summary>Loses all packets from now on, in both directions.</summary>
        public void Cut() => Set(isDown: true);

        public void Mend() => Set(isDown: false);

        /// <summary>Limits what leaves the namespace.</summary>
        /// <param name="rate">As tc has it, for example <c>32mbit</c>.</param>
        public void Limit(string rate) =>
            _network.Inside("tc", "qdisc", "replace", "dev", _name, "root", "tbf", "rate", rate, "burst", "64kb", "latency", "100ms");

        public void Remove() => Run("ip", "link", "del", Device);

        private void Set(bool isDown)
        {
            Run("ip", "link", "set", "dev", Device, isDown ? "down" : "up");
            IsDown = isDown;
        }
    }
}
