using Linkage.Matching.Scoring;

namespace Linkage.Matching.Blocking;

/// <summary>Rows of a registry while it is built. Thread-safe for reading.</summary>
internal interface IRegistryRows
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Tokens of a row.</summary>
    ref readonly RegistryRow Tokens(int row);

    /// <summary>Filter and further tokens of a row.</summary>
    ref readonly ScoredRow Scored(int row);
}

/// <summary>
/// Builds a <see cref="BlockIndex"/> key by key. In: the rows. Out: directory and entries of one key at a time. About 40 bytes of memory a row. Not thread-safe; several may read the same rows.
/// </summary>
internal sealed class BlockIndexBuilder(IRegistryRows rows)
{
    // Rows still to be placed, and rows with their block, both by hash.
    private readonly ulong[] _hashes = new ulong[rows.Count];
    private readonly int[] _rows = new int[rows.Count];
    private readonly ulong[] _keptHashes = new ulong[Room(rows.Count)];
    private readonly int[] _kept = new int[Room(rows.Count)];
    private int _keptCount;

    /// <summary>Entries of the key built last, in order of bucket.</summary>
    public BlockEntry[] Entries { get; private set; } = [];

    /// <summary>Where each bucket of the key built last begins among <see cref="Entries"/>, and where the last one ends.</summary>
    public long[] Directory { get; private set; } = [];

    /// <summary>Blocks that were split.</summary>
    public long SplitBlocks { get; private set; }

    /// <summary>Blocks left out because no field parts them.</summary>
    public long SkippedBlocks { get; private set; }

    /// <summary>Rows of blocks left out, and rows of split blocks that lack the field to split by.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>Builds one key's part.</summary>
    public void Build(int key)
    {
        _keptCount = 0;
        var count = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            ref readonly var tokens = ref rows.Tokens(row);
            if (!BlockKey.TryHash(key, 0, in tokens, in rows.Scored(row), out _hashes[count]))
                continue;
            _rows[count++] = tokens.HasOwnNumber ? row | BlockEntry.HasNumber : row;
        }

        var splits = 0;
        for (; count > 0; splits++)
            count = Divide(key, splits, count);
        // Each round left its blocks in order of hash, which is the order of buckets.
        if (splits > 1)
            _keptHashes.AsSpan(0, _keptCount).Sort(_kept.AsSpan(0, _keptCount));
        Place();
    }

    // Every row once, and a mark for every block that was split or skipped: one of twenty rows at most, in each round.
    private static int Room(int count) => checked(count + ((BlockKey.Splits + 1) * (count / BlockKey.MostRows)) + 1);

    /// <summary>Keeps the blocks of pending rows that are small enough; the rows of the others are pending again, under the next key.</summary>
    private int Divide(int key, int splits, int count)
    {
        _hashes.AsSpan(0, count).Sort(_rows.AsSpan(0, count));
        var next = 0;
        for (int first = 0, end; first < count; first = end)
        {
            var hash = _hashes[first];
            for (end = first + 1; end < count && _hashes[end] == hash; end++)
            {
            }

            if (end - first <= BlockKey.MostRows)
            {
                for (var i = first; i < end; i++)
                    Keep(hash, _rows[i]);
                continue;
            }

            var last = splits == BlockKey.Splits;
            Keep(hash, last ? BlockEntry.Skipped : BlockEntry.Split);
            SplitBlocks += last ? 0 : 1;
            SkippedBlocks += last ? 1 : 0;
            for (var i = first; i < end; i++)
            {
                var row = _rows[i] & ~BlockEntry.HasNumber;
                if (!last && BlockKey.TryHash(key, splits + 1, in rows.Tokens(row), in rows.Scored(row), out var finer))
                {
                    _hashes[next] = finer;
                    _rows[next++] = _rows[i];
                }
                else
                {
                    SkippedRows++;
                }
            }
        }

        return next;
    }

    private void Keep(ulong hash, int row)
    {
        _keptHashes[_keptCount] = hash;
        _kept[_keptCount++] = row;
    }

    private void Place()
    {
        var buckets = BlockIndex.Buckets(rows.Count);
        Directory = new long[buckets + 1];
        Entries = new BlockEntry[_keptCount];
        long bucket = 0;
        for (var i = 0; i < _keptCount; i++)
        {
            for (var own = BlockIndex.BucketOf(_keptHashes[i], buckets); bucket < own;)
                Directory[++bucket] = i;
            Entries[i] = new BlockEntry((uint)_keptHashes[i], _kept[i]);
        }

        while (bucket < buckets)
            Directory[++bucket] = _keptCount;
        SortBlocks();
    }

    // The sorts are not stable: which rows a block has does not depend on it, and the file is the same for the same rows only if their order does not either.
    private void SortBlocks()
    {
        for (int first = 0, end; first < _keptCount; first = end)
        {
            for (end = first + 1; end < _keptCount && _keptHashes[end] == _keptHashes[first]; end++)
            {
            }

            if (end - first > 1)
                Entries.AsSpan(first, end - first).Sort(static (a, b) => a.Row.CompareTo(b.Row));
        }
    }
}
