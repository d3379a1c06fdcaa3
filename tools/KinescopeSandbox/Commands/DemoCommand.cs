using System.CommandLine;
using KinescopeSandbox.Demo;

namespace KinescopeSandbox.Commands;

/// <summary>`demo`: the whole way of a course library, on this machine alone.</summary>
public static class DemoCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR")
        {
            Description = "where library, sandbox and progress file go; a second run resumes there",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "demo")),
        };
        // A misspelt option is no folder.
        folder.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [var only] && only.Value.StartsWith('-'))
                parsed.AddError($"Unrecognized option '{only.Value}'.");
        });
        var platformLimits = new Option<bool>("--platform-limits") { Description = "10 requests per second and 300 per minute, as on the platform" };
        var noRateLimit = new Option<bool>("--no-rate-limit") { Description = "no limit of requests" };
        var command = new Command("demo", "Maps, uploads and links a sample library against a sandbox.") { folder, platformLimits, noRateLimit };
        command.SetAction(async (parsed, cancellation) =>
        {
            var pace = parsed.GetValue(noRateLimit) ? DemoPace.Unlimited : parsed.GetValue(platformLimits) ? DemoPace.Platform : DemoPace.Watchable;
            try
            {
                return await new DemoRun(parsed.GetRequiredValue(folder).FullName, pace).RunAsync(cancellation);
            }
            catch (IOException exception)
            {
                await Console.Error.WriteLineAsync($"demo: {exception.Message}");
                return 1;
            }
        });
        return command;
    }
}
