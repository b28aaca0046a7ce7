using Linkage.Matching.Scoring;

namespace Linkage.Matching.Blocking;

/// <summary>Rows of a registry while it is built.</summary>
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
/// Builds a <see cref="BlockIndex"/> key by key. In: the rows. Out: directory and entries of one key at a time, rows of a block in their order. About 40 bytes of memory a row.
/// </summary>
internal sealed class BlockIndexBuilder(IRegistryRows rows)
{
    private readonly List<(ulong Hash, int Row)> _kept = new(rows.Count);
    private readonly ulong[] _hashes = new ulong[rows.Count];
    private readonly int[] _rows = new int[rows.Count];

    /// <summary>Entries of the key built last, in order of bucket.</summary>
    public BlockEntry[] Entries { get; private set; } = [];

    /// <summary>Where each bucket of the key built last begins, and where the last one ends.</summary>
    public long[] Directory { get; private set; } = [];

    /// <summary>Blocks that were split.</summary>
    public long SplitBlocks { get; private set; }

    /// <summary>Blocks left out because no field parts them.</summary>
    public long SkippedBlocks { get; private set; }

    /// <summary>Rows of blocks left out, and rows of split blocks that lack the field to split by.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>Builds one key's part; <paramref name="start"/> is the position of its first entry among the entries of all keys.</summary>
    public void Build(int key, long start)
    {
        _kept.Clear();
        var count = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            if (BlockKey.TryHash(key, 0, in rows.Tokens(row), in rows.Scored(row), out var hash))
            {
                _hashes[count] = hash;
                _rows[count++] = row;
            }
        }

        for (var splits = 0; count > 0; splits++)
            count = Divide(key, splits, count);
        Place(start);
    }

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

            // The sort is not stable: rows of a block stand in their order whatever it made of them.
            _rows.AsSpan(first, end - first).Sort();

            if (end - first <= BlockKey.MostRows)
            {
                for (var i = first; i < end; i++)
                    _kept.Add((hash, _rows[i]));
                continue;
            }

            var last = splits == BlockKey.Splits;
            _kept.Add((hash, last ? BlockEntry.Skipped : BlockEntry.Split));
            SplitBlocks += last ? 0 : 1;
            SkippedBlocks += last ? 1 : 0;
            for (var i = first; i < end; i++)
            {
                var row = _rows[i];
                if (!last && BlockKey.TryHash(key, splits + 1, in rows.Tokens(row), in rows.Scored(row), out var finer))
                {
                    _hashes[next] = finer;
                    _rows[next++] = row;
                }
                else
                {
                    SkippedRows++;
                }
            }
        }

        return next;
    }

    private void Place(long start)
    {
        var buckets = BlockIndex.Buckets(rows.Count);
        Directory = new long[buckets + 1];
        foreach (var (hash, _) in _kept)
            Directory[BlockIndex.BucketOf(hash, buckets) + 1]++;
        for (var bucket = 0; bucket < buckets; bucket++)
            Directory[bucket + 1] += Directory[bucket];
        var at = (long[])Directory.Clone();
        Entries = new BlockEntry[_kept.Count];
        foreach (var (hash, row) in _kept)
        {
            var marked = row >= 0 && rows.Tokens(row).HasOwnNumber ? row | BlockEntry.HasNumber : row;
            Entries[at[BlockIndex.BucketOf(hash, buckets)]++] = new BlockEntry((uint)hash, marked);
        }

        for (var bucket = 0; bucket <= buckets; bucket++)
            Directory[bucket] += start;
    }
}
