using System.Globalization;
using System.Text;

namespace Linkage.Identity;

/// <summary>What a character does in a name.</summary>
internal enum NameCharacter : byte
{
    /// <summary>Ends a part.</summary>
    Space,

    /// <summary>Kept, folded.</summary>
    Letter,

    /// <summary>Dropped, joins what stands around it: apostrophes, accents, invisible marks.</summary>
    Joiner,

    /// <summary>Ends a part of a surname, joins forenames.</summary>
    Hyphen,

    /// <summary>Dropped.</summary>
    Digit,

    /// <summary>Begins an aside.</summary>
    Open,

    /// <summary>Ends an aside.</summary>
    Close,

    /// <summary>Ends a part; N/A is told from NA by it.</summary>
    Slash,
}

/// <summary>Kinds and folding of the characters of names, and the words around names.</summary>
internal static class NameCharacters
{
    /// <summary>Kind of an ASCII character.</summary>
    public static NameCharacter OfAscii(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z' => NameCharacter.Letter,
        >= (byte)'0' and <= (byte)'9' => NameCharacter.Digit,
        (byte)'\'' or (byte)'`' => NameCharacter.Joiner,
        (byte)'-' => NameCharacter.Hyphen,
        (byte)'(' or (byte)'[' => NameCharacter.Open,
        (byte)')' or (byte)']' => NameCharacter.Close,
        (byte)'/' => NameCharacter.Slash,
        _ => NameCharacter.Space,
    };

    /// <summary>Kind of a character above U+007F. Characters of no known category are kept: they may be letters of a newer Unicode.</summary>
    public static NameCharacter Of(Rune rune)
    {
        var value = rune.Value;
        switch (value)
        {
            case >= 0xC0 and < 0x250 and not 0xD7 and not 0xF7:
                return NameCharacter.Letter;
            case 0xB4 or 0x2018 or 0x2019 or 0x201A or 0x201B or 0x2032 or 0xFF07 or 0xFF40:
            case >= 0x2B0 and <= 0x36F: // modifier letters (apostrophes among them) and combining accents
            case >= 0x1AB0 and <= 0x1AFF or >= 0x1DC0 and <= 0x1DFF or >= 0x20D0 and <= 0x20FF or >= 0xFE20 and <= 0xFE2F:
                return NameCharacter.Joiner;
            case >= 0x2010 and <= 0x2015 or 0x2212 or 0xFE63 or 0xFF0D:
                return NameCharacter.Hyphen;
        }
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => NameCharacter.Letter,
            UnicodeCategory.Format => NameCharacter.Joiner,
            UnicodeCategory.DecimalDigitNumber => NameCharacter.Digit,
            _ => NameCharacter.Space,
        };
    }

    /// <summary>Folds a letter above U+007F into at most 4 bytes of UTF-8; returns their number.</summary>
    public static int Fold(Rune rune, Span<byte> utf8)
    {
        if (!LatinLetters.TryFold(rune, out var first, out var second))
        {
            var upper = Rune.ToUpperInvariant(rune);
            if (!LatinLetters.TryFold(upper, out first, out second))
                return upper.EncodeToUtf8(utf8);
        }
        utf8[0] = first;
        if (second == 0)
            return 1;
        utf8[1] = second;
        return 2;
    }

    /// <summary>Titles that stand before a name and are not themselves common names.</summary>
    public static bool IsTitle(ReadOnlySpan<byte> part) => part.Length switch
    {
        2 => part.SequenceEqual("MR"u8) || part.SequenceEqual("MS"u8) || part.SequenceEqual("DR"u8) || part.SequenceEqual("MX"u8),
        3 => part.SequenceEqual("MRS"u8) || part.SequenceEqual("SIR"u8) || part.SequenceEqual("REV"u8),
        4 => part.SequenceEqual("MISS"u8) || part.SequenceEqual("PROF"u8) || part.SequenceEqual("REVD"u8) || part.SequenceEqual("MSTR"u8) || part.SequenceEqual("DAME"u8),
        6 => part.SequenceEqual("MASTER"u8),
        8 => part.SequenceEqual("REVEREND"u8),
        9 => part.SequenceEqual("PROFESSOR"u8),
        _ => false,
    };

    /// <summary>Ranks that stand before forenames, and are no forenames themselves (MAJOR is, rarely; alone it stays).</summary>
    public static bool IsRank(ReadOnlySpan<byte> part) => part.Length switch
    {
        3 => part.SequenceEqual("COL"u8) || part.SequenceEqual("GEN"u8) || part.SequenceEqual("SGT"u8) || part.SequenceEqual("CPL"u8),
        4 => part.SequenceEqual("CAPT"u8) || part.SequenceEqual("LADY"u8) || part.SequenceEqual("LORD"u8),
        5 => part.SequenceEqual("MAJOR"u8) || part.SequenceEqual("LIEUT"u8),
        7 => part.SequenceEqual("CAPTAIN"u8) || part.SequenceEqual("COLONEL"u8) || part.SequenceEqual("GENERAL"u8),
        _ => false,
    };

    /// <summary>Suffixes that stand behind a name and are not themselves common names.</summary>
    public static bool IsSuffix(ReadOnlySpan<byte> part) => part.Length switch
    {
        2 => part.SequenceEqual("JR"u8) || part.SequenceEqual("SR"u8) || part.SequenceEqual("II"u8) || part.SequenceEqual("IV"u8),
        3 => part.SequenceEqual("JNR"u8) || part.SequenceEqual("SNR"u8) || part.SequenceEqual("III"u8) || part.SequenceEqual("ESQ"u8),
        _ => false,
    };
}
