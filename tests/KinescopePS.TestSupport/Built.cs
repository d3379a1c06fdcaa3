using System.Reflection;

namespace KinescopePS.TestSupport;

/// <summary>Where the build left what the tests run.</summary>
public static class Built
{
    /// <summary>The module's folder, as it is installed: this build's, or the one that KINESCOPEPS_MODULE names.</summary>
    public static string Module { get; } = Path.GetFullPath(Environment.GetEnvironmentVariable("KINESCOPEPS_MODULE") ?? Metadata("ModulePath"));

    /// <summary>The sandbox's program.</summary>
    public static string Sandbox { get; } = Path.GetFullPath(Metadata("SandboxPath"));

    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Metadata("ModulePath"), "..", ".."));

    private static string Metadata(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
