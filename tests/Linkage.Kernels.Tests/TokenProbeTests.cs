using Linkage.Testing;

namespace Linkage.Kernels.Tests;

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

    [Fact]
    public void Batched_lookup_is_the_first_of_the_single_one()
    {
        const int seed = 11;
        var random = new Random(seed);
        using var table = new TokenTableBuilder(500);
        var hashes = new ulong[1000];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            if (i % 2 == 0)
                table.Add(hashes[i], i);
        }

        var values = new int[hashes.Length];
        table.Probe.FindFirst(hashes, values);
        for (var i = 0; i < hashes.Length; i++)
            Assert.Equal(i % 2 == 0 ? i : -1, values[i]);
        Assert.Throws<ArgumentException>(() => table.Probe.FindFirst(hashes, new int[1]));
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
}
