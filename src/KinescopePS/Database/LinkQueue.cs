using System.Threading.Channels;
using Polly;

namespace KinescopePS.Database;

/// <summary>
/// Links lessons in the background, in the order they come. Whatever waits is committed together: a result that comes alone is
/// committed at once, a long list goes in batches. A database that is down holds nothing up; what could not be linked is kept,
/// and tried again before whatever comes next and once more at the end.
/// </summary>
internal sealed class LinkQueue(LessonStore store, ResiliencePipeline retry, bool overwrite)
{
    private const int BatchSize = 5000;

    private readonly Channel<LinkRequest> _waiting = Channel.CreateBounded<LinkRequest>(4 * BatchSize);
    private readonly List<LinkRequest> _unlinked = [];
    private readonly Dictionary<string, LessonRow> _replaced = [];
    private KinescopeException? _down;

    /// <summary>Waits for room and adds a lesson.</summary>
    public ValueTask AddAsync(LinkRequest request, CancellationToken cancellation) => _waiting.Writer.WriteAsync(request, cancellation);

    /// <summary>Says that no lesson will follow.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Links until the queue is complete and empty.</summary>
    /// <param name="ended">Told of each lesson's outcome, from the worker's thread.</param>
    /// <returns>The lessons that could not be linked because of the database as a whole, and why.</returns>
    public async Task<(IReadOnlyList<LinkRequest> Unlinked, KinescopeException? Cause)> WorkAsync(Action<LinkOutcome> ended, CancellationToken cancellation)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            for (var room = BatchSize; room > 0 && _waiting.Reader.TryRead(out var request); room--)
                _unlinked.Add(request);
            // Once the retries are used up, whatever comes brings a single attempt: uploads are not to wait for it.
            await LinkAsync(_down is null ? retry : ResiliencePipeline.Empty, ended, cancellation).ConfigureAwait(false);
        }

        if (_down is { IsTransient: true })
            await LinkAsync(retry, ended, cancellation).ConfigureAwait(false);
        return (_unlinked, _down);
    }

    private async Task LinkAsync(ResiliencePipeline attempts, Action<LinkOutcome> ended, CancellationToken cancellation)
    {
        try
        {
            while (_unlinked.Count > 0)
            {
                var batch = NextBatch();
                var outcomes = await attempts.ExecuteAsync(
                    async token => await store.LinkAsync(batch, overwrite, _replaced, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                _unlinked.RemoveRange(0, batch.Count);
                _replaced.Clear();
                foreach (var outcome in outcomes)
                    ended(outcome);
            }

            _down = null;
        }
        catch (KinescopeException failure)
        {
            _down = failure;
        }
    }

    /// <summary>The first of those that wait. A lesson that comes twice is linked twice, one after the other.</summary>
    private List<LinkRequest> NextBatch()
    {
        var lessons = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. _unlinked.Take(BatchSize).TakeWhile(request => lessons.Add(request.LessonId))];
    }
}
