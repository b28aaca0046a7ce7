using BenchmarkDotNet.Attributes;
using Linkage.Parquet;

namespace Linkage.Benchmarks;

/// <summary>
/// Row groups small and large on one file, written away: what one allocates must be the same whatever it holds, which the one entry of both sizes in bench/allocation-budget.json says.
/// A quarter of the file's own objects (footer, summary) is in it.
/// </summary>
[Unit("row group")]
public class RowGroupBenchmark
{
    private const int Groups = 4;

    private ClinicalRows? _rows;
    private ParquetScratch? _scratch;

    /// <summary>Rows of a row group.</summary>
    [Params(1_000, 250_000)]
    public int Rows { get; set; }

    /// <summary>Threads that encode columns.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _rows = new ClinicalRows(Groups * Rows, participants: Rows, seed: 1);
        _scratch = Warm(_rows);
    }

    [GlobalCleanup]
    public void Cleanup() => _scratch?.Dispose();

    [Benchmark(OperationsPerInvoke = Groups)]
    public long Write() => _rows!.Write(Stream.Null, new ParquetOptions { RowGroupRows = Rows, EncodeThreads = Threads }, _scratch!);

    /// <summary>Buffers grown by one file, as a worker has them.</summary>
    private static ParquetScratch Warm(ClinicalRows rows)
    {
        ParquetScratch scratch = new();
        rows.Write(Stream.Null, new ParquetOptions(), scratch);
        return scratch;
    }
}
