using BenchmarkDotNet.Attributes;
using Linkage.Benchmarks.Allocations;
using Linkage.Kernels;

namespace Linkage.Benchmarks;

/// <summary>
/// Comparison of 1,024-bit filters, a patient's with 500,000 of a registry: 64 MB. The peer is the usual way, popcount of the "and" row by row. All but the plain counts test every pair against a Dice
/// coefficient of 0.8 and write down what reaches it: one patient in eight has its own row, with errors. Times are per pair.
/// </summary>
/// <remarks>
/// Filters are random, of 256 to 352 bits on average: a person whose fields are all known has about 300. With more bits a patient costs more, in proportion; the peer does not.
/// </remarks>
[Unit("comparison")]
public class BitSimilarityBenchmarks
{
    private const int AllRows = 500_000;
    private const int Patients = 256;
    private const int CachedPatients = 8;
    private const int Words = FilterBlocks.FilterWords;

    private static readonly DiceThreshold Threshold = new(4, 5);

    private readonly FilterMatch[] _matches = new FilterMatch[4096];
    private readonly ushort[] _counts = new ushort[Patients * FilterBlocks.BlockSize];
    private ulong[] _patients = [];
    private ulong[] _filters = [];
    private ushort[] _bits = [];
    private FilterTile? _tile;
    private FilterTile? _one;
    private FilterBlocks? _blocks;

    public static IEnumerable<KernelPath> Paths => Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported).Reverse();

    [ParamsSource(nameof(Paths))]
    public KernelPath Path { get; set; }

    [Params(AllRows)]
    [ForAllocations(3_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20264);
        _filters = RandomFilters(random, Rows);
        _bits = new ushort[Rows];
        for (var row = 0; row < Rows; row++)
            _bits[row] = (ushort)BitSimilarity.CountBoth(_filters.AsSpan(row * Words, Words), _filters.AsSpan(row * Words, Words));
        _patients = RandomFilters(random, Patients);
        for (var i = 0; i < Patients; i += 8)
        {
            _filters.AsSpan(random.Next(Rows) * Words, Words).CopyTo(_patients.AsSpan(i * Words));
            _patients[i * Words] ^= 0xFF;
        }

        _one = Tile(_patients.AsSpan(Words, Words));
        _tile = Tile(_patients);
        _blocks = Blocks(_filters);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _blocks?.Dispose();
        _tile?.Dispose();
        _one?.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = AllRows)]
    public int ScalarPopcount()
    {
        var found = 0;
        ReadOnlySpan<ulong> patient = _patients.AsSpan(Words, Words);
        var bits = _one!.Bits(0);
        for (var row = 0; row < Rows; row++)
        {
            var both = BitSimilarity.CountBoth(patient, _filters.AsSpan(row * Words, Words));
            if (2 * both * Threshold.Denominator >= Threshold.Numerator * (bits + _bits[row]))
                _matches[found++ % _matches.Length] = new FilterMatch(0, row, both);
        }

        return found;
    }

    // The same where the rows come from the first-level cache: 256 rows (32 KiB) against eight patients, then the next 256.
    [Benchmark(OperationsPerInvoke = CachedPatients * AllRows)]
    public int ScalarPopcountInCache()
    {
        const int rows = 256;
        var found = 0;
        for (var first = 0; first < Rows; first += rows)
        {
            for (var patient = 0; patient < CachedPatients; patient++)
            {
                ReadOnlySpan<ulong> filter = _patients.AsSpan(patient * Words, Words);
                var bits = _tile!.Bits(patient);
                for (var row = first; row < Math.Min(first + rows, Rows); row++)
                {
                    var both = BitSimilarity.CountBoth(filter, _filters.AsSpan(row * Words, Words));
                    if (2 * both * Threshold.Denominator >= Threshold.Numerator * (bits + _bits[row]))
                        _matches[found++ % _matches.Length] = new FilterMatch(patient, row, both);
                }
            }
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = AllRows)]
    public int OnePatientFromMemory() => Find(_one!, bounded: false);

    [Benchmark(OperationsPerInvoke = Patients * AllRows)]
    public int Tiles() => Find(_tile!, bounded: false);

    [Benchmark(OperationsPerInvoke = Patients * AllRows)]
    public int TilesWithBounds() => Find(_tile!, bounded: true);

    [Benchmark(OperationsPerInvoke = Patients * AllRows)]
    public int TilesOfCounts()
    {
        for (var block = 0; block < _blocks!.BlockCount; block++)
            BitSimilarity.CountBoth(Path, _tile!, _blocks, block, _counts);
        return _counts[0];
    }

    private int Find(FilterTile patients, bool bounded)
    {
        var found = 0;
        for (var cursor = new FilterCursor(0, _blocks!.BlockCount); !cursor.IsDone;)
            found += BitSimilarity.FindMatches(Path, bounded, patients, _blocks, Threshold, ref cursor, _matches);
        return found;
    }

    // Each bit set with a probability of 16 to 22 in 64, the same in all of a filter: six binary places of it, from the last, each an "or" or an "and" with chance.
    private static ulong[] RandomFilters(Random random, int count)
    {
        var words = new ulong[count * Words];
        for (var i = 0; i < count; i++)
        {
            var places = random.Next(16, 23);
            for (var place = 0; place < 6; place++)
            {
                foreach (ref var word in words.AsSpan(i * Words, Words))
                {
                    var chance = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
                    word = ((places >> place) & 1) == 1 ? word | chance : word & chance;
                }
            }
        }

        return words;
    }

    private static FilterTile Tile(ReadOnlySpan<ulong> filters)
    {
        var tile = new FilterTile(filters.Length / Words);
        for (var i = 0; i < tile.Capacity; i++)
            tile.Add(filters.Slice(i * Words, Words));
        return tile;
    }

    private static FilterBlocks Blocks(ReadOnlySpan<ulong> filters) => new(filters);
}
