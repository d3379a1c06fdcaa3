using System.Globalization;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.CommandLine;

namespace KinescopePS.PesterRunner;

/// <summary>Options of the command line, beside those of the testing platform.</summary>
internal sealed class SuiteOptions : ICommandLineOptionsProvider
{
    public const string Suite = "suite", Files = "files", Tests = "tests", Pester = "pester", Parallel = "parallel", Minutes = "minutes", ExpectedFailures = "expected-failures";

    public string Uid => nameof(SuiteOptions);

    public string Version => "1.0.0";

    public string DisplayName => "Pester suite";

    public string Description => "Which of the Pester suite is run, and how.";

    public IReadOnlyCollection<CommandLineOption> GetCommandLineOptions() =>
    [
        new(Suite, "The folder of the test files; default: tests/Pester.", ArgumentArity.ExactlyOne, isHidden: false),
        new(Files, "Only test files whose names match: wildcards, as Send*.", ArgumentArity.OneOrMore, isHidden: false),
        new(Tests, "Only tests whose full names, as they stand in the file, match: wildcards, as '*continues*'.", ArgumentArity.OneOrMore, isHidden: false),
        new(Pester, "The version of Pester, one that the repository pins: 5 is enough for the older one.", ArgumentArity.ExactlyOne, isHidden: false),
        new(Parallel, "How many test files at once; default: one for each processor.", ArgumentArity.ExactlyOne, isHidden: false),
        new(Minutes, "The time that a test file may take; default: 10.", ArgumentArity.ExactlyOne, isHidden: false),
        new(ExpectedFailures, "A JSON file of tests that are known to fail here; one of them that passes is a failure.", ArgumentArity.ExactlyOne, isHidden: false),
    ];

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task<ValidationResult> ValidateOptionArgumentsAsync(CommandLineOption commandOption, string[] arguments) => commandOption.Name switch
    {
        Parallel or Minutes when !int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 =>
            ValidationResult.InvalidTask($"--{commandOption.Name} takes a whole number from 1."),
        Suite when !Directory.Exists(arguments[0]) => ValidationResult.InvalidTask($"There is no folder '{arguments[0]}'."),
        ExpectedFailures when !File.Exists(arguments[0]) => ValidationResult.InvalidTask($"There is no file '{arguments[0]}'."),
        _ => ValidationResult.ValidTask,
    };

    public Task<ValidationResult> ValidateCommandLineOptionsAsync(ICommandLineOptions commandLineOptions) => ValidationResult.ValidTask;
}
