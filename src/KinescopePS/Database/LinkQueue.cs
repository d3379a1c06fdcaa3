using System.Threading.Channels;
using Polly;

namespace KinescopePS.Database;

/// <summary>
/// Links lessons in the background, in the order they come. Whatever waits is committed together: a result that comes alone is
/// committed at once, a long list goes in batches. A database that is down holds nothing up; what could not be linked is kept
/// and tried once more at the end.
/// </summary>
internal sealed class LinkQueue(LessonStore store, ResiliencePipeline retry, bool overwrite)
{
    private const int BatchSize = 5000;

    private readonly Channel<LinkRequest> _waiting = Channel.CreateBounded<LinkRequest>(4 * BatchSize);
    private readonly List<LinkRequest> _unlinked = [];
    private readonly Dictionary<string, LessonRow> _firstSeen = [];
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
        var batch = new List<LinkRequest>();
        var lessons = new HashSet<string>();
        while (await _waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            // A lesson that comes twice is linked twice, one after the other.
            while (batch.Count < BatchSize && _waiting.Reader.TryPeek(out var next) && lessons.Add(next.LessonId) && _waiting.Reader.TryRead(out var request))
                batch.Add(request);
            await LinkAsync(batch, ended, cancellation).ConfigureAwait(false);
            batch.Clear();
            lessons.Clear();
        }

        if (_unlinked.Count > 0 && _down is { IsTransient: true })
        {
            batch.AddRange(_unlinked);
            _unlinked.Clear();
            _down = null;
            foreach (var part in batch.GroupBy(request => request.LessonId).Select(group => group.Last()).Chunk(BatchSize))
                await LinkAsync(part, ended, cancellation).ConfigureAwait(false);
        }

        return (_unlinked, _down);
    }

    private async Task LinkAsync(IReadOnlyList<LinkRequest> batch, Action<LinkOutcome> ended, CancellationToken cancellation)
    {
        try
        {
            // Once the retries are used up, each further batch gets a single attempt: uploads are not to wait for it.
            var pipeline = _down is null ? retry : ResiliencePipeline.Empty;
            var outcomes = await pipeline.ExecuteAsync(
                async token => await store.LinkAsync(batch, overwrite, _firstSeen, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            foreach (var outcome in outcomes)
                ended(outcome);
            _firstSeen.Clear();
            _down = null;
        }
        catch (KinescopeException failure)
        {
            _down = failure;
            _unlinked.AddRange(batch);
        }
    }
}
