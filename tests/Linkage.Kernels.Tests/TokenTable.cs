namespace Linkage.Kernels.Tests;

/// <summary>A token as its users have it: the hash first.</summary>
internal readonly record struct TestToken(ulong Hash, ulong Rest);

/// <summary>A row with its token somewhere inside.</summary>
internal struct TestRow
{
    /// <summary>Where the token begins.</summary>
    public const int TokenOffset = 8;

    public int Before;
    public TestToken Token;
    public long Behind;
}

/// <summary>
/// A token table and its rows, both ending at a page that must not be touched. Filled by the rule of docs/registry-format.md, in plain words and to any load, so that what
/// <see cref="TokenTableBuilder"/> never makes can be searched, too.
/// </summary>
internal sealed unsafe class TokenTable : IDisposable
{
    private const int Words = TokenBucket.Size / sizeof(uint);
    private readonly GuardedMemory _buckets;
    private readonly GuardedMemory _rows;
    private readonly int _bucketCount;
    private readonly int _rowCount;

    public TokenTable(int buckets, int rows)
    {
        _bucketCount = buckets;
        _rowCount = rows;
        _buckets = new GuardedMemory(Math.Max(buckets, 1) * TokenBucket.Size);
        _rows = new GuardedMemory(Math.Max(rows, 1) * sizeof(TestRow));
    }

    /// <summary>Sixteen words a bucket: tags, then values.</summary>
    public Span<uint> Table => Span<uint>(_buckets.AtEnd(_bucketCount * TokenBucket.Size));

    public Span<TestRow> Rows => Span<TestRow>(_rows.AtEnd(_rowCount * sizeof(TestRow)));

    public TokenProbe Probe => new(Mapped<TokenBucket>(_buckets.AtEnd(_bucketCount * TokenBucket.Size)));

    public MappedSpan<TestRow> MappedRows => Mapped<TestRow>(_rows.AtEnd(_rowCount * sizeof(TestRow)));

    /// <summary>Slots of the table.</summary>
    public int Slots => _bucketCount * TokenBucket.Slots;

    /// <summary>Adds a row's token.</summary>
    public void Add(int row)
    {
        var hash = Rows[row].Token.Hash;
        for (var bucket = Home(hash); ; bucket = (bucket + 1) % _bucketCount)
        {
            var tags = Table.Slice(bucket * Words, TokenBucket.Slots);
            var slot = tags.IndexOf(0u);
            if (slot < 0)
                continue;
            tags[slot] = Tag(hash);
            Table[(bucket * Words) + TokenBucket.Slots + slot] = (uint)row;
            return;
        }
    }

    /// <summary>The row of a token by the rule, slot by slot; and whether a tag on the way pointed outside the rows.</summary>
    public int Find(TestToken token, ref bool sound)
    {
        if (token == default || _bucketCount == 0)
            return -1;
        var first = Home(token.Hash) * TokenBucket.Slots;
        for (var i = 0; i < Slots; i++)
        {
            var slot = (first + i) % Slots;
            var at = (slot / TokenBucket.Slots * Words) + (slot % TokenBucket.Slots);
            if (Table[at] == 0)
                return -1;
            if (Table[at] != Tag(token.Hash))
                continue;
            var row = Table[at + TokenBucket.Slots];
            if (row >= _rowCount)
                sound = false;
            else if (Rows[(int)row].Token == token)
                return (int)row;
        }

        return -1;
    }

    public void Dispose()
    {
        _buckets.Dispose();
        _rows.Dispose();
    }

    private static uint Tag(ulong hash) => Math.Max((uint)hash, 1);

    private static Span<T> Span<T>(Span<byte> bytes)
        where T : unmanaged
    {
        fixed (byte* start = bytes)
            return new Span<T>(start, bytes.Length / sizeof(T));
    }

    // The memory does not move: it is the system's.
    private static MappedSpan<T> Mapped<T>(Span<byte> bytes)
        where T : unmanaged
    {
        fixed (byte* start = bytes)
            return new MappedSpan<T>((T*)start, bytes.Length / sizeof(T));
    }

    private int Home(ulong hash) => (int)(((UInt128)hash * (ulong)_bucketCount) >> 64);
}
