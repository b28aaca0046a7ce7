namespace Linkage.Identity;

/// <summary>Sex as recorded.</summary>
public enum Sex : byte
{
    /// <summary>Not known or not recorded.</summary>
    Unknown,

    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Not specified / indeterminate.</summary>
    Other,
}

/// <summary>
/// UTF-8 text to <see cref="Sex"/>: letters (F, M, X and I other, U unknown), the codes of the NHS Data Dictionary's PERSON GENDER CODE (1 male, 2 female,
/// 9 not specified, 0 not known), and words.
/// </summary>
public static class SexCode
{
    private const int MaxLength = 16;

    /// <summary>Parses; Absent for "not known", Malformed for what is no code or word.</summary>
    public static FieldState Parse(ReadOnlySpan<byte> utf8, out Sex value)
    {
        value = Sex.Unknown;
        Span<byte> folded = stackalloc byte[MaxLength];
        var length = 0;
        for (var at = 0; at < utf8.Length;)
        {
            var b = utf8[at];
            if (char.IsAsciiLetterOrDigit((char)b))
            {
                if (length == MaxLength)
                    return FieldState.Malformed;
                folded[length++] = char.IsAsciiLetter((char)b) ? (byte)(b & ~0x20) : b;
                at++;
                continue;
            }
            var separator = Separators.Length(utf8[at..]);
            if (separator == 0)
                return FieldState.Malformed;
            at += separator;
        }
        folded = folded[..length];
        if (length == 0)
            return FieldState.Absent;
        value = length == 1 ? FromCode(folded[0]) : FromWord(folded);
        if (value != Sex.Unknown)
            return FieldState.Present;
        return (length == 1 && folded[0] is (byte)'U' or (byte)'0') || Placeholders.SaysNothing(folded) ? FieldState.Absent : FieldState.Malformed;
    }

    /// <summary>The one-letter code (F, M, X); empty for <see cref="Sex.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> Letter(Sex sex) => sex switch
    {
        Sex.Female => "F"u8,
        Sex.Male => "M"u8,
        Sex.Other => "X"u8,
        _ => default,
    };

    private static Sex FromCode(byte code) => code switch
    {
        (byte)'F' or (byte)'2' => Sex.Female,
        (byte)'M' or (byte)'1' => Sex.Male,
        (byte)'X' or (byte)'I' or (byte)'O' or (byte)'9' => Sex.Other,
        _ => Sex.Unknown,
    };

    private static Sex FromWord(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("FEMALE"u8) || word.SequenceEqual("WOMAN"u8) || word.SequenceEqual("GIRL"u8) || word.SequenceEqual("FEM"u8))
            return Sex.Female;
        if (word.SequenceEqual("MALE"u8) || word.SequenceEqual("MAN"u8) || word.SequenceEqual("BOY"u8))
            return Sex.Male;
        if (word.SequenceEqual("OTHER"u8) || word.SequenceEqual("INDETERMINATE"u8) || word.SequenceEqual("NOTSPECIFIED"u8)
            || word.SequenceEqual("INTERSEX"u8) || word.SequenceEqual("NONBINARY"u8))
        {
            return Sex.Other;
        }
        return Sex.Unknown;
    }
}
