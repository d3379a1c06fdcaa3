using System.Runtime.CompilerServices;
using Polly;

namespace KinescopePS.Kinescope;

/// <summary>A page of a listing.</summary>
/// <param name="Items">The items.</param>
/// <param name="Size">The number of items of a full page, as Kinescope tells it.</param>
/// <param name="Total">The number of items on all pages; null where Kinescope does not tell it.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, long Size, long? Total);

/// <summary>
/// Reads listings page by page, only as far as somebody takes from them. The end is where the total is reached that comes with each page,
/// or the first page that is empty: a page may be shorter than what was asked for.
/// </summary>
internal static class Paging
{
    /// <summary>A page by its number, from 1.</summary>
    public delegate Task<Page<T>> ReadPage<T>(long page, CancellationToken cancellation);

    /// <summary>Everything from the first page to the last.</summary>
    /// <remarks>The listing is no snapshot: what moves to the next page while it is read counts once.</remarks>
    /// <exception cref="KinescopeException"><c>AnswerInvalid</c>: the same items come again in place of those that are missing.</exception>
    public static async IAsyncEnumerable<T> ForwardAsync<T>(
        ReadPage<T> read, Func<T, string> idOf, ResiliencePipeline retry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        HashSet<string> seen = [];
        long? total = null;
        for (long number = 1, received = 0; ; number++)
        {
            var page = await ReadAsync(read, number, retry, cancellation).ConfigureAwait(false);
            // What was added meanwhile moves the rest: a small page may hold nothing but what came before.
            var hasGrown = page.Total > total;
            total = page.Total;
            var fresh = page.Items.Where(item => !seen.Contains(idOf(item))).ToList();
            foreach (var item in fresh)
                yield return item;

            // A list that knows no pages is the same each time, and some servers give the last page for any that is beyond it.
            if (page.Items.Count == 0
                || fresh.Count == 0 && !hasGrown && (page.Total is null || (number - 1) * page.Size >= page.Total))
            {
                yield break;
            }

            if (fresh.Count == 0 && !hasGrown)
                throw Repeating(number, page.Total);
            received += page.Items.Count;
            if (received >= page.Total)
                yield break;
            seen.UnionWith(fresh.Select(idOf));
        }
    }

    /// <summary>
    /// Everything from the last item to the first. In a listing by age nothing is passed over so, though items are added and those
    /// that were read are deleted meanwhile: what is not read yet keeps its place.
    /// </summary>
    /// <inheritdoc cref="ForwardAsync" path="/exception" />
    public static async IAsyncEnumerable<T> BackwardAsync<T>(
        ReadPage<T> read, Func<T, string> idOf, ResiliencePipeline retry, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var first = await ReadAsync(read, 1, retry, cancellation).ConfigureAwait(false);
        var last = first is { Items.Count: > 0, Total: { } total } ? (total - 1) / first.Items.Count + 1 : 1;
        var page = last > 1 ? await ReadAsync(read, last, retry, cancellation).ConfigureAwait(false) : first;
        if (first.Total is null || last > 1 && page.Items.Count == 0)
        {
            // Where there is no telling which page is the last one, the way there is read first.
            var all = await ForwardAsync(read, idOf, retry, cancellation).CollectAsync().ConfigureAwait(false);
            foreach (var item in all.Reverse())
                yield return item;
            yield break;
        }

        HashSet<string> seen = [.. first.Items.Select(idOf)];
        if (last > 1 && page.Items.All(item => seen.Contains(idOf(item))))
            throw Repeating(last, first.Total);

        seen.Clear();
        for (var number = last; ;)
        {
            var fresh = page.Items.Where(item => !seen.Contains(idOf(item))).ToList();
            if (number > 1 && fresh.Count == 0 && page.Items.Count > 0)
                throw Repeating(number, first.Total);
            foreach (var item in fresh.AsEnumerable().Reverse())
                yield return item;
            if (--number == 0)
                yield break;
            seen.UnionWith(fresh.Select(idOf));
            page = await ReadAsync(read, number, retry, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A listing as far as it is wanted.</summary>
    /// <param name="listing">The listing.</param>
    /// <param name="most">The number of items after which no further page is read.</param>
    public static async Task<IReadOnlyList<T>> CollectAsync<T>(this IAsyncEnumerable<T> listing, int most = int.MaxValue)
    {
        List<T> items = [];
        await foreach (var item in listing.ConfigureAwait(false))
        {
            items.Add(item);
            if (items.Count == most)
                break;
        }

        return items;
    }

    private static ValueTask<Page<T>> ReadAsync<T>(
        ReadPage<T> read, long number, ResiliencePipeline retry, CancellationToken cancellation) =>
        retry.ExecuteAsync(async token => await read(number, token).ConfigureAwait(false), cancellation);

    private static KinescopeException Repeating(long number, long? total) => new(
        ErrorIds.AnswerInvalid,
        $"Kinescope has a list of {total} items, and its page {number} brings only what came before. The list cannot be read to its end: "
        + "try again later.");
}
