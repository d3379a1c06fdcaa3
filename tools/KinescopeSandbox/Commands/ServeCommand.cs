using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Commands;

/// <summary>`serve`: runs the sandbox until it is told to stop.</summary>
public static class ServeCommand
{
    private static readonly Option<int?> Port =
        new("--port") { Description = "TCP port of the API; default: that of the last run on the data folder, or any free one" };

    private static readonly Option<DirectoryInfo> Data =
        new("--data") { Description = "folder with the state", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "sandbox")) };

    private static readonly Option<double> Transcode = NumberOption.Create("--transcode-seconds", 2, "time from the last byte to status done");
    private static readonly Option<int> PerSecond = LimitOption("--requests-per-second", SandboxOptions.PlatformRequestsPerSecond);
    private static readonly Option<int> PerMinute = LimitOption("--requests-per-minute", SandboxOptions.PlatformRequestsPerMinute);
    private static readonly Option<bool> NoRateLimit = new("--no-rate-limit") { Description = "no 429 for either" };
    private static readonly Option<bool> Discard = new("--discard") { Description = "count and hash the bytes but do not keep them" };
    private static readonly Option<bool> NoMd5 = new("--no-md5") { Description = "do not hash the bytes: the original asset has no md5" };
    private static readonly Option<PlatformWays> Ways = PlatformOption.Create();

    public static Command Create()
    {
        var shell = new Option<string>("--shell") { Description = "how to print the environment variables: pwsh or sh", DefaultValueFactory = _ => "pwsh" };
        shell.AcceptOnlyFromAmong("pwsh", "sh");
        var json = new Option<bool>("--json") { Description = "print one line of JSON instead" };
        var exitWithStdin = new Option<bool>("--exit-with-stdin") { Description = "stop when standard input ends" };

        var command = new Command("serve", "Runs a local Kinescope.") { Port, Data, Transcode, PerSecond, PerMinute, NoRateLimit, Discard, NoMd5, Ways, shell, json, exitWithStdin };
        command.SetAction(async (parsed, cancellation) =>
        {
            SandboxServer server;
            try
            {
                server = await SandboxServer.StartAsync(OptionsOf(parsed), cancellation: cancellation);
            }
            catch (IOException exception)
            {
                await Console.Error.WriteLineAsync($"sandbox: cannot start: {exception.Message}");
                return 1;
            }
            await using (server)
            {
                Announce(server, parsed.GetValue(json), parsed.GetRequiredValue(shell));
                await StopSignalAsync(parsed.GetValue(exitWithStdin), cancellation);
            }
            return 0;
        });
        return command;
    }

    /// <summary>The sandbox that a command line asks for.</summary>
    public static SandboxOptions OptionsOf(ParseResult parsed) => new()
    {
        DataFolder = parsed.GetRequiredValue(Data).FullName,
        Port = parsed.GetValue(Port),
        Transcode = TimeSpan.FromSeconds(parsed.GetValue(Transcode)),
        RateLimit = !parsed.GetValue(NoRateLimit),
        RequestsPerSecond = parsed.GetValue(PerSecond),
        RequestsPerMinute = parsed.GetValue(PerMinute),
        Discard = parsed.GetValue(Discard),
        Md5 = !parsed.GetValue(NoMd5),
        Ways = parsed.GetRequiredValue(Ways),
    };

    /// <summary>The environment variables that point the module at a sandbox, and tell it of limits that are not the platform's.</summary>
    public static IReadOnlyDictionary<string, string> Environment(SandboxServer server)
    {
        var variables = new Dictionary<string, string>
        {
            ["KINESCOPE_API_KEY"] = server.Token,
            ["KINESCOPE_PROJECT_ID"] = server.Workspace.DefaultProjectId.ToString("D"),
            ["KINESCOPE_WORKSPACE_ID"] = server.Workspace.Id.ToString("D"),
            ["KINESCOPE_API_URL"] = server.ApiUrl,
            ["KINESCOPE_UPLOADER_URL"] = server.ApiUrl,
        };
        if (server.RequestsPerSecond != SandboxOptions.PlatformRequestsPerSecond)
            variables["KINESCOPE_REQUESTS_PER_SECOND"] = server.RequestsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "off";
        if (server.RequestsPerMinute != SandboxOptions.PlatformRequestsPerMinute)
            variables["KINESCOPE_REQUESTS_PER_MINUTE"] = server.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture) ?? "off";
        return variables;
    }

    private static Option<int> LimitOption(string name, int standard)
    {
        var option = new Option<int>(name) { Description = "answer 429 beyond so many requests of a token; 0: no such limit", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, CultureInfo.InvariantCulture, out var requests) && requests >= 0))
                result.AddError($"{name} is '{token.Value}'; a whole number from 0 is expected.");
        });
        return option;
    }

    private static void Announce(SandboxServer server, bool json, string shell)
    {
        if (json)
        {
            var values = Environment(server).ToDictionary(pair => pair.Key, pair => (object)pair.Value);
            values["api_port"] = server.Workspace.ApiPort;
            values["upload_port"] = server.Workspace.UploadPort;
            Console.WriteLine(JsonSerializer.Serialize(values));
        }
        else
        {
            foreach (var (name, value) in Environment(server))
            {
                // Setting the workspace switches the module to tus creation, so that is left to the reader.
                var comment = name == "KINESCOPE_WORKSPACE_ID" ? "# " : "";
                Console.WriteLine(shell == "sh" ? $"{comment}export {name}='{value}'" : $"{comment}$env:{name} = '{value}'");
            }
        }
        Console.WriteLine("sandbox: listening");
    }

    private static async Task StopSignalAsync(bool exitWithStdin, CancellationToken cancellation)
    {
        var stopped = Task.Delay(Timeout.Infinite, cancellation);
        var inputEnded = exitWithStdin ? Task.Run(ReadToEnd, CancellationToken.None) : Task.Delay(Timeout.Infinite, CancellationToken.None);
        await Task.WhenAny(stopped, inputEnded);
    }

    private static void ReadToEnd()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (input.Read(buffer) > 0)
        {
        }
    }
}
