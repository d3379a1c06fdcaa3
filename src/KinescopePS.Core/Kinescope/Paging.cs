using System.Runtime.CompilerServices;
using Polly;

namespace KinescopePS.Kinescope;

/// <summary>Reads listings page by page, only as far as somebody takes from them, holding one page.</summary>
internal static class Paging
{
    /// <summary>A page by its number, from 1.</summary>
    public delegate Task<Page<T>> ReadPage<T>(int page, CancellationToken cancellation);

    /// <summary>Everything from the first page to the last.</summary>
    /// <remarks>The listing is no snapshot: what moves to the next page while it is read counts once.</remarks>
    public static async IAsyncEnumerable<T> ForwardAsync<T>(
        ReadPage<T> read, Func<T, string> idOf, ResiliencePipeline retry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        HashSet<string> before = [];
        for (var number = 1; ; number++)
        {
            var page = await ReadAsync(read, number, retry, cancellation).ConfigureAwait(false);
            var fresh = page.Items.Where(item => !before.Contains(idOf(item))).ToList();
            foreach (var item in fresh)
                yield return item;
            // A list that knows no pages is the same each time.
            if (fresh.Count == 0 || page.Items.Count < page.Size && !(number * page.Size < page.Total))
                yield break;
            before = [.. page.Items.Select(idOf)];
        }
    }

    /// <summary>
    /// Everything from the last item to the first. In a listing by age nothing is passed over so, though items are added and those
    /// that were read are deleted meanwhile: what is not read yet keeps its place.
    /// </summary>
    public static async IAsyncEnumerable<T> BackwardAsync<T>(
        ReadPage<T> read, Func<T, string> idOf, ResiliencePipeline retry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var page = await ReadAsync(read, 1, retry, cancellation).ConfigureAwait(false);
        if (page.Total is null && page.Items.Count == page.Size)
        {
            await foreach (var item in ForwardAsync(read, idOf, retry, cancellation).ConfigureAwait(false))
                yield return item;
            yield break;
        }

        HashSet<string> before = [];
        var last = (Math.Max(page.Total ?? 0, 1) - 1) / page.Size + 1;
        for (var number = last; number >= 1; number--)
        {
            if (last > 1)
                page = await ReadAsync(read, number, retry, cancellation).ConfigureAwait(false);
            foreach (var item in page.Items.Reverse().Where(item => !before.Contains(idOf(item))))
                yield return item;
            before = [.. page.Items.Select(idOf)];
        }
    }

    private static ValueTask<Page<T>> ReadAsync<T>(
        ReadPage<T> read, int number, ResiliencePipeline retry, CancellationToken cancellation) =>
        retry.ExecuteAsync(async token => await read(number, token).ConfigureAwait(false), cancellation);
}
