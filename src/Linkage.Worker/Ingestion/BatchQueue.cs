using System.Diagnostics;
using Linkage.Batches;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// Batches waiting for the lanes, first in first out, bounded by bytes. One queue for all lanes: a fetch brings many batches of one partition in a row, and with a
/// queue a lane one lane would drown in them while another starves. Every lane stops between two batches when asked (<see cref="Pause"/>): what was taken by
/// then is processed, so that a flush always sees whole batches, and of each partition everything up to an offset.
/// </summary>
/// <param name="maxBytes">Bytes above which the queue is full.</param>
internal sealed class BatchQueue(long maxBytes) : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Work> _queue = [];

    // Of its own, so that lanes that stand still do not wake one another to say so.
    private readonly ManualResetEventSlim _allStand = new(initialState: false);
    private long _bytes;
    private int _running;
    private bool _paused;
    private bool _closed;

    /// <summary>What stopped a lane, if anything did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the queue has reached its limit.</summary>
    public bool IsFull => Volatile.Read(ref _bytes) >= maxBytes;

    /// <summary>Whether the queue is below half its limit.</summary>
    public bool HasRoom => Volatile.Read(ref _bytes) < maxBytes / 2;

    /// <summary>Adds a batch; the lane that takes it disposes it.</summary>
    public void Add(RawBatch batch, PartitionState state)
    {
        lock (_gate)
        {
            _queue.Enqueue(new Work(batch, state));
            Volatile.Write(ref _bytes, _bytes + batch.Length);
            Interlocked.Increment(ref state.InFlight);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the queue is no longer full, a lane has failed, or the time is over.</summary>
    public void WaitForRoom(TimeSpan timeout)
    {
        var started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_bytes >= maxBytes && Failure is null && timeout - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
            {
                Monitor.Wait(_gate, left);
            }
        }
    }

    /// <summary>A lane begins to take.</summary>
    public void Join()
    {
        lock (_gate)
        {
            _running++;
        }
    }

    /// <summary>
    /// Next batch for a lane; waits while there is none or the lanes are paused. False when the queue is closed.
    /// </summary>
    /// <param name="work">The batch.</param>
    /// <param name="idle">Ticks spent waiting for a batch (not: paused).</param>
    public bool TryTake(out Work work, ref long idle)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_closed)
                {
                    work = default;
                    return false;
                }

                if (!_paused && _queue.TryDequeue(out work))
                {
                    var wasFull = _bytes >= maxBytes;
                    Volatile.Write(ref _bytes, _bytes - work.Batch.Length);
                    if (wasFull)
                    {
                        Monitor.PulseAll(_gate);
                    }

                    return true;
                }

                Stand(ref idle);
            }
        }
    }

    /// <summary>Stops all lanes after their current batch and returns when they stand still (or one has failed).</summary>
    public void Pause()
    {
        lock (_gate)
        {
            _paused = true;
            if (_running == 0)
            {
                return;
            }

            _allStand.Reset();
            Monitor.PulseAll(_gate);
        }

        _allStand.Wait();
    }

    /// <summary>Lets the lanes go on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _paused = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops waiting batches of some partitions; while paused.</summary>
    public void Drop(Func<PartitionState, bool> which)
    {
        lock (_gate)
        {
            for (var n = _queue.Count; n > 0; n--)
            {
                var work = _queue.Dequeue();
                if (!which(work.State))
                {
                    _queue.Enqueue(work);
                    continue;
                }

                Volatile.Write(ref _bytes, _bytes - work.Batch.Length);
                Interlocked.Decrement(ref work.State.InFlight);
                work.State.ReadTo(work.State.Processed);
                work.Batch.Dispose();
            }
        }
    }

    /// <summary>A lane ends, with what stopped it.</summary>
    public void Leave(Exception? failure)
    {
        lock (_gate)
        {
            Failure ??= failure;
            Rest();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the lanes after their current batches.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    // A lane that stands does not count as running: that is what a pause waits for.
    private void Stand(ref long idle)
    {
        var waiting = !_paused;
        var since = Stopwatch.GetTimestamp();
        Rest();
        Monitor.Wait(_gate);
        _running++;
        idle += waiting ? Stopwatch.GetTimestamp() - since : 0;
    }

    private void Rest()
    {
        if (--_running == 0 && _paused)
        {
            _allStand.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _allStand.Dispose();

    /// <summary>A batch and the partition it came from.</summary>
    internal readonly record struct Work(RawBatch Batch, PartitionState State);
}
