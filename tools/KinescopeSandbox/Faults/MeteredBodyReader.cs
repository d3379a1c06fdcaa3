using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace KinescopeSandbox.Faults;

/// <summary>The request body on its way to a handler: counted, and cut, slowed or withheld where a fault says so.</summary>
public sealed class MeteredBodyReader(PipeReader inner, Action<long> received) : PipeReader, IRequestBodyPipeFeature
{
    private readonly TimeProvider _clock = TimeProvider.System;
    private ReadOnlySequence<byte> _handedOut;
    private long _consumed;
    private long _examined;
    private long _delivered;
    private long _rateStart;

    /// <summary>Bytes after which <see cref="AtTrigger"/> runs, once; null: never.</summary>
    public long? TriggerAfterBytes { get; set; }

    /// <summary>Runs before the next byte is read. May wait, or throw to end the request.</summary>
    public Func<Task>? AtTrigger { get; set; }

    /// <summary>Bytes the handler gets to see; the rest is read and dropped. Null: all.</summary>
    public long? DeliverBytes { get; set; }

    /// <summary>Null: as fast as they come.</summary>
    public long? BytesPerSecond { get; set; }

    PipeReader IRequestBodyPipeFeature.Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TriggerAfterBytes <= _examined && AtTrigger is { } trigger)
            {
                AtTrigger = null;
                await trigger();
            }

            var allowance = await AllowanceAsync(cancellationToken);
            var result = await inner.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var withheld = AtTrigger is not null && _consumed + buffer.Length >= TriggerAfterBytes;
            if (withheld)
                buffer = buffer.Slice(0, TriggerAfterBytes!.Value - _consumed);
            if (buffer.Length > allowance)
            {
                buffer = buffer.Slice(0, allowance);
                withheld = true;
            }
            if (DeliverBytes - _delivered < buffer.Length)
            {
                if (DeliverBytes > _delivered)
                {
                    buffer = buffer.Slice(0, DeliverBytes.Value - _delivered);
                    withheld = true;
                }
                else
                {
                    Drop(buffer);
                    if (result.IsCompleted && !withheld)
                        return new ReadResult(default, result.IsCanceled, isCompleted: true);
                    continue;
                }
            }
            _handedOut = buffer;
            return new ReadResult(buffer, result.IsCanceled, result.IsCompleted && !withheld);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_handedOut.IsEmpty)
        {
            // Nothing was handed out, or it is the end of the body: there is nothing to count.
            if (consumed.GetObject() is not null)
                inner.AdvanceTo(consumed, examined);
            return;
        }
        var taken = _handedOut.Slice(0, consumed).Length;
        _examined = _consumed + _handedOut.Slice(0, examined).Length;
        inner.AdvanceTo(consumed, examined);
        _consumed += taken;
        _delivered += taken;
        _handedOut = default;
        if (taken > 0)
            received(taken);
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return false;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void Drop(ReadOnlySequence<byte> buffer)
    {
        var length = buffer.Length;
        inner.AdvanceTo(buffer.End);
        _consumed += length;
        _examined = _consumed;
        received(length);
    }

    /// <summary>Bytes that may be read now at the wanted rate; waits until it is at least one.</summary>
    private async ValueTask<long> AllowanceAsync(CancellationToken cancellation)
    {
        if (BytesPerSecond is not { } rate)
            return long.MaxValue;

        if (_rateStart == 0)
            _rateStart = _clock.GetTimestamp();
        while (true)
        {
            var allowance = (long)(_clock.GetElapsedTime(_rateStart).TotalSeconds * rate) - _examined;
            if (allowance > 0)
                return allowance;
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp((1 - allowance) / (double)rate, 0.01, 1)), _clock, cancellation);
        }
    }
}

/// <summary>Ends the reading of a body where a fault wants it to end.</summary>
public sealed class BodyFaultException() : Exception("A fault ended the request body.");
