using BenchmarkDotNet.Attributes;
using Linkage.Parquet;

namespace Linkage.Benchmarks;

/// <summary>
/// From columns in memory to a closed file: 2,000,000 rows of gp_clinical's shape, 500,000 participants. Times are
/// per row; allocations are per file and must not follow the rows. Against other writers: bench/peers/parquet-write.mjs.
/// </summary>
[Unit("row")]
public class ParquetWriteBenchmark
{
    private const int Rows = 2_000_000;

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private ClinicalRows? _rows;
    private ParquetScratch? _scratch;

    /// <summary>Page compression.</summary>
    [Params(Codec.None, Codec.Zstd)]
    public Codec Codec { get; set; }

    /// <summary>Threads that encode columns.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _rows = new ClinicalRows(Rows, participants: 500_000, seed: 1);
        _scratch = Warm(_rows);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _scratch?.Dispose();
        File.Delete(_path);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public long WriteFile()
    {
        using FileStream file = new(_path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        return _rows!.Write(file, new ParquetOptions { Codec = Codec, EncodeThreads = Threads }, _scratch!);
    }

    /// <summary>Buffers grown by one file, as a worker has them.</summary>
    private static ParquetScratch Warm(ClinicalRows rows)
    {
        ParquetScratch scratch = new();
        rows.Write(Stream.Null, new ParquetOptions(), scratch);
        return scratch;
    }
}
