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
    internal void Disturb(Pseudonymiser pseudonymiser, ref FieldFilter filter)
    {
        if (Flip <= 0)
            return;
        var bound = (uint)(Flip * 65536);
        Span<byte> message = stackalloc byte[FieldFilter.Size + 1];
        Span<byte> mac = stackalloc byte[32];
        foreach (ref readonly var segment in FieldFilter.Segments)
        {
            if (!filter.Has(in segment))
                continue;
            var length = 1;
            for (var word = segment.FirstWord; word < segment.FirstWord + segment.Words; word++, length += 8)
                System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(message[length..], filter[word]);
            var live = Fold ? 32 : 64;
            for (var bit = 0; bit < segment.Words * live; bit++)
            {
                // One HMAC gives sixteen draws of 16 bits.
                if (bit % 16 == 0)
                {
                    message[0] = (byte)((segment.FirstWord * 16) + (bit / 16));
                    pseudonymiser.Mac(Purpose.FilterNoise, message[..length], mac);
                }

                var drawn = (uint)((mac[bit % 16 * 2] << 8) | mac[(bit % 16 * 2) + 1]);
                if (drawn < bound)
                    filter[segment.FirstWord + (bit / live)] ^= 1UL << (bit % live);
            }
        }

        message.Clear();
    }
}
