using System.Collections.Concurrent;

namespace KinescopePS.Commands;

/// <content>Items that come one by one, from background work to the pipeline thread.</content>
public abstract partial class AsyncCmdlet
{
    /// <summary>Takes items as they come, pumping meanwhile; no more are read than are taken.</summary>
    private protected void ForEach<T>(IAsyncEnumerable<T> items, Action<T> take)
    {
        var item = items.GetAsyncEnumerator(StopToken);
        try
        {
            while (item.MoveNextAsync() is var next && (next.IsCompletedSuccessfully ? next.Result : Await(_ => next.AsTask())))
                take(item.Current);
        }
        finally
        {
            item.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Runs a producer on its own thread, buffering a few hundred items. Its failure is thrown after the last item.</summary>
    /// <param name="make">The producer. Its argument takes an item, and blocks while the buffer is full.</param>
    internal IEnumerable<T> Ahead<T>(Action<Action<T>> make)
    {
        const int LargestBatch = 64, BatchesAhead = 4;
        var batches = new BlockingCollection<List<T>>(BatchesAhead);
        var stop = StopToken;
        // A thread of its own: it waits for most of its life, and the pool's few have others to serve.
        var making = Task.Factory.StartNew(Make, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Register(making);
        return Items();

        void Make()
        {
            // The first item is handed over at once, a long list in batches.
            var size = 1;
            var batch = new List<T>(size);
            try
            {
                make(item =>
                {
                    batch.Add(item);
                    if (batch.Count < size)
                        return;
                    batches.Add(batch, stop);
                    size = Math.Min(2 * size, LargestBatch);
                    batch = new List<T>(size);
                });
            }
            finally
            {
                // What came before a failure is used all the same.
                batches.TryAdd(batch, Timeout.Infinite, stop);
                batches.CompleteAdding();
            }
        }

        IEnumerable<T> Items()
        {
            foreach (var batch in batches.GetConsumingEnumerable(stop))
            {
                foreach (var item in batch)
                {
                    stop.ThrowIfCancellationRequested();
                    yield return item;
                }
            }

            making.GetAwaiter().GetResult();
        }
    }
}
