using System.Diagnostics;
using Linkage.Batches;
using Linkage.Tables;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// A thread that takes batches of its partitions through the pipeline, in order. It stops between two batches when asked
/// (<see cref="Pause"/>), so that a flush sees whole batches only.
/// </summary>
internal sealed class Lane : IDisposable
{
    private readonly object _gate = new();
    private readonly Queue<Work> _queue = [];
    private readonly Pipeline _pipeline;
    private readonly IReadOnlyList<TableSet.Entry> _tables;
    private readonly long _maxQueuedBytes;
    private readonly Thread _thread;
    private long _queuedBytes;
    private long _rows;
    private long _bytes;
    private long _records;
    private bool _pause;
    private bool _parked;
    private bool _stop;

    public Lane(int number, Pipeline pipeline, IReadOnlyList<TableSet.Entry> tables, long maxQueuedBytes)
    {
        _pipeline = pipeline;
        _tables = tables;
        _maxQueuedBytes = maxQueuedBytes;
        _thread = new Thread(Run) { IsBackground = true, Name = $"lane {number}" };
        _thread.Start();
    }

    /// <summary>What the lane fills; touch only while it is paused.</summary>
    public LaneTables Tables => _pipeline.Tables;

    /// <summary>Time the lane spent by stage; touch only while it is paused.</summary>
    public StageTimes Times => _pipeline.Times;

    /// <summary>Rows buffered.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Memory of what is buffered, in bytes, about.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Records taken through since the start.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>What went wrong, if anything: the lane has stopped.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the queue is below half its limit.</summary>
    public bool HasRoom => Volatile.Read(ref _queuedBytes) < _maxQueuedBytes / 2;

    /// <summary>Whether the queue has reached its limit.</summary>
    public bool IsFull => Volatile.Read(ref _queuedBytes) >= _maxQueuedBytes;

    /// <summary>Hands over a batch; the lane disposes it.</summary>
    public void Enqueue(RawBatch batch, PartitionState state)
    {
        lock (_gate)
        {
            _queue.Enqueue(new Work(batch, state));
            _queuedBytes += batch.Length;
            Interlocked.Increment(ref state.InFlight);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the queue has room, the lane has failed, or the time is over.</summary>
    public void WaitForRoom(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_queuedBytes >= _maxQueuedBytes && Failure is null)
            {
                Monitor.Wait(_gate, timeout);
            }
        }
    }

    /// <summary>Asks the lane to stop after its current batch; <see cref="WaitParked"/> returns when it has.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            _pause = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the lane stands still, or has failed.</summary>
    public void WaitParked()
    {
        lock (_gate)
        {
            while (!_parked && Failure is null)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Goes on.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _pause = false;
            _parked = false;
            Measure();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Drops queued batches of partitions; while the lane is paused.</summary>
    public void Drop(Func<PartitionState, bool> which)
    {
        lock (_gate)
        {
            for (var n = _queue.Count; n > 0; n--)
            {
                var work = _queue.Dequeue();
                if (which(work.State))
                {
                    _queuedBytes -= work.Batch.Length;
                    Interlocked.Decrement(ref work.State.InFlight);
                    work.State.ReadTo(work.State.Processed);
                    work.Batch.Dispose();
                }
                else
                {
                    _queue.Enqueue(work);
                }
            }
        }
    }

    /// <summary>Stops the thread, drops what is queued and zeroes the keys.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stop = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        Drop(static _ => true);
        _pipeline.Dispose();
    }

    private void Run()
    {
        try
        {
            while (TryTake(out var work))
            {
                Process(work);
            }
        }
#pragma warning disable CA1031 // A failure of any kind ends the run: it is handed to the run's own thread, which reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (_gate)
            {
                Failure = e;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Next batch; parks while paused, waits while there is none; false when the lane is to end.</summary>
    private bool TryTake(out Work work)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_stop)
                {
                    work = default;
                    return false;
                }

                if (_pause)
                {
                    _parked = true;
                    Monitor.PulseAll(_gate);
                }
                else if (_queue.TryDequeue(out work))
                {
                    _queuedBytes -= work.Batch.Length;
                    Monitor.PulseAll(_gate);
                    return true;
                }

                var idle = !_pause;
                var since = Stopwatch.GetTimestamp();
                Monitor.Wait(_gate);
                Times.Idle += idle ? Stopwatch.GetTimestamp() - since : 0;
            }
        }
    }

    private void Process(Work work)
    {
        using var batch = work.Batch;
        var before = Tables.Counts.Records;
        _pipeline.Process(batch, work.State.MaskFor(batch.Offset, _tables));
        work.State.Processed = batch.Offset + 1;
        Interlocked.Decrement(ref work.State.InFlight);
        Measure();
        Volatile.Write(ref _records, _records + Tables.Counts.Records - before);
    }

    private void Measure()
    {
        Volatile.Write(ref _rows, Tables.BufferedRows);
        Volatile.Write(ref _bytes, Tables.BufferedBytes);
    }

    private readonly record struct Work(RawBatch Batch, PartitionState State);
}
