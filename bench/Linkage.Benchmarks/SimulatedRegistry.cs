using System.Runtime.InteropServices;
using Linkage.Kernels;

namespace Linkage.Benchmarks;

/// <summary>
/// The token table of a registry and its rows, in native memory, with tokens that are as good as random; and tokens to look up, in random order. Rows are as long as a registry's (128 bytes) up to ten million entries,
/// beyond that only as long as a token (16): a look-up reads one cache line of a row in either case.
/// </summary>
internal sealed unsafe class SimulatedRegistry
{
    private const int LongestRows = 10_000_000;

    // Table entries whose buckets are asked for before the first of them is written.
    private const int Ahead = 32;

    private readonly int _rowBytes;
    private readonly void* _table;
    private readonly byte* _rows;
    private readonly long _buckets;

    /// <summary>Makes one of <paramref name="entries"/> rows.</summary>
    /// <param name="entries">Rows, each with a token of its own.</param>
    /// <param name="largePages">Ask the system for pages of 2 MiB; it need not give them.</param>
    public SimulatedRegistry(int entries, bool largePages)
    {
        Entries = entries;
        _rowBytes = entries <= LongestRows ? 128 : 16;
        _rows = (byte*)Allocate((long)entries * _rowBytes, largePages);
        Parallel.For(0, Environment.ProcessorCount, part =>
        {
            var end = (long)entries * (part + 1) / Environment.ProcessorCount;
            for (var row = (long)entries * part / Environment.ProcessorCount; row < end; row++)
                *(UInt128*)(_rows + (row * _rowBytes)) = Token(row);
        });
        using var builder = new TokenTableBuilder(entries);
        for (var row = 0; row < entries; row++)
        {
            builder.Probe.Prefetch(Hash(Math.Min(row + Ahead, entries - 1)));
            builder.Add(Hash(row), row);
        }

        _buckets = builder.BucketCount;
        _table = Allocate(_buckets * TokenBucket.Size, largePages);
        NativeMemory.Copy(builder.Buckets.Start, _table, (nuint)(_buckets * TokenBucket.Size));
    }

    /// <summary>Rows.</summary>
    public int Entries { get; }

    /// <summary>Searches the table.</summary>
    public TokenProbe Probe => new(new MappedSpan<TokenBucket>((TokenBucket*)_table, _buckets));

    /// <summary>Bytes of table and rows.</summary>
    public long Bytes => (_buckets * TokenBucket.Size) + ((long)Entries * _rowBytes);

    /// <summary>The token of a row; of numbers beyond the rows: a stranger's.</summary>
    public static UInt128 Token(long row) => new(Mix((2 * (ulong)row) + 1), Mix(2 * (ulong)row));

    /// <summary>Token by row.</summary>
    public UInt128 this[int row] => *(UInt128*)(_rows + ((long)row * _rowBytes));

    /// <summary>Finds many at once.</summary>
    public void Find(KernelPath path, ReadOnlySpan<UInt128> tokens, Span<int> found)
    {
        var sound = _rowBytes == 16
            ? Probe.FindRows(path, tokens, new MappedSpan<UInt128>((UInt128*)_rows, Entries), 0, found)
            : Probe.FindRows(path, tokens, new MappedSpan<LongRow>((LongRow*)_rows, Entries), 0, found);
        if (!sound)
            throw new InvalidOperationException("the table points outside its rows");
    }

    /// <summary>Tokens to look up, <paramref name="hits"/> of a hundred of them of the registry, the others of strangers.</summary>
    public UInt128[] Queries(int count, int hits)
    {
        var random = new Random(20262);
        var queries = new UInt128[count];
        foreach (ref var query in queries.AsSpan())
            query = random.Next(100) < hits ? Token(random.Next(Entries)) : Token(random.NextInt64(Entries, 1L << 40));
        return queries;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        NativeMemory.AlignedFree(_rows);
        NativeMemory.AlignedFree(_table);
    }

    internal static void* Allocate(long bytes, bool largePages)
    {
        var whole = (bytes + LargePages.Size - 1) / LargePages.Size * LargePages.Size;
        var memory = NativeMemory.AlignedAlloc((nuint)whole, LargePages.Size);
        if (largePages)
            LargePages.Ask(memory, whole);
        NativeMemory.Clear(memory, (nuint)whole);
        return memory;
    }

    private ulong Hash(int row) => *(ulong*)(_rows + ((long)row * _rowBytes));

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input gives another output.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct LongRow
    {
        public UInt128 Token;
    }
}
