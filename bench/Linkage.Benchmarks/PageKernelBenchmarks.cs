using BenchmarkDotNet.Attributes;
using Linkage.Kernels;

namespace Linkage.Benchmarks;

/// <summary>
/// What the pages of a Parquet file are made with, by path: a page of 20,000 values in the cache. The scalar path of the same method is the peer. Data as a column has them: runs of some four rows of a
/// participant, one value in three there, indices of 10 bits, dates within thirty years.
/// </summary>
[Unit("value")]
public class PageKernelBenchmarks
{
    private const int Values = 20_000;
    private const int IndexBits = 10;

    private readonly int[] _indices = new int[Values];
    private readonly int[] _dates = new int[Values];
    private readonly int[] _runs = new int[Values];
    private readonly long[] _longs = new long[Values];
    private readonly bool[] _present = new bool[Values];
    private readonly int[] _ints = new int[Values];
    private readonly long[] _dense = new long[Values];
    private readonly byte[] _widths = new byte[DeltaBlock.Minis];
    private readonly byte[] _bytes = new byte[(Values * sizeof(long)) + BitPacker.Slack];

    public static IEnumerable<KernelPath> Paths => Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported).Reverse();

    /// <summary>A kernel without this path takes the next narrower one.</summary>
    [ParamsSource(nameof(Paths))]
    public KernelPath Path { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        int run = 0;
        for (int i = 0; i < Values; i++)
        {
            run += random.Next(4) == 0 ? 1 : 0;
            _runs[i] = run;
            _indices[i] = random.Next(1 << IndexBits);
            _dates[i] = 8_000 + random.Next(30 * 365);
            _longs[i] = BitConverter.DoubleToInt64Bits(Math.Round(random.NextDouble() * 200, 1));
            _present[i] = random.Next(10) < 3;
        }
    }

    /// <summary>Indices into a dictionary, 10 bits each.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public byte BitPacking()
    {
        BitPacker.Pack(Path, _indices, IndexBits, _bytes);
        return _bytes[0];
    }

    /// <summary>Deltas of dates, with the widths of their miniblocks.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int Deltas()
    {
        int all = 0;
        for (int at = 0; at + DeltaBlock.Size < Values; at += DeltaBlock.Size)
            all ^= DeltaBlock.Compute(Path, _dates.AsSpan(at, DeltaBlock.Size + 1), _ints.AsSpan(0, DeltaBlock.Size), _widths);
        return all;
    }

    /// <summary>Definition levels: a bit a row.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public byte DefinitionLevels()
    {
        Presence.Pack(Path, _present, _bytes);
        return _bytes[0];
    }

    /// <summary>The values that are there, without gaps.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int PresentValues() => Presence.Gather(Path, _longs, _present, _dense);

    /// <summary>Smallest and largest date.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int MinMax()
    {
        (int min, int max) = Extremes.Of(Path, _dates);
        return min ^ max;
    }

    /// <summary>Runs of equal ids in a sorted column.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int RunEnds() => Runs.Find(Path, _runs, _ints);

    /// <summary>BYTE_STREAM_SPLIT of doubles.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public byte ByteStreamSplit()
    {
        ByteStreams.Split(Path, _longs, _bytes);
        return _bytes[0];
    }
}
