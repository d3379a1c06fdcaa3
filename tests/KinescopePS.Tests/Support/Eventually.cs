using System.Diagnostics;

namespace KinescopePS.Tests.Support;

/// <summary>For what another process or thread brings about and nothing signals.</summary>
internal static class Eventually
{
    /// <summary>Looks again and again until a condition holds, for half a minute.</summary>
    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="HoldsAsync(Func{bool})" />
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        for (var watch = Stopwatch.StartNew(); !await condition(); await Task.Delay(20, TestContext.Current.CancellationToken))
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "It never held.");
    }
}
