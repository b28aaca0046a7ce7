namespace Linkage.Pseudonyms;

/// <summary>
/// Elements of one segment to their bits: an element is a short message (a bigram, a digit in its place), its bits are <see cref="FilterSegment.Hashes"/> independent 16-bit
/// numbers of its HMAC-SHA-256 under the segment's key, scaled to the segment's length. Elements of small alphabets are computed once, when the table is filled, so that a name costs no HMAC; others
/// are gathered with the person's. The table is as good as the key where the filters are concerned: <see cref="Dispose"/> zeroes it. Not thread-safe.
/// </summary>
internal sealed class FilterElements(FilterSegment segment, int kept) : IDisposable
{
    private readonly ulong[] _bits = new ulong[kept * segment.Words];

    /// <summary>First step of filling the table: gathers an element of it.</summary>
    /// <param name="number">Its number in the alphabet, from 0.</param>
    /// <param name="message">Its message: the same for the same number.</param>
    /// <param name="batch">What <see cref="TakeKept"/> reads it from, and which holds nothing else.</param>
    public void Keep(int number, ReadOnlySpan<byte> message, TokenBatch batch) => _bits[number * segment.Words] = batch.Add(segment.Purpose, message);

    /// <summary>Second step: the bits of all elements gathered, when they are hashed.</summary>
    public void TakeKept(TokenBatch batch)
    {
        for (var at = 0; at < _bits.Length; at += segment.Words)
        {
            var slot = (uint)_bits[at];
            _bits[at] = 0;
            if (slot != 0)
                Draw(batch.Mac(slot), _bits.AsSpan(at, segment.Words));
        }
    }

    /// <summary>Adds an element of the kept alphabet to a filter.</summary>
    /// <param name="number">Its number in the alphabet, from 0.</param>
    /// <param name="message">Its message: the same for the same number.</param>
    /// <param name="words">The filter's words of this segment: <see cref="Words"/>.</param>
    /// <param name="batch">Where it is gathered if the table does not have it.</param>
    /// <param name="gathered">The person's elements of this segment that were.</param>
    public void Add(int number, ReadOnlySpan<byte> message, Span<ulong> words, TokenBatch batch, ref ElementSlots gathered)
    {
        ReadOnlySpan<ulong> bits = _bits.AsSpan(number * words.Length, words.Length);
        ulong any;
        if (words.Length == 4 && bits.Length == 4)
        {
            // Names and postcodes, four fifths of all elements.
            words[0] |= bits[0];
            words[1] |= bits[1];
            words[2] |= bits[2];
            words[3] |= bits[3];
            any = bits[0] | bits[1] | bits[2] | bits[3];
        }
        else
        {
            any = 0;
            for (var word = 0; word < words.Length; word++)
            {
                words[word] |= bits[word];
                any |= bits[word];
            }
        }

        if (any == 0)
            Gather(message, batch, ref gathered);
    }

    /// <summary>A filter's words of this segment.</summary>
    public Span<ulong> Words(ref FieldFilter filter) => ((Span<ulong>)filter).Slice(segment.FirstWord, segment.Words);

    /// <summary>Gathers any element, to be added by <see cref="Take"/>. Those of a person and segment follow each other in the batch.</summary>
    public void Gather(ReadOnlySpan<byte> message, TokenBatch batch, ref ElementSlots gathered)
    {
        var slot = batch.Add(segment.Purpose, message);
        gathered = gathered.Count == 0 ? new ElementSlots(slot, 1) : gathered with { Count = gathered.Count + 1 };
    }

    /// <summary>Adds the elements gathered, when they are hashed.</summary>
    public void Take(TokenBatch batch, ElementSlots gathered, ref FieldFilter filter)
    {
        for (var i = 0; i < gathered.Count; i++)
            Draw(batch.Mac(gathered.First + (uint)i), Words(ref filter));
    }

    /// <inheritdoc/>
    public void Dispose() => Array.Clear(_bits);

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterElements(redacted)";

    private void Draw(ReadOnlySpan<byte> mac, Span<ulong> bits)
    {
        for (var hash = 0; hash < segment.Hashes; hash++)
        {
            // The high bits of 16 × length: uniform to within 1 in 340 for segments of 192 bits, exactly for powers of two.
            var drawn = (mac[2 * hash] << 8) | mac[(2 * hash) + 1];
            var bit = (drawn * segment.Bits) >> 16;
            bits[bit >> 6] |= 1UL << (bit & 63);
        }
    }
}

/// <summary>Where a person's elements of one segment lie in a <see cref="TokenBatch"/>: slots that follow each other.</summary>
/// <param name="First">First slot.</param>
/// <param name="Count">Number of elements.</param>
internal readonly record struct ElementSlots(uint First, int Count)
{
    /// <summary>Redacted.</summary>
    public override string ToString() => "ElementSlots(redacted)";
}

/// <summary>Elements of a person's filter that wait to be hashed, by field. Dates and sexes are in the tables, but for what no calendar has.</summary>
internal struct FilterSlots
{
    public ElementSlots Surname, Forename, DateOfBirth, Sex, Postcode;

    /// <summary>Redacted.</summary>
    public override readonly string ToString() => "FilterSlots(redacted)";
}
