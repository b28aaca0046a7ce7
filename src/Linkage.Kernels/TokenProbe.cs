using System.Numerics;
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
public readonly unsafe struct TokenProbe
{
    private const int TokenBytes = 16;

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
    public bool Next(ref ProbeCursor cursor, out int value) => KernelDispatch.TokenProbe switch
    {
        KernelPath.Vector256 => Next<TagMatch256>(ref cursor, out value),
        KernelPath.Vector128 => Next<TagMatch128>(ref cursor, out value),
        _ => Next<ScalarTagMatch>(ref cursor, out value),
    };

    /// <summary>Likewise, on one path.</summary>
    internal bool Next(KernelPath path, ref ProbeCursor cursor, out int value) => path switch
    {
        KernelPath.Scalar => Next<ScalarTagMatch>(ref cursor, out value),
        KernelPath.Vector128 => Next<TagMatch128>(ref cursor, out value),
        _ => Next<TagMatch256>(ref cursor, out value),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Next<TMatch>(ref ProbeCursor cursor, out int value)
        where TMatch : ITagMatch
    {
        while (cursor.BucketsLeft > 0)
        {
            if ((ulong)cursor.Bucket >= (ulong)buckets.Length)
                break;
            var bucket = buckets.Start + cursor.Bucket;
            var equal = TMatch.Match(bucket, cursor.Tag, out var empty);
            // Behind an empty slot nothing counts, and nothing that was given before.
            var slots = equal & ~empty & (empty - 1) & (uint.MaxValue << cursor.Slot);
            if (slots != 0)
            {
                var slot = BitOperations.TrailingZeroCount(slots);
                cursor.Slot = slot + 1;
                value = ((int*)bucket)[TokenBucket.Slots + slot];
                return true;
            }

            if (empty != 0)
                break;
            cursor.Slot = 0;
            cursor.BucketsLeft--;
            if (++cursor.Bucket == buckets.Length)
                cursor.Bucket = 0;
        }

        cursor.BucketsLeft = 0;
        value = -1;
        return false;
    }

    /// <summary>
    /// Finds many tokens at once, confirmed against the full tokens in the rows: many times as fast as one by one where table and rows are larger than a cache.
    /// </summary>
    /// <typeparam name="TToken">A token: 16 bytes, the first eight of which, as a number of this machine, are the hash it was added with.</typeparam>
    /// <typeparam name="TRow">A row: somewhere in it are the 16 bytes of its token.</typeparam>
    /// <param name="tokens">What to find. Tokens of zeros stand for none: they are in no row and cost nothing.</param>
    /// <param name="rows">What the table's values number.</param>
    /// <param name="tokenOffset">Where in a row its token begins, in bytes.</param>
    /// <param name="found">As long as <paramref name="tokens"/>: takes the row of each, −1 where there is none; of several with one token the first one added. The cache lines of the tokens found are in the
    /// cache afterwards.</param>
    /// <returns>False when a tag on the way pointed outside the rows: the table is damaged. Such tags are passed over.</returns>
    public bool FindRows<TToken, TRow>(ReadOnlySpan<TToken> tokens, MappedSpan<TRow> rows, int tokenOffset, Span<int> found)
        where TToken : unmanaged
        where TRow : unmanaged => FindRows(KernelDispatch.TokenProbe, tokens, rows, tokenOffset, found);

    /// <summary>Likewise, on one path.</summary>
    internal bool FindRows<TToken, TRow>(KernelPath path, ReadOnlySpan<TToken> tokens, MappedSpan<TRow> rows, int tokenOffset, Span<int> found)
        where TToken : unmanaged
        where TRow : unmanaged
    {
        if (sizeof(TToken) != TokenBytes)
            throw new ArgumentException($"a token has {TokenBytes} bytes, {typeof(TToken).Name} has {sizeof(TToken)}", nameof(tokens));
        if (tokenOffset < 0 || tokenOffset > sizeof(TRow) - TokenBytes)
            throw new ArgumentOutOfRangeException(nameof(tokenOffset), tokenOffset, $"a token of {TokenBytes} bytes must lie inside a row of {sizeof(TRow)}");
        if (found.Length != tokens.Length)
            throw new ArgumentException($"{found.Length} row numbers for {tokens.Length} tokens", nameof(found));
        if (buckets.Length == 0)
        {
            found.Fill(-1);
            return true;
        }

        fixed (TToken* first = tokens)
        {
            fixed (int* numbers = found)
            {
                var batch = new TokenBatch((ulong*)first, numbers, tokens.Length, buckets, (byte*)rows.Start + tokenOffset, sizeof(TRow), rows.Length);
                return path switch
                {
                    KernelPath.Scalar => batch.Find<ScalarTagMatch>(),
                    KernelPath.Vector128 => batch.Find<TagMatch128>(),
                    _ => batch.Find<TagMatch256>(),
                };
            }
        }
    }

    /// <summary>Asks memory for the bucket where a search begins that is started soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => buckets.Prefetch((long)Math.BigMul(hash, (ulong)buckets.Length, out _));

    // 0 marks an empty slot.
    internal static uint TagOf(ulong hash) => (uint)hash == 0 ? 1 : (uint)hash;
}
