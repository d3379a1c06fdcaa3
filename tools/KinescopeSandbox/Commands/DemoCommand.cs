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
        var engine = new Option<string>("--engine") { Description = "pwsh, or hosted for the built-in engine; default: pwsh where there is one" };
        engine.AcceptOnlyFromAmong("pwsh", "hosted");
        var module = new Option<FileInfo>("--module") { Description = "the module to use", DefaultValueFactory = _ => new FileInfo(DemoRun.BuiltModule) };
        var noRateLimit = new Option<bool>("--no-rate-limit") { Description = "do not hold the module to 10 requests per second and 300 per minute, as the platform does" };
        var command = new Command("demo", "Maps, uploads and links a sample library against a sandbox.") { folder, engine, module, noRateLimit };
        command.SetAction(async (parsed, cancellation) =>
        {
            var moduleFile = parsed.GetRequiredValue(module);
            if (!moduleFile.Exists)
                return await RefuseAsync($"there is no module at '{moduleFile.FullName}'; build the solution first");
            var chosen = parsed.GetValue(engine);
            if (chosen == "pwsh" && DemoRun.FindPwsh() is null)
                return await RefuseAsync("there is no pwsh on PATH");
            try
            {
                var run = new DemoRun(parsed.GetRequiredValue(folder).FullName, moduleFile.FullName, chosen == "hosted", !parsed.GetValue(noRateLimit));
                return await run.RunAsync(cancellation);
            }
            catch (IOException exception)
            {
                return await RefuseAsync(exception.Message);
            }
        });
        return command;
    }

    private static async Task<int> RefuseAsync(string reason)
    {
        await Console.Error.WriteLineAsync($"demo: {reason}");
        return 1;
    }
}
