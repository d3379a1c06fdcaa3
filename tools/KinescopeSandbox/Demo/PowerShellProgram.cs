using System.Diagnostics;
using System.Reflection;

namespace KinescopeSandbox.Demo;

/// <summary>The PowerShell that the demo and the tests run: the package's, or the one that <c>KINESCOPEPS_PWSH</c> names.</summary>
public static class PowerShellProgram
{
    /// <summary>Names another PowerShell: the path of a <c>pwsh</c>, or of a <c>pwsh.dll</c>.</summary>
    public const string Variable = "KINESCOPEPS_PWSH";

    private static readonly Lazy<IReadOnlyList<string>> Found = new(() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Itself(named) : ["dotnet", Packaged()]);

    /// <summary>The command line up to PowerShell's own arguments. It starts PowerShell itself: to kill its process is to kill PowerShell.</summary>
    /// <exception cref="FileNotFoundException">There is none where it should be.</exception>
    public static IReadOnlyList<string> Command => Found.Value;

    /// <summary>
    /// Takes the package's PowerShell as the tests' build has compiled it ahead, where there is one and none is named: in this process, and
    /// in those that it starts. It is twice as soon ready.
    /// </summary>
    public static void PreferCompiledAhead()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } && File.Exists(Metadata("PowerShellAhead")))
            Environment.SetEnvironmentVariable(Variable, Path.GetFullPath(Metadata("PowerShellAhead")));
    }

    /// <summary>Starts PowerShell with these arguments.</summary>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments) => new(Command[0], [.. Command.Skip(1), .. arguments]);

    private static string Packaged()
    {
        var package = Metadata("PowerShellPackage");
        var tools = Path.Combine(package, "tools");
        var system = Path.Combine("any", OperatingSystem.IsWindows() ? "win" : "unix", "pwsh.dll");
        return (Directory.Exists(tools) ? Directory.GetDirectories(tools) : []).Select(framework => Path.Combine(framework, system)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"The package PowerShell is not in '{package}'. Run dotnet restore, or name a pwsh in {Variable}.");
    }

    private static string Metadata(string key) =>
        typeof(PowerShellProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    /// <summary>What a named program starts in the end: where PowerShell is a .NET tool, <c>pwsh</c> is only its launcher.</summary>
    private static IReadOnlyList<string> Itself(string named)
    {
        if (!File.Exists(named))
            throw new FileNotFoundException($"{Variable} names '{named}', which does not exist.");
        if (Path.GetExtension(named) == ".dll")
            return ["dotnet", named];
        using var asked = Process.Start(new ProcessStartInfo(named, ["-NoProfile", "-NonInteractive", "-Command", "[System.Environment]::ProcessPath; $PSHOME"]) { RedirectStandardOutput = true })!;
        var lines = asked.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        asked.WaitForExit();
        return lines is [var program, var home] && File.Exists(program)
            ? Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(home, "pwsh.dll")] : [program]
            : [named];
    }
}
