using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Linkage.Kernels;

/// <summary>
/// One cache line of a token table: eight 32-bit tags, then their eight values. Slots fill from the first on, so the first empty one (tag 0) ends a
/// search. Tags lie together so that one vector compare can test all eight.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
public struct TokenBucket
{
    /// <summary>Bytes of a bucket.</summary>
    public const int Size = 64;

    /// <summary>Slots of a bucket.</summary>
    public const int Slots = 8;

    internal Eight Tags;
    internal Eight Values;

    [InlineArray(Slots)]
    internal struct Eight
    {
        private uint first;
    }
}

/// <summary>Where a search in a <see cref="TokenProbe"/> stands.</summary>
public struct ProbeCursor
{
    internal long Bucket;
    internal long BucketsLeft;
    internal uint Tag;
    internal int Slot;
}

/// <summary>
/// Look-ups in an open-addressing table of 64-bit hashes. In: a hash whose bits are uniform (any part of a keyed token is). Out: the values stored
/// under its 32-bit tag, to be confirmed by the caller against the full token, which lies where the value points: a miss costs one cache line,
/// a hit the line that is needed anyway. Bounded for any content of the table: a damaged one ends a search, it does not hang it.
/// </summary>
public readonly struct TokenProbe
{
    private readonly MappedSpan<TokenBucket> buckets;

    /// <summary>A probe of a table made by <see cref="TokenTableBuilder"/>.</summary>
    public TokenProbe(MappedSpan<TokenBucket> buckets) => this.buckets = buckets;

    /// <summary>Buckets of the table.</summary>
    public long BucketCount => buckets.Length;

    /// <summary>Begins a search.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ProbeCursor Start(ulong hash) => new()
    {
        // The high half of hash × buckets spreads evenly over any number of buckets, not only powers of two.
        Bucket = (long)Math.BigMul(hash, (ulong)buckets.Length, out _),
        BucketsLeft = buckets.Length,
        Tag = TagOf(hash),
    };

    /// <summary>The next value under the searched tag; false when there is none.</summary>
    public bool Next(ref ProbeCursor cursor, out int value)
    {
        while (cursor.BucketsLeft > 0)
        {
            ref readonly var bucket = ref buckets[cursor.Bucket];
            while (cursor.Slot < TokenBucket.Slots)
            {
                var tag = bucket.Tags[cursor.Slot];
                if (tag == 0)
                {
                    cursor.BucketsLeft = 0;
                    value = -1;
                    return false;
                }

                var slot = cursor.Slot++;
                if (tag == cursor.Tag)
                {
                    value = (int)bucket.Values[slot];
                    return true;
                }
            }

            cursor.Slot = 0;
            cursor.BucketsLeft--;
            if (++cursor.Bucket == buckets.Length)
                cursor.Bucket = 0;
        }

        value = -1;
        return false;
    }

    /// <summary>
    /// First value under each hash's tag, −1 where there is none; <paramref name="values"/> is as long as <paramref name="hashes"/>. A value found is a candidate:
    /// when the caller's confirmation fails it searches on with <see cref="Start"/> and <see cref="Next"/>.
    /// </summary>
    public void FindFirst(ReadOnlySpan<ulong> hashes, Span<int> values)
    {
        if (values.Length != hashes.Length)
            throw new ArgumentException($"{values.Length} values for {hashes.Length} hashes", nameof(values));
        for (var i = 0; i < hashes.Length; i++)
        {
            var cursor = Start(hashes[i]);
            Next(ref cursor, out values[i]);
        }
    }

    // 0 marks an empty slot.
    internal static uint TagOf(ulong hash) => (uint)hash == 0 ? 1 : (uint)hash;
}
