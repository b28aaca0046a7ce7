using System.Security.Cryptography;

namespace Linkage.Pseudonyms;

/// <summary>
/// Elements of one segment to their bits: an element is a short message (a bigram, a digit in its place), its bits are <see cref="FilterSegment.Hashes"/> independent 16-bit
/// numbers of its HMAC-SHA-256 under the segment's key, scaled to the segment's length. Elements of small alphabets are kept once computed, so that a name costs no HMAC. The
/// table is as good as the key where the filters are concerned: <see cref="Dispose"/> zeroes it. Not thread-safe.
/// </summary>
internal sealed class FilterElements(Pseudonymiser pseudonymiser, FilterSegment segment, int kept) : IDisposable
{
    private const int MacSize = 32;
    private readonly ulong[] _bits = new ulong[kept * segment.Words];
    private readonly bool[] _known = new bool[kept];

    /// <summary>Adds an element of the kept alphabet to a filter.</summary>
    /// <param name="number">Its number in the alphabet, from 0.</param>
    /// <param name="message">Its message: the same for the same number.</param>
    /// <param name="filter">Filter to add it to.</param>
    public void Add(int number, ReadOnlySpan<byte> message, ref FieldFilter filter)
    {
        var bits = _bits.AsSpan(number * segment.Words, segment.Words);
        if (!_known[number])
        {
            Draw(message, bits);
            _known[number] = true;
        }

        for (var word = 0; word < bits.Length; word++)
            filter[segment.FirstWord + word] |= bits[word];
    }

    /// <summary>Adds any element.</summary>
    public void Add(ReadOnlySpan<byte> message, ref FieldFilter filter)
    {
        Span<ulong> bits = stackalloc ulong[FieldFilter.Words];
        bits = bits[..segment.Words];
        bits.Clear();
        Draw(message, bits);
        for (var word = 0; word < bits.Length; word++)
            filter[segment.FirstWord + word] |= bits[word];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.Clear(_bits);
        Array.Clear(_known);
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterElements(redacted)";

    private void Draw(ReadOnlySpan<byte> message, Span<ulong> bits)
    {
        Span<byte> mac = stackalloc byte[MacSize];
        pseudonymiser.Mac(segment.Purpose, message, mac);
        for (var hash = 0; hash < segment.Hashes; hash++)
        {
            // The high bits of 16 × length: uniform to within 1 in 340 for segments of 192 bits, exactly for powers of two.
            var drawn = (mac[2 * hash] << 8) | mac[(2 * hash) + 1];
            var bit = (drawn * segment.Bits) >> 16;
            bits[bit >> 6] |= 1UL << (bit & 63);
        }

        CryptographicOperations.ZeroMemory(mac);
    }
}
