using System.Runtime.InteropServices;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Scoring;

/// <summary>
/// What tier 3 needs of a registry row besides its tokens (<see cref="RegistryRow"/>), and of a patient: the filter, tokens for blocks and for finer agreement, and how common the row's
/// values are among the rows. 0 is an absent field. 192 bytes, three cache lines, little-endian in the file.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct ScoredRow
{
    /// <summary>Bytes of a row.</summary>
    public const int Size = 192;

    /// <summary>Filters of the fields.</summary>
    public FieldFilter Filter;

    /// <summary>Second forename, under the key of forenames.</summary>
    public ulong OtherForename;

    /// <summary>Root of the forename.</summary>
    public ulong ForenameRoot;

    /// <summary>Sound of the surname.</summary>
    public ulong SurnameSound;

    /// <summary>Sound of the forename's root.</summary>
    public ulong ForenameSound;

    /// <summary>Postcode sector.</summary>
    public ulong Sector;

    /// <summary>Unit postcode, or opaque code.</summary>
    public ulong Code;

    /// <summary>Letters of surname and forename whatever their order, half a token each: equal where two letters were exchanged.</summary>
    public uint SurnameLetters, ForenameLetters;

    /// <summary>Rarity of the values among all rows, <see cref="Rarity"/> units.</summary>
    public byte SurnameRarity, ForenameRarity, DateRarity, CodeRarity;

    /// <summary>What is known besides.</summary>
    public ScoredFlags Flags;

    /// <summary>Whether the identifiers that <see cref="RegistryRow.SameIdentifiers"/> does not know are the same.</summary>
    public readonly bool SameIdentifiers(in ScoredRow other) => OtherForename == other.OtherForename && Code == other.Code;
}

/// <summary>What is known of a row besides its tokens.</summary>
[Flags]
internal enum ScoredFlags : uint
{
    None = 0,

    /// <summary>Born on 1 January, or only the year is known.</summary>
    YearOnly = 1,

    /// <summary>The participant has rows before this one.</summary>
    HasRowBefore = 2,

    /// <summary>The participant has rows behind this one.</summary>
    HasRowBehind = 4,
}

/// <summary>
/// How rare a value is: −log2 of its share of all rows, in eighths of a bit, in one byte. A value seen once in 500,000 rows has 18.9 bits.
/// </summary>
internal static class Rarity
{
    private const double Steps = 8;

    /// <summary>Rarity of a value that <paramref name="count"/> of <paramref name="total"/> rows are expected to have.</summary>
    public static byte Of(double count, long total) => (byte)Math.Clamp(Math.Round(Math.Log2(total / count) * Steps), 0, byte.MaxValue);

    /// <summary>Bits of a rarity.</summary>
    public static double Bits(byte rarity) => rarity / Steps;
}
