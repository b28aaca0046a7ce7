using System.Diagnostics;
using Linkage.Kafka;

namespace Linkage.Worker.Benchmarking;

/// <summary>A source that notes what the process had used when its first batch came and when the run, all committed, closed it.</summary>
/// <param name="source">The source; owned.</param>
internal sealed class MeteredSource(IBatchSource source) : IBatchSource
{
    private Reading? _first;
    private Reading? _last;

    /// <summary>Wall clock from the first batch to the close.</summary>
    public TimeSpan Wall => _first is { } first && _last is { } last ? Stopwatch.GetElapsedTime(first.At, last.At) : TimeSpan.Zero;

    /// <summary>Processor time of the whole process meanwhile, user and system.</summary>
    public TimeSpan Processor => _first is { } first && _last is { } last ? last.Processor - first.Processor : TimeSpan.Zero;

    /// <summary>Bytes allocated on the managed heap meanwhile.</summary>
    public long Allocated => _first is { } first && _last is { } last ? last.Allocated - first.Allocated : 0;

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, (long Low, long High)> QueryWatermarks(TimeSpan timeout) => source.QueryWatermarks(timeout);

    /// <inheritdoc/>
    public PollResult Poll(TimeSpan timeout)
    {
        var result = source.Poll(timeout);
        if (result.Batch is not null)
        {
            _first ??= Reading.Now();
        }

        return result;
    }

    /// <inheritdoc/>
    public void Pause(IReadOnlyCollection<int> partitions) => source.Pause(partitions);

    /// <inheritdoc/>
    public void Resume(IReadOnlyCollection<int> partitions) => source.Resume(partitions);

    /// <inheritdoc/>
    public void Seek(int partition, long offset) => source.Seek(partition, offset);

    /// <inheritdoc/>
    public void CommitForLagTools(IReadOnlyDictionary<int, long> nextOffsets) => source.CommitForLagTools(nextOffsets);

    /// <inheritdoc/>
    public void Close()
    {
        _last ??= Reading.Now();
        source.Close();
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private readonly record struct Reading(long At, TimeSpan Processor, long Allocated)
    {
        public static Reading Now() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
    }
}
