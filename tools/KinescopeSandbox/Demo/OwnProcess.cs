using System.Diagnostics;

namespace KinescopeSandbox.Demo;

/// <summary>Starts this program once more.</summary>
public static class OwnProcess
{
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var assembly = typeof(OwnProcess).Assembly.Location;
        var executable = Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(executable) ? new ProcessStartInfo(executable, arguments) : new ProcessStartInfo("dotnet", [assembly, .. arguments]);
    }
}
