using System.Numerics;
using System.Runtime.CompilerServices;

namespace Linkage.Pseudonyms;

/// <summary>A part of a <see cref="FieldFilter"/>: the bits of one field.</summary>
/// <param name="Purpose">Key its bit positions are drawn with.</param>
/// <param name="FirstWord">First 64-bit word.</param>
/// <param name="Words">Length in words.</param>
/// <param name="Hashes">Bits drawn for each element.</param>
internal readonly record struct FilterSegment(Purpose Purpose, int FirstWord, int Words, int Hashes)
{
    /// <summary>Length in bits.</summary>
    public int Bits => 64 * Words;

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterSegment(redacted)";
}

/// <summary>
/// Keyed Bloom filters of one person's fields: 1,024 bits in fixed segments, after Schnell, Bachteler and Reiher, Privacy-preserving record linkage using Bloom
/// filters (2009), with bit positions drawn from HMAC instead of double hashing (Niedermeyer et al. 2014 show why). A field that is not known has no bit. Never leaves the linkage zone:
/// docs/filters.md says what it discloses.
/// </summary>
[InlineArray(Words)]
internal struct FieldFilter
{
    /// <summary>64-bit words of a filter.</summary>
    public const int Words = 16;

    /// <summary>Bits of a filter.</summary>
    public const int Bits = 64 * Words;

    /// <summary>Bytes of a filter.</summary>
    public const int Size = Bits / 8;

    /// <summary>Segment of the surname.</summary>
    public static readonly FilterSegment Surname = new(Purpose.FilterSurname, 0, 4, 12);

    /// <summary>Segment of the forename.</summary>
    public static readonly FilterSegment Forename = new(Purpose.FilterForename, 4, 4, 12);

    /// <summary>Segment of the date of birth.</summary>
    public static readonly FilterSegment DateOfBirth = new(Purpose.FilterDateOfBirth, 8, 3, 8);

    /// <summary>Segment of the sex.</summary>
    public static readonly FilterSegment Sex = new(Purpose.FilterSex, 11, 1, 16);

    /// <summary>Segment of the postcode.</summary>
    public static readonly FilterSegment Postcode = new(Purpose.FilterPostcode, 12, 4, 10);

    private ulong _first;

    /// <summary>All segments, in order.</summary>
    public static ReadOnlySpan<FilterSegment> Segments => All;

    private static readonly FilterSegment[] All = [Surname, Forename, DateOfBirth, Sex, Postcode];

    /// <summary>Whether a segment has any bit: whether its field is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Has(in FilterSegment segment)
    {
        ulong any = 0;
        for (var word = segment.FirstWord; word < segment.FirstWord + segment.Words; word++)
            any |= this[word];
        return any != 0;
    }

    /// <summary>Bits set in a segment.</summary>
    public readonly int Count(in FilterSegment segment)
    {
        var count = 0;
        for (var word = segment.FirstWord; word < segment.FirstWord + segment.Words; word++)
            count += BitOperations.PopCount(this[word]);
        return count;
    }

    /// <summary>Bits set in a segment of two filters: of the one, of the other, of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int First, int Second, int Both) Count(in FilterSegment segment, in FieldFilter first, in FieldFilter second)
    {
        int a = 0, b = 0, both = 0;
        for (var word = segment.FirstWord; word < segment.FirstWord + segment.Words; word++)
        {
            a += BitOperations.PopCount(first[word]);
            b += BitOperations.PopCount(second[word]);
            both += BitOperations.PopCount(first[word] & second[word]);
        }

        return (a, b, both);
    }

    /// <summary>Redacted.</summary>
    public override readonly string ToString() => "FieldFilter(redacted)";
}
