using System.Diagnostics;
using System.Text.Json;
using Deque.AxeCore.Commons;
using PuppeteerSharp;

namespace KinescopePS.Tests.Reports;

/// <summary>The Chromium of this machine, without a window and without a network. Nothing is downloaded for it.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly Lazy<string> Axe = new(() =>
    {
        using var script = new StreamReader(typeof(AxeResult).Assembly.GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!);
        return script.ReadToEnd();
    });

    private readonly TemporaryFolder _profile = new();
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        string[] names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"];
        if (names.Select(name => Programs.Find(name)).FirstOrDefault(found => found is not null) is not { } program)
            return;
        _browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            Headless = true,
            UserDataDir = _profile.Path,
            // Root, as in a container, has no sandbox there; all pages are ours.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb"],
        });
    }

    /// <summary>Opens a file as a person does who has no network.</summary>
    public async Task<IPage> OpenAsync(string file, string scheme = "light", int width = 1440, int height = 900)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not on PATH: chromium-headless-shell, chromium or google-chrome.");
        var page = await _browser!.NewPageAsync();
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height });
        await page.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.SetOfflineModeAsync(true);
        await page.GoToAsync(new Uri(file).AbsoluteUri);
        return page;
    }

    /// <summary>What axe finds that is serious or critical, each with the first place.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        await page.EvaluateExpressionAsync(Axe.Value);
        var found = await page.EvaluateFunctionAsync<JsonElement>(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
            + ".filter(found => found.impact === 'serious' || found.impact === 'critical')"
            + ".map(found => `${found.id}: ${found.help} (${found.nodes.length}) ${found.nodes[0].html.slice(0, 200)} ${found.nodes[0].failureSummary}`)");
        return [.. found.EnumerateArray().Select(item => item.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            var process = _browser.Process;
            await _browser.CloseAsync();
            await WaitAsync(process);
        }

        _profile.Dispose();
    }

    private static async Task WaitAsync(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await process.WaitForExitAsync(patience.Token);
    }
}
