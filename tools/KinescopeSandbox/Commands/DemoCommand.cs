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
        var noRateLimit = new Option<bool>("--no-rate-limit") { Description = "do not hold the module to 10 requests per second and 300 per minute, as the platform does" };
        var command = new Command("demo", "Maps, uploads and links a sample library against a sandbox.") { folder, noRateLimit };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await new DemoRun(parsed.GetRequiredValue(folder).FullName, !parsed.GetValue(noRateLimit)).RunAsync(cancellation);
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
