using System.Runtime.InteropServices;
using Linkage.Kernels;

namespace Linkage.Matching.Blocking;

/// <summary>One row under one block key.</summary>
/// <param name="Tag">Low half of the key's hash.</param>
/// <param name="Row">Row number, with <see cref="HasNumber"/> when the row has a usable NHS number; or <see cref="Split"/> or <see cref="Skipped"/> in the place of rows.</param>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal readonly record struct BlockEntry(uint Tag, int Row)
{
    /// <summary>Bytes of an entry.</summary>
    public const int Size = 8;

    /// <summary>The block was too large: its rows lie under the key with one more field.</summary>
    public const int Split = -1;

    /// <summary>The block was too large whatever field it was split by: its rows are not found by this key.</summary>
    public const int Skipped = -2;

    /// <summary>Bit of rows with an NHS number of England and Wales: a patient who has another one is seldom one of them.</summary>
    public const int HasNumber = 1 << 30;
}

/// <summary>
/// Rows by block key. For each key a directory of buckets (the high bits of the hash choose one) and the entries in order of bucket: about 9 bytes a row and key, and a look-up reads one or two
/// cache lines. Bounded for any content: a damaged file gives wrong candidates, whose fields then do not agree, never an access outside.
/// </summary>
internal readonly struct BlockIndex(MappedSpan<long> directory, MappedSpan<BlockEntry> entries)
{
    /// <summary>Rows for one bucket on average.</summary>
    public const int RowsPerBucket = 8;

    // Eight rows on average and at most MostRows of a key: a longer bucket is a damaged one.
    private const int LongestBucket = 4096;

    /// <summary>Buckets of each key's directory.</summary>
    public static long Buckets(long rows) => (rows / RowsPerBucket) + 1;

    /// <summary>Words of the directories of all keys.</summary>
    public static long DirectoryLength(long rows) => BlockKey.Count * (Buckets(rows) + 1);

    /// <summary>Bucket of a hash.</summary>
    public static long BucketOf(ulong hash, long buckets) => (long)Math.BigMul(hash, (ulong)buckets, out _);

    /// <summary>Asks memory for where a hash's bucket is.</summary>
    public void PrefetchDirectory(int key, ulong hash) => directory.Prefetch(Place(key, hash));

    /// <summary>Asks memory for a hash's bucket; reads where it is.</summary>
    public void PrefetchBucket(int key, ulong hash)
    {
        var at = Place(key, hash);
        if (at >= 0)
            entries.Prefetch(directory[at]);
    }

    /// <summary>The bucket of a key's hash: entries with other tags are of other blocks.</summary>
    public ReadOnlySpan<BlockEntry> Bucket(int key, ulong hash)
    {
        var at = Place(key, hash);
        if (at < 0)
            return default;
        var start = directory[at];
        var length = directory[at + 1] - start;
        return start < 0 || length < 0 || length > LongestBucket || start > entries.Length - length ? default : entries.Slice(start, (int)length);
    }

    // −1 for the empty index of a registry that is gone.
    private long Place(int key, ulong hash)
    {
        var stride = directory.Length / BlockKey.Count;
        return stride < 2 ? -1 : (key * stride) + BucketOf(hash, stride - 1);
    }
}
