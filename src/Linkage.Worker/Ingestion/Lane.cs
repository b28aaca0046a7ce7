using Linkage.Tables;

namespace Linkage.Worker.Ingestion;

/// <summary>A thread that takes batches from the queue through the pipeline. What it fills is its own; it is read and cleared only while the queue is paused.</summary>
internal sealed class Lane : IDisposable
{
    private readonly BatchQueue _queue;
    private readonly Pipeline _pipeline;
    private readonly IReadOnlyList<TableSet.Entry> _tables;
    private readonly Thread _thread;
    private long _rows;
    private long _bytes;
    private long _records;

    public Lane(int number, BatchQueue queue, Pipeline pipeline, IReadOnlyList<TableSet.Entry> tables)
    {
        _queue = queue;
        _pipeline = pipeline;
        _tables = tables;
        queue.Join();
        _thread = new Thread(Run) { IsBackground = true, Name = $"lane {number}" };
        _thread.Start();
    }

    /// <summary>What the lane fills; touch only while the queue is paused.</summary>
    public LaneTables Tables => _pipeline.Tables;

    /// <summary>Time the lane spent by stage; read only while it stands still.</summary>
    public StageTimes Times => _pipeline.Times;

    /// <summary>Rows buffered.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Bytes of memory the buffered rows and their distinct values hold.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Records taken through since the start.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Forgets what was filled: it is on its way to be committed, or abandoned. While the queue is paused.</summary>
    public void Clear()
    {
        Tables.Clear();
        Measure();
    }

    /// <summary>Waits for the thread to end (close the queue first) and zeroes the keys.</summary>
    public void Dispose()
    {
        _thread.Join();
        _pipeline.Dispose();
    }

    private void Run()
    {
        Exception? failure = null;
        long idle = 0;
        try
        {
            while (_queue.TryTake(out var work, ref idle))
            {
                Process(work);
            }
        }
#pragma warning disable CA1031 // A failure of any kind ends the run: it is handed to the run's own thread, which reports it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        Times.Idle = idle;
        _queue.Leave(failure);
    }

    private void Process(BatchQueue.Work work)
    {
        using var batch = work.Batch;
        var before = Tables.Counts.Records;
        _pipeline.Process(batch, work.State.MaskFor(batch.Offset, _tables));
        work.State.HasProcessed(batch.Offset + 1);
        Measure();
        Volatile.Write(ref _records, _records + Tables.Counts.Records - before);
    }

    private void Measure()
    {
        Volatile.Write(ref _rows, Tables.BufferedRows);
        Volatile.Write(ref _bytes, Tables.BufferedBytes);
    }
}
