using System.Numerics;
using Linkage.Testing;

namespace Linkage.Kernels.Tests;

[Collection(nameof(AllocationsCounted))]
public sealed class BitSimilarityTests
{
    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    public static TheoryData<KernelPath, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<KernelPath, int, int>();
            foreach (var path in Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported))
            {
                foreach (var filters in new[] { 0, 1, 7, 8, 9, 17, 63, 64, 65, 511, 512, 513, 1027 })
                {
                    foreach (var patients in new[] { 0, 1, 2, 3, 5 })
                        sizes.Add(path, filters, patients);
                }
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_million_random_pairs_share_as_many_bits_as_counted_one_by_one(KernelPath path)
    {
        const int seed = 401, patientCount = 700, filterCount = 1500;
        var random = new Random(seed);
        var (patients, filters) = (RandomFilters.Make(random, patientCount), RandomFilters.Make(random, filterCount));
        using var tile = RandomFilters.Tile(patients);
        using var blocks = new FilterBlocks(filters);
        var counts = new ushort[patientCount * FilterBlocks.BlockSize];
        for (var block = 0; block < blocks.BlockCount; block++)
        {
            BitSimilarity.CountBoth(path, tile, blocks, block, counts);
            for (var patient = 0; patient < patientCount; patient++)
            {
                for (var place = 0; place < FilterBlocks.BlockSize; place++)
                {
                    var at = (block * FilterBlocks.BlockSize) + place;
                    var expected = at < filterCount ? Both(RandomFilters.Of(patients, patient), RandomFilters.Of(filters, blocks.Rows[at])) : 0;
                    if (counts[(patient * FilterBlocks.BlockSize) + place] != expected)
                        Assert.Fail($"patient {patient}, row {at}: {counts[(patient * FilterBlocks.BlockSize) + place]} instead of {expected}; seed {seed}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Matches_are_exactly_the_pairs_at_or_above_the_threshold(KernelPath path, int filterCount, int patientCount)
    {
        var seed = (filterCount * 7) + patientCount;
        var random = new Random(seed);
        var (filters, patients) = (RandomFilters.Make(random, filterCount), RandomFilters.Make(random, patientCount, 0.1, 0.9));
        if (filterCount > 1 && patientCount > 1)
        {
            RandomFilters.Of(patients, 0).CopyTo(RandomFilters.Of(filters, filterCount - 1));
            RandomFilters.Of(patients, 1).Clear();
            RandomFilters.Of(filters, 0).Clear();
        }

        foreach (var byBits in new[] { true, false })
        {
            using var tile = RandomFilters.Tile(patients);
            using var blocks = new FilterBlocks(filters, byBits);
            foreach (var threshold in new[] { default, new DiceThreshold(1, 1000), new(1, 3), new(1, 2), new(4, 5), new(1, 1) })
            {
                var expected = Expected(patients, filters, threshold);
                Assert.Equal(expected, Find(path, bounded: true, tile, blocks, threshold, FilterBlocks.BlockSize));
                Assert.Equal(expected, Find(path, bounded: false, tile, blocks, threshold, FilterBlocks.BlockSize + 333));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_pair_exactly_at_the_threshold_matches_and_a_bit_less_does_not(KernelPath path)
    {
        // 300 and 500 bits of which 240 are shared: Dice 480 / 800 = 3 / 5, which no binary fraction is.
        Span<ulong> patient = stackalloc ulong[FilterBlocks.FilterWords], at = stackalloc ulong[FilterBlocks.FilterWords], below = stackalloc ulong[FilterBlocks.FilterWords];
        Set(patient, 0, 300);
        Set(at, 60, 560);
        Set(below, 61, 561);
        using var tile = RandomFilters.Tile(patient.ToArray());
        using var blocks = new FilterBlocks([.. below, .. at, .. below]);
        Assert.Equal([new FilterMatch(0, 1, 240)], Find(path, true, tile, blocks, new DiceThreshold(3, 5), 512));
        Assert.Equal([new FilterMatch(0, 1, 240)], Find(path, true, tile, blocks, new DiceThreshold(600_000, 1_000_000), 512));
        Assert.Empty(Find(path, true, tile, blocks, new DiceThreshold(600_001, 1_000_000), 512));
        Assert.Equal(3, Find(path, true, tile, blocks, new DiceThreshold(239, 400), 512).Count);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Filters_without_a_bit_match_at_zero_only(KernelPath path)
    {
        using var tile = RandomFilters.Tile(new ulong[FilterBlocks.FilterWords]);
        using var blocks = new FilterBlocks(new ulong[3 * FilterBlocks.FilterWords]);
        Assert.Equal(3, Find(path, true, tile, blocks, default, 512).Count);
        Assert.Empty(Find(path, true, tile, blocks, new DiceThreshold(1, 1_000_000), 512));
        Assert.Empty(Find(path, true, tile, blocks, new DiceThreshold(1, 1), 512));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Full_filters_share_all_bits(KernelPath path)
    {
        var full = new ulong[2 * FilterBlocks.FilterWords];
        Array.Fill(full, ulong.MaxValue);
        using var tile = RandomFilters.Tile(full);
        using var blocks = new FilterBlocks(full);
        var counts = new ushort[2 * FilterBlocks.BlockSize];
        BitSimilarity.CountBoth(path, tile, blocks, 0, counts);
        Assert.Equal([1024, 1024, 0], counts[..3]);
        Assert.Equal(4, Find(path, true, tile, blocks, new DiceThreshold(1, 1), 512).Count);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_tile_of_blocks_is_compared_alone(KernelPath path)
    {
        const int seed = 402;
        var random = new Random(seed);
        var filters = RandomFilters.Make(random, 2000, 0.2, 0.4);
        using var tile = RandomFilters.Tile(RandomFilters.Make(random, 3, 0.2, 0.4));
        using var blocks = new FilterBlocks(filters, byBits: false);
        var cursor = new FilterCursor(1, 3);
        var matches = new FilterMatch[3 * FilterBlocks.BlockSize * 2];
        var found = BitSimilarity.FindMatches(path, true, tile, blocks, default, ref cursor, matches);
        Assert.True(cursor.IsDone);
        Assert.Equal(matches.Length, found);
        Assert.Equal(Enumerable.Range(512, 1024), matches.Where(m => m.Patient == 1).Select(m => m.Row).Order());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Nothing_is_allocated(KernelPath path)
    {
        const int seed = 403;
        var random = new Random(seed);
        var filters = RandomFilters.Make(random, 1100, 0.2, 0.4);
        using var tile = RandomFilters.Tile(filters[..(8 * FilterBlocks.FilterWords)]);
        using var blocks = new FilterBlocks(filters);
        var counts = new ushort[8 * FilterBlocks.BlockSize];
        var matches = new FilterMatch[1024];
        Assert.Equal(0, Allocations.Least(() =>
        {
            tile.Clear();
            for (var i = 0; i < 8; i++)
                tile.Add(RandomFilters.Of(filters, i));
            BitSimilarity.CountBoth(path, tile, blocks, 2, counts);
            for (var cursor = new FilterCursor(0, blocks.BlockCount); !cursor.IsDone;)
                BitSimilarity.FindMatches(path, true, tile, blocks, new DiceThreshold(1, 4), ref cursor, matches);
        }));
    }

    [Fact]
    public void One_pair_is_counted_at_any_length()
    {
        const int seed = 404;
        var random = new Random(seed);
        var (a, b) = (RandomFilters.Make(random, 2), RandomFilters.Make(random, 2));
        for (var length = 0; length <= a.Length; length++)
            Assert.Equal(Both(a.AsSpan(0, length), b.AsSpan(0, length)), BitSimilarity.CountBoth(a.AsSpan(0, length), b.AsSpan(0, length)));
        Assert.Throws<ArgumentException>(() => BitSimilarity.CountBoth(a.AsSpan(0, 3), b.AsSpan(0, 4)));
    }

    [Fact]
    public void Misuse_is_refused_with_what_is_allowed()
    {
        using var blocks = new FilterBlocks(new ulong[FilterBlocks.FilterWords]);
        using var tile = new FilterTile(1);
        tile.Add(new ulong[FilterBlocks.FilterWords]);
        Assert.Throws<InvalidOperationException>(() => tile.Add(new ulong[FilterBlocks.FilterWords]));
        Assert.Throws<ArgumentException>(() => tile.Add(new ulong[15]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tile.Bits(1));
        Assert.Throws<ArgumentException>(() => new FilterBlocks(new ulong[17]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FilterTile(0));
        Assert.Throws<ArgumentException>(() => BitSimilarity.CountBoth(tile, blocks, 0, new ushort[511]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BitSimilarity.CountBoth(tile, blocks, 1, new ushort[512]));
        Assert.Throws<ArgumentException>(() => Cursor(new FilterCursor(0, 1), 511));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cursor(new FilterCursor(0, 2), 512));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cursor(new FilterCursor(-1, 1), 512));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiceThreshold(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiceThreshold(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiceThreshold(-1, 2));
        blocks.Dispose();
        Assert.Throws<ObjectDisposedException>(() => BitSimilarity.CountBoth(tile, blocks, 0, new ushort[512]));

        void Cursor(FilterCursor cursor, int length) => BitSimilarity.FindMatches(tile, blocks, default, ref cursor, new FilterMatch[length]);
    }

    private static List<FilterMatch> Find(KernelPath path, bool bounded, FilterTile tile, FilterBlocks blocks, DiceThreshold threshold, int room)
    {
        var found = new List<FilterMatch>();
        var matches = new FilterMatch[room];
        for (var cursor = new FilterCursor(0, blocks.BlockCount); !cursor.IsDone;)
            found.AddRange(matches[..BitSimilarity.FindMatches(path, bounded, tile, blocks, threshold, ref cursor, matches)]);
        return [.. found.OrderBy(m => m.Patient).ThenBy(m => m.Row)];
    }

    private static List<FilterMatch> Expected(ulong[] patients, ulong[] filters, DiceThreshold threshold)
    {
        var expected = new List<FilterMatch>();
        for (var patient = 0; patient < patients.Length / FilterBlocks.FilterWords; patient++)
        {
            for (var row = 0; row < filters.Length / FilterBlocks.FilterWords; row++)
            {
                ReadOnlySpan<ulong> a = RandomFilters.Of(patients, patient), b = RandomFilters.Of(filters, row);
                var (all, both) = (Both(a, a) + Both(b, b), Both(a, b));
                // Dice as a fraction; nothing in common of nothing is no agreement.
                if (threshold.Numerator == 0 || (both > 0 && 2L * both * threshold.Denominator >= (long)threshold.Numerator * all))
                    expected.Add(new FilterMatch(patient, row, both));
            }
        }

        return expected;
    }

    private static int Both(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var both = 0;
        for (var word = 0; word < a.Length; word++)
            both += BitOperations.PopCount(a[word] & b[word]);
        return both;
    }

    private static void Set(Span<ulong> filter, int first, int end)
    {
        for (var bit = first; bit < end; bit++)
            filter[bit / 64] |= 1UL << (bit % 64);
    }
}
