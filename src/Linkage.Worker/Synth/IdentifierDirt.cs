namespace Linkage.Worker.Synth;

/// <summary>How an identifier may be written down irregularly. The names, in kebab-case, stand in truth.csv.</summary>
internal enum IdentifierDirt
{
    /// <summary>3-3-4 with spaces: the same number.</summary>
    NhsSpaced,

    /// <summary>3-3-4 with dashes: the same number.</summary>
    NhsDashed,

    /// <summary>Another last digit, which Modulus 11 finds.</summary>
    NhsBadCheckDigit,

    /// <summary>The placeholder of ten zeros.</summary>
    NhsZeros,

    /// <summary>The placeholder of ten nines.</summary>
    NhsNines,

    /// <summary>A Scottish CHI number instead: day of birth and four digits.</summary>
    NhsChi,

    /// <summary>None.</summary>
    NhsMissing,

    /// <summary>A valid number that belongs to nobody.</summary>
    NhsUnissued,

    /// <summary>The number of the partner, whose date of birth agrees in less than two parts.</summary>
    NhsOfPartner,

    /// <summary>DD/MM/YYYY: the same date.</summary>
    DobBritish,

    /// <summary>YYYYMMDD: the same date.</summary>
    DobCompact,

    /// <summary>With midnight behind it: the same date.</summary>
    DobTimestamp,

    /// <summary>Day and month swapped.</summary>
    DobSwapped,

    /// <summary>Day or month wrong, the year right.</summary>
    DobTypo,

    /// <summary>Year and month only.</summary>
    DobYearMonth,

    /// <summary>Year only.</summary>
    DobYear,

    /// <summary>None.</summary>
    DobMissing,

    /// <summary>Names in capitals, or all small.</summary>
    NameCase,

    /// <summary>Accents taken off, or one put on.</summary>
    NameAccent,

    /// <summary>Apostrophe left out, typographic, or a stray one.</summary>
    NameApostrophe,

    /// <summary>Hyphen lost, half of a double-barrelled name lost, or a second half gained.</summary>
    NameDoubleBarrelled,

    /// <summary>Letters of the surname swapped, dropped or doubled.</summary>
    SurnameTypo,

    /// <summary>The same in the forename.</summary>
    ForenameTypo,

    /// <summary>Initial only.</summary>
    ForenameInitial,

    /// <summary>None.</summary>
    ForenameMissing,

    /// <summary>Surname and forename in each other's place.</summary>
    NamesSwapped,

    /// <summary>Without its space.</summary>
    PostcodeUnspaced,

    /// <summary>In small letters.</summary>
    PostcodeLower,

    /// <summary>Outward part only.</summary>
    PostcodeOutcode,

    /// <summary>None.</summary>
    PostcodeMissing,

    /// <summary>Of another address in the practice's area.</summary>
    PostcodeOther,

    /// <summary>None.</summary>
    SexMissing,

    /// <summary>As a word.</summary>
    SexWord,
}

/// <summary>What is known of the kinds of irregular identifiers.</summary>
internal static class IdentifierDirtKinds
{
    /// <summary>The fields, each with its first kind and how often of 20 irregular patients it is the one.</summary>
    public static readonly (IdentifierDirt First, IdentifierDirt Last, int Weight)[] Fields =
    [
        (IdentifierDirt.NhsSpaced, IdentifierDirt.NhsOfPartner, 7),
        (IdentifierDirt.DobBritish, IdentifierDirt.DobMissing, 4),
        (IdentifierDirt.NameCase, IdentifierDirt.NamesSwapped, 5),
        (IdentifierDirt.PostcodeUnspaced, IdentifierDirt.PostcodeOther, 3),
        (IdentifierDirt.SexMissing, IdentifierDirt.SexWord, 1),
    ];

    /// <summary>Names as in truth.csv.</summary>
    public static readonly byte[][] Names = KebabCase.NamesOf<IdentifierDirt>();

    /// <summary>Whether NHS number and date of birth still say what they should, in whatever form.</summary>
    public static bool KeepsNumberAndBirth(IdentifierDirt kind) =>
        kind is <= IdentifierDirt.NhsDashed or >= IdentifierDirt.DobBritish and <= IdentifierDirt.DobTimestamp or >= IdentifierDirt.NameCase;
}
