using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Clients;

/// <summary>A program that uploads files.</summary>
/// <param name="Name">For the tables.</param>
/// <param name="Prepare">The command for a job.</param>
/// <param name="Idle">Its engine, started and ended; null where that costs nothing to speak of.</param>
internal sealed record UploadClient(string Name, Func<UploadJob, Task<Invocation>> Prepare, Func<string, Invocation>? Idle)
{
    public const string OursName = "KinescopePS", CurlName = "curl", TusName = "tus-js-client", BareName = "HttpClient loop", ScriptName = "a script of one's own", OursVerifyingName = "KinescopePS, -Verify";

    /// <summary>Send-KinescopeVideo in PowerShell.</summary>
    public static UploadClient Ours { get; } = new(OursName, job => PrepareOurs(job), folder => PowerShellScript.Import(folder));

    /// <summary>The same, which compares what Kinescope stored with the file.</summary>
    public static UploadClient OursVerifying { get; } = new(
        OursVerifyingName,
        job => PrepareOurs(job, " -Verify", " | ForEach-Object { if ($_.Verification -ne 'Md5') { throw \"Verification: $($_.Verification)\" } }"),
        folder => PowerShellScript.Import(folder));

    /// <summary>Init and PATCH by HttpClient and nothing else: a command of this program.</summary>
    public static UploadClient Bare { get; } = new(
        BareName,
        async job => new Invocation([Tools.Self, "send", await HttpClientLoop.WriteJobAsync(job)]),
        folder => new Invocation([Tools.Self, "send"]));

    /// <summary>One PATCH by curl; the file is announced beforehand.</summary>
    public static UploadClient Curl { get; } = new(CurlName, PrepareCurl, null);

    /// <summary>Init and PATCH by curl, one file after the other, as a user's shell script would do it; null where there is none.</summary>
    public static UploadClient? CurlLoop { get; } = Tools.Curl is null ? null : new("curl in a loop", PrepareCurlLoop, null);

    /// <summary>Those that this machine has: ours, curl (which takes one file), tus-js-client, the bare loop.</summary>
    public static async Task<IReadOnlyList<UploadClient>> AllAsync(Lab lab)
    {
        var clients = new List<UploadClient> { Ours };
        if (Tools.Curl is not null)
            clients.Add(Curl);
        else
            lab.LeaveOut("curl is left out: it is not installed.");
        if (await TusAsync(lab) is { } tus)
            clients.Add(tus);
        return [.. clients, Bare];
    }

    /// <summary>tus-js-client in Node; null where it cannot be had.</summary>
    public static async Task<UploadClient?> TusAsync(Lab lab)
    {
        if (await lab.PeersAsync() is not { } peers)
        {
            lab.LeaveOut("tus-js-client is left out: Node or its packages are not installed.");
            return null;
        }

        var script = Path.Combine(peers, "upload.mjs");
        return new(TusName, job => TusClientJob.PrepareAsync(script, job), folder => TusClientJob.Idle(script, folder));
    }

    /// <summary>A script in Node without a library, as the one was that first did this job; null where there is no Node.</summary>
    public static async Task<UploadClient?> ScriptAsync(Lab lab) =>
        await lab.PeersAsync() is { } peers ? new(ScriptName, job => TusClientJob.PrepareAsync(Path.Combine(peers, "script.mjs"), job), null) : null;

    /// <summary>As -ThrottleLimit has it.</summary>
    public static string ThrottleOf(int parallel) => parallel == UploadJob.Auto ? nameof(UploadJob.Auto) : parallel.ToString();

    private static Task<Invocation> PrepareOurs(UploadJob job, string options = "", string then = "")
    {
        var list = Path.Combine(job.Folder, "files.txt");
        File.WriteAllLines(list, job.Files);
        var connect = job.Site.Authority is { } file ? $"$null = Connect-Kinescope -CertificateAuthority {PowerShellScript.Quote(file)}" : "";
        return Task.FromResult(PowerShellScript.Import(job.Folder, $"""
            {connect}
            [System.IO.File]::ReadAllLines({PowerShellScript.Quote(list)}) |
                Send-KinescopeVideo -ProgressFile ./progress.jsonl -ThrottleLimit {ThrottleOf(job.Parallel)}{options}{then}
            """) with
        { Environment = job.Site.Environment });
    }

    private static async Task<Invocation> PrepareCurl(UploadJob job)
    {
        var file = job.Files.Single();
        string[] trust = job.Site.Authority is { } authority ? ["--cacert", authority] : [];
        return new Invocation([
            Tools.Curl!, "-sS", "--fail", "--http1.1", .. trust, "-X", "PATCH", "-T", file,
            "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream",
            await job.Site.CreateAsync(file)]);
    }

    private static Task<Invocation> PrepareCurlLoop(UploadJob job)
    {
        var list = Path.Combine(job.Folder, "files.txt");
        File.WriteAllLines(list, job.Files);
        var script = Path.Combine(Built.Repository, "benchmarks", "peers", "upload.sh");
        return Task.FromResult(new Invocation(["sh", script, job.Site.Url, job.Site.ApiKey, job.Site.ProjectId, list]));
    }
}
