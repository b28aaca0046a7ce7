using Linkage.Testing;

namespace Linkage.Kernels.Tests;

[Collection(nameof(AllocationsCounted))]
public sealed class TokenProbeTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(7, 3)]
    [InlineData(8, 4)]
    [InlineData(9, 5)]
    [InlineData(19, 6)]
    [InlineData(1000, 7)]
    [InlineData(100_000, 8)]
    public void Finds_what_was_added_and_nothing_else(int entries, int seed)
    {
        var random = new Random(seed);
        var hashes = new ulong[entries];
        using var table = new TokenTableBuilder(entries);
        for (var i = 0; i < entries; i++)
        {
            hashes[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            table.Add(hashes[i], i);
        }

        Assert.Equal(entries, table.Count);
        for (var i = 0; i < entries; i++)
            Assert.Contains(i, All(table.Probe, hashes[i]));
        var strangers = 0;
        for (var i = 0; i < 1000; i++)
            strangers += All(table.Probe, (ulong)random.NextInt64(long.MinValue, long.MaxValue)).Count;
        // A stranger meets at most a bucket or two of 32-bit tags: a false candidate is a matter of one in a hundred million.
        Assert.True(strangers == 0, $"{strangers} false candidates, seed {seed}");
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0xFFFF_FFFF_0000_0000UL)]
    [InlineData(1UL)]
    public void Extreme_hashes_keep_to_the_table(ulong hash)
    {
        using var table = new TokenTableBuilder(100);
        for (var i = 0; i < 100; i++)
            table.Add(hash, i);
        Assert.Equal(Enumerable.Range(0, 100), All(table.Probe, hash));
    }

    [Theory]
    [MemberData(nameof(KernelDispatchTests.Paths), MemberType = typeof(KernelDispatchTests))]
    public void Every_path_gives_the_values_in_the_order_they_were_added(KernelPath path)
    {
        const int seed = 12;
        var random = new Random(seed);
        // Few hashes, many times each: searches go through full buckets, over slots with other tags, and over the last bucket into the first.
        var hashes = new ulong[40];
        foreach (ref var hash in hashes.AsSpan())
            hash = (ulong)random.NextInt64(long.MinValue, long.MaxValue) | (random.Next(2) == 0 ? 0xFFF0_0000_0000_0000 : 0);
        var expected = hashes.Distinct().ToDictionary(hash => hash, _ => new List<int>());
        using var table = new TokenTableBuilder(500);
        for (var i = 0; i < 500; i++)
        {
            var hash = hashes[random.Next(hashes.Length)];
            table.Add(hash, i);
            expected[hash].Add(i);
        }

        foreach (var (hash, values) in expected)
            Assert.True(values.SequenceEqual(All(table.Probe, hash, path)), $"{path}, seed {seed}");
    }

    [Fact]
    public void The_empty_probe_finds_nothing()
    {
        var probe = default(TokenProbe);
        var cursor = probe.Start(42);
        Assert.False(probe.Next(ref cursor, out var value));
        Assert.Equal(-1, value);
    }

    [Fact]
    public void A_table_without_an_empty_slot_ends_the_search()
    {
        // No builder makes one: a damaged file might hold it.
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Enumerable.Repeat((byte)0xA5, TokenBucket.Size * 3).ToArray());
            using var file = MappedFile.Open(path);
            var probe = new TokenProbe(file.Section<TokenBucket>(0, 3));
            Assert.Empty(All(probe, 7));
            Assert.Equal(3 * TokenBucket.Slots, All(probe, 0xA5A5A5A5).Count);
            foreach (var width in Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported))
            {
                Assert.Empty(All(probe, 7, width));
                Assert.Equal(3 * TokenBucket.Slots, All(probe, 0xA5A5A5A5, width).Count);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_full_or_disposed_builder_refuses()
    {
        var table = new TokenTableBuilder(1);
        table.Add(1, 1);
        Assert.Throws<InvalidOperationException>(() => table.Add(2, 2));
        table.Dispose();
        Assert.Throws<ObjectDisposedException>(() => table.Add(2, 2));
        Assert.Equal(0, table.Probe.BucketCount);
        table.Dispose();
    }

    [Fact]
    public void Searches_allocate_nothing()
    {
        using var table = new TokenTableBuilder(100);
        for (var i = 0; i < 100; i++)
            table.Add((ulong)i * 0x9E3779B97F4A7C15, i);
        var probe = table.Probe;
        var found = Count(probe);
        var again = 0;
        Assert.Equal(0, Allocations.Least(() => again = Count(probe)));
        Assert.Equal(200, found + again);
    }

    private static int Count(TokenProbe probe)
    {
        var found = 0;
        for (var i = 0; i < 100; i++)
        {
            var cursor = probe.Start((ulong)i * 0x9E3779B97F4A7C15);
            found += probe.Next(ref cursor, out _) ? 1 : 0;
        }

        return found;
    }

    private static List<int> All(TokenProbe probe, ulong hash)
    {
        var found = new List<int>();
        var cursor = probe.Start(hash);
        while (probe.Next(ref cursor, out var value))
            found.Add(value);
        return found;
    }

    private static List<int> All(TokenProbe probe, ulong hash, KernelPath path)
    {
        var found = new List<int>();
        var cursor = probe.Start(hash);
        while (probe.Next(path, ref cursor, out var value))
            found.Add(value);
        Assert.False(probe.Next(path, ref cursor, out _), "a search that ended began again");
        return found;
    }
}
