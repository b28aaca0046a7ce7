using Linkage.Testing;

namespace Linkage.Kernels.Tests;

/// <summary>Look-ups of many tokens at once find what a search by the plain rule finds, on every path.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class TokenBatchTests
{
    /// <summary>Paths with lengths of batches: around a vector, around the 35 of a small household list, around one, two and three blocks of the pipeline, and none.</summary>
    public static TheoryData<KernelPath, int> PathsAndLengths
    {
        get
        {
            var data = new TheoryData<KernelPath, int>();
            foreach (var path in Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported))
            {
                foreach (var length in Enumerable.Range(0, 36).Concat([63, 64, 65, 127, 128, 129, 191, 192, 193, 259, 1000]))
                    data.Add(path, length);
            }

            return data;
        }
    }

    [SkippableFact]
    public void A_million_look_ups_agree_on_every_path()
    {
        const int seed = 20261;
        const int rows = 300_000;
        const int lookups = 1_000_000;
        var random = new Random(seed);
        using var table = new TokenTable(rows / 5, rows);
        Fill(table, rows, random);
        var tokens = new TestToken[lookups];
        foreach (ref var token in tokens.AsSpan())
            token = Query(table, rows, random);
        var expected = new int[lookups];
        var sound = true;
        for (var i = 0; i < lookups; i++)
            expected[i] = table.Find(tokens[i], ref sound);
        Assert.True(sound);
        var hits = expected.Count(row => row >= 0);
        Assert.True(hits is > lookups / 4 and < lookups * 3 / 4, $"{hits} hits, seed {seed}");

        var found = new int[lookups];
        foreach (var path in Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported))
        {
            Array.Fill(found, int.MinValue);
            Assert.True(table.Probe.FindRows<TestToken, TestRow>(path, tokens, table.MappedRows, TestRow.TokenOffset, found));
            Check(expected, found, $"{path}, seed {seed}");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(PathsAndLengths))]
    public void Batches_of_any_length_at_guard_pages(KernelPath path, int length)
    {
        var seed = 100 + length;
        var random = new Random(seed);
        // Unaligned ends of everything, loads up to the last slot, from one bucket on.
        foreach (var (buckets, load) in new[] { (1, 0.5), (1, 1.0), (2, 0.9), (3, 1.0), (7, 0.6), (50, 0.97) })
        {
            var rows = (int)(buckets * TokenBucket.Slots * load);
            using var table = new TokenTable(buckets, rows);
            Fill(table, rows, random);
            using var tokenMemory = new GuardedTokens(length);
            var tokens = tokenMemory.Tokens;
            var expected = new int[length];
            var sound = true;
            for (var i = 0; i < length; i++)
            {
                tokens[i] = Query(table, rows, random);
                expected[i] = table.Find(tokens[i], ref sound);
            }

            var found = tokenMemory.Found;
            found.Fill(int.MinValue);
            Assert.True(table.Probe.FindRows<TestToken, TestRow>(path, tokens, table.MappedRows, TestRow.TokenOffset, found));
            Check(expected, found, $"{path}, {length} look-ups, {buckets} buckets, seed {seed}");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(KernelDispatchTests.Paths), MemberType = typeof(KernelDispatchTests))]
    public void Searches_go_over_the_last_bucket_into_the_first(KernelPath path)
    {
        const int rows = 30;
        using var table = new TokenTable(5, rows);
        for (var i = 0; i < rows; i++)
        {
            // All begin in the last bucket; every third has the tag of another one.
            table.Rows[i].Token = new TestToken(0xFFFF_FFFF_0000_0000 | (uint)(i / 3), (ulong)i);
            table.Add(i);
        }

        var tokens = new TestToken[2 * rows];
        for (var i = 0; i < rows; i++)
        {
            tokens[2 * i] = table.Rows[i].Token;
            tokens[(2 * i) + 1] = table.Rows[i].Token with { Rest = (ulong)(i + 1000) };
        }

        var found = new int[tokens.Length];
        Assert.True(table.Probe.FindRows<TestToken, TestRow>(path, tokens, table.MappedRows, TestRow.TokenOffset, found));
        for (var i = 0; i < rows; i++)
            Assert.Equal((i, -1), (found[2 * i], found[(2 * i) + 1]));
    }

    [SkippableTheory]
    [MemberData(nameof(KernelDispatchTests.Paths), MemberType = typeof(KernelDispatchTests))]
    public void Of_several_rows_with_one_token_the_first_added_is_found(KernelPath path)
    {
        const int rows = 40;
        using var table = new TokenTable(10, rows);
        foreach (ref var row in table.Rows)
            row.Token = new TestToken(0x8000_0000_1234_5678, 9);
        for (var i = rows - 1; i >= 7; i--)
            table.Add(i);
        var found = new int[3];
        Assert.True(table.Probe.FindRows<TestToken, TestRow>(path, [table.Rows[0].Token, default, table.Rows[0].Token], table.MappedRows, TestRow.TokenOffset, found));
        Assert.Equal([rows - 1, -1, rows - 1], found);
    }

    [SkippableTheory]
    [MemberData(nameof(KernelDispatchTests.Paths), MemberType = typeof(KernelDispatchTests))]
    public void A_damaged_table_gives_no_wrong_row_and_says_so(KernelPath path)
    {
        const int seed = 77;
        const int rows = 200;
        var random = new Random(seed);
        var unsound = 0;
        for (var round = 0; round < 300; round++)
        {
            using var table = new TokenTable(1 + random.Next(60), rows);
            Fill(table, Math.Min(rows, table.Slots), random);
            var words = table.Table;
            // From a few changed words to garbage; without an empty slot; with holes.
            var changes = round % 3 == 0 ? words.Length * 4 : random.Next(1, 40);
            for (var i = 0; i < changes; i++)
                words[random.Next(words.Length)] = random.Next(4) switch { 0 => 0, 1 => uint.MaxValue, 2 => (uint)random.Next(2 * rows), _ => (uint)random.NextInt64(1L << 32) };
            for (var i = 0; round % 4 == 0 && i < words.Length; i++)
                words[i] = i % 16 < TokenBucket.Slots ? (uint)(1 + random.Next(3)) : (uint)random.NextInt64(round % 8 == 0 ? 1L << 32 : rows);

            var tokens = new TestToken[random.Next(1, 200)];
            foreach (ref var token in tokens.AsSpan())
            {
                token = Query(table, rows, random);
                if (random.Next(2) == 0)
                    token = token with { Hash = (token.Hash & ~0xFFFF_FFFFUL) | (uint)random.Next(4) };
            }

            var sound = true;
            var expected = new int[tokens.Length];
            for (var i = 0; i < tokens.Length; i++)
                expected[i] = table.Find(tokens[i], ref sound);
            var found = new int[tokens.Length];
            Assert.Equal(sound, table.Probe.FindRows<TestToken, TestRow>(path, tokens, table.MappedRows, TestRow.TokenOffset, found));
            Check(expected, found, $"{path}, round {round}, seed {seed}");
            unsound += sound ? 0 : 1;
        }

        Assert.True(unsound is > 50 and < 290, $"{unsound} of 300 tables were found out, seed {seed}");
    }

    [SkippableTheory]
    [MemberData(nameof(KernelDispatchTests.Paths), MemberType = typeof(KernelDispatchTests))]
    public void Without_rows_or_without_a_table_nothing_is_found(KernelPath path)
    {
        using var full = new TokenTable(2, 10);
        Fill(full, 10, new Random(3));
        TestToken[] tokens = [full.Rows[0].Token, default, new(1, 1), full.Rows[9].Token];
        var found = new int[tokens.Length];
        // A table that points to rows where there are none is damaged.
        Assert.False(full.Probe.FindRows<TestToken, TestRow>(path, tokens, default, TestRow.TokenOffset, found));
        Assert.Equal([-1, -1, -1, -1], found);
        Array.Clear(found);
        Assert.True(default(TokenProbe).FindRows<TestToken, TestRow>(path, tokens, full.MappedRows, TestRow.TokenOffset, found));
        Assert.Equal([-1, -1, -1, -1], found);
        using var empty = new TokenTable(3, 0);
        Array.Clear(found);
        Assert.True(empty.Probe.FindRows<TestToken, TestRow>(path, tokens, empty.MappedRows, TestRow.TokenOffset, found));
        Assert.Equal([-1, -1, -1, -1], found);
    }

    [SkippableFact]
    public void What_does_not_fit_is_refused()
    {
        using var table = new TokenTable(1, 1);
        var probe = table.Probe;
        var rows = table.MappedRows;
        Assert.Throws<ArgumentException>(() => probe.FindRows<TestToken, TestRow>(new TestToken[2], rows, TestRow.TokenOffset, new int[1]));
        Assert.Throws<ArgumentException>(() => probe.FindRows<TestToken, TestRow>(new TestToken[1], rows, TestRow.TokenOffset, new int[2]));
        Assert.Throws<ArgumentException>(() => probe.FindRows<ulong, TestRow>(new ulong[2], rows, TestRow.TokenOffset, new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => probe.FindRows<TestToken, TestRow>(new TestToken[1], rows, -1, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => probe.FindRows<TestToken, TestRow>(new TestToken[1], rows, 17, new int[1]));
        Assert.True(probe.FindRows<TestToken, TestRow>(new TestToken[1], rows, 16, new int[1]));
    }

    [SkippableFact]
    public void Batches_allocate_nothing()
    {
        const int seed = 8;
        var random = new Random(seed);
        using var table = new TokenTable(100, 500);
        Fill(table, 500, random);
        var tokens = new TestToken[1000];
        foreach (ref var token in tokens.AsSpan())
            token = Query(table, 500, random);
        var found = new int[tokens.Length];
        var probe = table.Probe;
        var rows = table.MappedRows;
        Assert.Equal(0, Allocations.Least(() => probe.FindRows<TestToken, TestRow>(tokens, rows, TestRow.TokenOffset, found)));
        Assert.Contains(found, row => row >= 0);
    }

    /// <summary>Rows with tokens of their own, and here and there one with another's hash or tag or with an extreme hash; all in the table, in order.</summary>
    private static void Fill(TokenTable table, int rows, Random random)
    {
        for (var i = 0; i < rows; i++)
        {
            var hash = Random64(random);
            if (i > 0)
            {
                var other = table.Rows[random.Next(i)].Token.Hash;
                hash = random.Next(20) switch
                {
                    0 => other,
                    1 => (hash & 0x0000_0FFF_0000_0000) | (other & ~0x0000_0FFF_0000_0000UL),
                    2 => random.Next(1000) == 0 ? ulong.MaxValue : hash | 0xFFFF_0000_0000_0000 >> random.Next(48),
                    3 => hash & ~0xFFFF_FFFFUL,
                    _ => hash,
                };
            }

            table.Rows[i] = new TestRow { Before = -1, Token = new TestToken(hash, Random64(random) | 1), Behind = -1 };
            table.Add(i);
        }
    }

    /// <summary>Somebody who is there, a stranger, a stranger with somebody's hash, nobody.</summary>
    private static TestToken Query(TokenTable table, int rows, Random random)
    {
        var known = rows == 0 ? default : table.Rows[random.Next(rows)].Token;
        return random.Next(20) switch
        {
            < 10 => known,
            10 => known with { Rest = Random64(random) | 1 },
            11 => default,
            _ => new TestToken(Random64(random), Random64(random)),
        };
    }

    private static ulong Random64(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);

    private static void Check(ReadOnlySpan<int> expected, ReadOnlySpan<int> found, string about)
    {
        var at = expected.CommonPrefixLength(found);
        Assert.True(at == expected.Length, $"look-up {at} gives {(at < found.Length ? found[at] : 0)} instead of {(at < expected.Length ? expected[at] : 0)}: {about}");
    }

    /// <summary>Tokens and row numbers that end at a page that must not be touched.</summary>
    private sealed unsafe class GuardedTokens(int length) : IDisposable
    {
        private readonly GuardedMemory _tokens = new(Math.Max(length * sizeof(TestToken), 1));
        private readonly GuardedMemory _found = new(Math.Max(length * sizeof(int), 1));

        public Span<TestToken> Tokens
        {
            get
            {
                fixed (byte* start = _tokens.AtEnd(length * sizeof(TestToken)))
                    return new Span<TestToken>(start, length);
            }
        }

        public Span<int> Found
        {
            get
            {
                fixed (byte* start = _found.AtEnd(length * sizeof(int)))
                    return new Span<int>(start, length);
            }
        }

        public void Dispose()
        {
            _tokens.Dispose();
            _found.Dispose();
        }
    }
}
