using Linkage.Kafka;
using Linkage.Parquet;
using Linkage.Tables;
using Linkage.Worker.Metrics;

namespace Linkage.Worker;

/// <summary>A run's settings after they were read from every source and checked once: immutable, complete, valid.</summary>
public sealed record RunPlan
{
    /// <summary>Where batches come from.</summary>
    public required KafkaOptions Kafka { get; init; }

    /// <summary>Registry file.</summary>
    public required string RegistryPath { get; init; }

    /// <summary>Key ring file.</summary>
    public required string KeysPath { get; init; }

    /// <summary>Output folder.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Stop at the end offsets seen at start (true), or run until told to stop (false).</summary>
    public bool UntilCaughtUp { get; init; }

    /// <summary>Partitioning of the event tables; by event year by default.</summary>
    public Partitioning Partitioning { get; init; } = new(PartitionBy.EventYear);

    /// <summary>Limits and the fate of outsiders.</summary>
    public PipelineOptions Pipeline { get; init; } = new();

    /// <summary>Whether links are remembered from batch to batch (the link ledger); true by default.</summary>
    public bool RemembersLinks { get; init; } = true;

    /// <summary>Encoding of data files.</summary>
    public ParquetOptions Parquet { get; init; } = new();

    /// <summary>Bytes a data file should not pass by much; 128 MiB by default.</summary>
    public long TargetFileBytes { get; init; } = Delta.PartitionedWriter.DefaultTargetBytes;

    /// <summary>Lanes: threads that decode, link and fill; one a processor by default, at most 64.</summary>
    public int Lanes { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, RowOrder.MaxLanes);

    /// <summary>Rows buffered over all lanes before a flush; 4,000,000 by default, so that a partition gets few files. Memory is about 60 bytes a row.</summary>
    public long FlushRows { get; init; } = 4_000_000;

    /// <summary>Memory of rows and distinct values over all lanes, in bytes, before a flush; 512 MiB by default.</summary>
    public long FlushBytes { get; init; } = 512L << 20;

    /// <summary>Longest time rows stay uncommitted; 60 seconds by default.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of batches waiting for the lanes before reading holds back; 16 MiB by default.</summary>
    public long QueueBytes { get; init; } = 16 << 20;

    /// <summary>Where metrics are sent; null (default) for nowhere.</summary>
    public MetricsTarget? Metrics { get; init; }

    /// <summary>Rejects (batches and records) above which a run ends with exit code 3; null (default) for no limit.</summary>
    public long? MaxRejects { get; init; }

    /// <summary>Rejects as a share of batches and records read above which a run ends with exit code 3; null (default) for no limit.</summary>
    public double? MaxRejectShare { get; init; }
}
