using System.Globalization;
using System.Reflection;
using Microsoft.Testing.Platform.CommandLine;

namespace KinescopePS.PesterRunner;

/// <summary>A run of the suite, as it was asked for.</summary>
/// <param name="Suite">The folder of the test files.</param>
/// <param name="Pester">The manifest of the Pester to run them with.</param>
/// <param name="Files">Wildcards for the names of test files.</param>
/// <param name="Tests">Wildcards for the full names of tests; empty for all.</param>
/// <param name="Parallel">How many test files at once.</param>
/// <param name="Patience">The time that a test file may take.</param>
/// <param name="Expected">The tests that are known to fail.</param>
internal sealed record SuiteSettings(
    string Suite, string Pester, IReadOnlyList<string> Files, IReadOnlyList<string> Tests, int Parallel, TimeSpan Patience, IReadOnlyList<ExpectedFailure> Expected)
{
    /// <summary>Whether all tests are run, so that one that is missing is missed.</summary>
    public bool IsWhole => Files.Count == 0 && Tests.Count == 0;

    public static SuiteSettings From(ICommandLineOptions options) => new(
        Path.GetFullPath(One(options, SuiteOptions.Suite) ?? Metadata("SuitePath")),
        Path.Combine(Metadata("PesterPackages"), PesterVersion(One(options, SuiteOptions.Pester)), "tools", "Pester.psd1"),
        Many(options, SuiteOptions.Files),
        Many(options, SuiteOptions.Tests),
        Number(options, SuiteOptions.Parallel) ?? Environment.ProcessorCount,
        TimeSpan.FromMinutes(Number(options, SuiteOptions.Minutes) ?? 10),
        One(options, SuiteOptions.ExpectedFailures) is { } list ? ExpectedFailure.Read(list) : []);

    /// <summary>The pinned version that is meant, by as much of it as was given; the newest where nothing was.</summary>
    private static string PesterVersion(string? asked)
    {
        var pinned = Metadata("PesterVersions").Split(' ');
        return asked is null ? pinned[0] : pinned.FirstOrDefault(version => $"{version}.".StartsWith($"{asked}.", StringComparison.Ordinal)) ?? asked;
    }

    private static string[] Many(ICommandLineOptions options, string name) => options.TryGetOptionArgumentList(name, out var values) ? values : [];

    private static string? One(ICommandLineOptions options, string name) => Many(options, name).FirstOrDefault();

    private static int? Number(ICommandLineOptions options, string name) => One(options, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string Metadata(string key) =>
        typeof(SuiteSettings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
