using System.Buffers.Binary;

namespace Linkage.Pseudonyms;

/// <summary>
/// What is done to the filters of a registry beyond the keyed encoding, at a cost in quality that docs/filters.md gives.
/// </summary>
/// <param name="Fold">
/// XOR folding (Schnell and Borgs 2016): bits i and i + 32 of every word become one, so that a bit no longer stands for certain elements; half the filter's length is left.
/// </param>
/// <param name="Flip">
/// Probability, 0 to below 0.5, that a bit is stored flipped (BLIP, Alaggan, Gambs and Kermarrec 2012), drawn once and for all from a keyed hash of the filter, so that equal values carry equal noise.
/// </param>
public readonly record struct FilterTreatment(bool Fold, double Flip)
{
    // One HMAC gives sixteen draws of 16 bits.
    private const int DrawsOfAMac = 16;

    /// <summary>Whether filters are stored as they are.</summary>
    public bool IsNone => !Fold && Flip == 0;

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterTreatment(redacted)";

    /// <summary>Folds a filter, if asked to.</summary>
    internal void FoldInto(ref FieldFilter filter)
    {
        if (!Fold)
            return;
        for (var word = 0; word < FieldFilter.Words; word++)
            filter[word] = (uint)(filter[word] ^ (filter[word] >> 32));
    }

    /// <summary>Flips bits of a filter that is to be stored, if asked to. A segment without any bit stays so: a field that is not known is not hidden.</summary>
    /// <param name="batch">Empty; hashes the draws, and is empty again afterwards.</param>
    /// <param name="filter">The filter, folded if it is to be.</param>
    internal void Disturb(TokenBatch batch, ref FieldFilter filter)
    {
        if (Flip <= 0)
            return;
        GatherDraws(batch, in filter);
        batch.Compute();
        var bound = (uint)(Flip * 65536);
        uint slot = 0;
        foreach (ref readonly var segment in FieldFilter.Segments)
        {
            if (!filter.Has(in segment))
                continue;
            ReadOnlySpan<byte> mac = default;
            for (var bit = 0; bit < segment.Words * Live; bit++)
            {
                if (bit % DrawsOfAMac == 0)
                    mac = batch.Mac(++slot);
                var drawn = (uint)((mac[bit % DrawsOfAMac * 2] << 8) | mac[(bit % DrawsOfAMac * 2) + 1]);
                if (drawn < bound)
                    filter[segment.FirstWord + (bit / Live)] ^= 1UL << (bit % Live);
            }
        }

        batch.Clear();
    }

    // Bits of a word that are in use.
    private int Live => Fold ? 32 : 64;

    // A message for sixteen bits: which sixteen, and the segment as it is.
    private void GatherDraws(TokenBatch batch, in FieldFilter filter)
    {
        Span<byte> message = stackalloc byte[1 + FieldFilter.Size];
        foreach (ref readonly var segment in FieldFilter.Segments)
        {
            if (!filter.Has(in segment))
                continue;
            var length = 1;
            for (var word = segment.FirstWord; word < segment.FirstWord + segment.Words; word++, length += sizeof(ulong))
                BinaryPrimitives.WriteUInt64LittleEndian(message[length..], filter[word]);
            for (var draw = 0; draw < segment.Words * Live / DrawsOfAMac; draw++)
            {
                message[0] = (byte)((segment.FirstWord * DrawsOfAMac) + draw);
                batch.Add(Purpose.FilterNoise, message[..length]);
            }
        }

        message.Clear();
    }
}
