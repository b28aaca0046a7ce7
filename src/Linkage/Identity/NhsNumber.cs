namespace Linkage.Identity;

/// <summary>
/// The ten-digit patient number of the NHS: UTF-8 text to digits and a state.
/// </summary>
/// <remarks>
/// Accepts any separators between and around the digits (3-3-4 with spaces, dashes, no-break spaces, dots). The last digit is checked by
/// Modulus 11 (NHS Data Dictionary, attribute NHS NUMBER); a check value of 10 is never issued. Ranges, by the same dictionary:
/// <list type="bullet">
/// <item>010101 0000 to 311299 9999 with a real day and month in front: a Scottish CHI number.</item>
/// <item>320 000 0001 to 399 999 9999: a Health and Care number of Northern Ireland.</item>
/// <item>400 to 499 and 600 to 799 million: England, Wales and the Isle of Man. 999: test numbers.</item>
/// <item>The rest from 500 and 800 million up is not issued today; such a number is taken as it is, because ranges may be opened and
/// a number nobody has links nobody.</item>
/// <item>The rest below 320 million has no meaning: malformed.</item>
/// </list>
/// CHI and Northern Irish numbers identify a person as well as any NHS number and are what Scottish and Northern Irish participants have; they are usable, and
/// their state is there to be counted. Nine digits are malformed even where a leading zero was probably lost: a guess is not an identifier.
/// </remarks>
public static class NhsNumber
{
    /// <summary>Digits of a number.</summary>
    public const int Length = 10;

    /// <summary>Whether a number in this state has ten checked digits that identify a person.</summary>
    public static bool IsUsable(FieldState state) => state is FieldState.Present or FieldState.ChiNumber or FieldState.NorthernIreland;

    /// <summary>
    /// Parses a number. <paramref name="digits"/> (at least <see cref="Length"/> bytes) holds ASCII digits when <see cref="IsUsable"/>; otherwise zero bytes.
    /// </summary>
    public static FieldState Parse(ReadOnlySpan<byte> utf8, Span<byte> digits)
    {
        digits = digits[..Length];
        var state = Read(utf8, digits);
        if (!IsUsable(state))
            digits.Clear();
        return state;
    }

    /// <summary>Check digit of the first nine of <paramref name="digits"/> (ASCII): 0 to 9, or 10 for a number that cannot be issued.</summary>
    public static int CheckDigit(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < Length - 1; i++)
            sum += (digits[i] - '0') * (Length - i);
        return (11 - (sum % 11)) % 11;
    }

    private static FieldState Read(ReadOnlySpan<byte> utf8, Span<byte> digits)
    {
        var count = 0;
        for (var at = 0; at < utf8.Length;)
        {
            var b = utf8[at];
            if (char.IsAsciiDigit((char)b))
            {
                if (count == Length)
                    return FieldState.Malformed;
                digits[count++] = b;
                at++;
                continue;
            }
            var separator = Separators.Length(utf8[at..]);
            if (separator == 0)
                return count == 0 && Placeholders.SaysNothing(utf8) ? FieldState.Absent : FieldState.Malformed;
            at += separator;
        }
        return count switch
        {
            0 => FieldState.Absent,
            Length => Judge(digits),
            _ => FieldState.Malformed,
        };
    }

    private static FieldState Judge(ReadOnlySpan<byte> digits)
    {
        // Every repeated digit passes Modulus 11, and so do these two rows of the keyboard.
        if (!digits.ContainsAnyExcept(digits[0]) || digits.SequenceEqual("0123456789"u8) || digits.SequenceEqual("9876543210"u8))
            return FieldState.Sentinel;
        if (CheckDigit(digits) != digits[Length - 1] - '0')
            return FieldState.BadCheckDigit;
        if (digits[0] >= '4')
            return FieldState.Present;
        if (digits[0] == '3' && digits[1] >= '2')
            return FieldState.NorthernIreland;
        return StartsWithDate(digits) ? FieldState.ChiNumber : FieldState.Malformed;
    }

    // DDMMYY without a century: 29 February is a day of every year whose two digits divide by four.
    private static bool StartsWithDate(ReadOnlySpan<byte> digits)
    {
        int day = Two(digits), month = Two(digits[2..]), year = Two(digits[4..]);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(2000 + year, month);
    }

    private static int Two(ReadOnlySpan<byte> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';
}
