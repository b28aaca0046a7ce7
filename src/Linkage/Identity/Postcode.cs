namespace Linkage.Identity;

/// <summary>
/// UTF-8 text to a postcode without space: outcode and incode (5 to 7 characters), or the outcode alone (2 to 4).
/// </summary>
/// <remarks>
/// Shapes: A9, A99, AA9, AA99, A9A, AA9A before 9AA (Royal Mail; BS 7666), GIR 0AA, the historic NPT 9AA of Newport, and BFPO with
/// 1 to 4 digits (not a unit postcode). Old postcodes keep their shape and are taken as they are. Only the shape is checked: a mistyped
/// letter makes another postcode, and comparison copes with that better than a missing one.
/// <list type="bullet">
/// <item>Any separators, anywhere, any case. A single digit behind a last space is a sector ("SW1A 1"): its outcode is kept.</item>
/// <item>O for 0, 0 for O, I for 1 and 1 for I are put right where the position leaves one reading only. No district is written
/// with a leading zero, so S01 is SO1; no area's second letter is I, so SI1 is S11.</item>
/// <item>Pseudo postcodes of the NHS (ZZ99 …: abroad, no fixed abode, not known) say that there is none: absent.</item>
/// <item>Anything else of letters and digits is malformed; its characters are kept, up to <see cref="MaxLength"/>, as an opaque code that can be
/// compared with another of its kind.</item>
/// </list>
/// </remarks>
public static class Postcode
{
    /// <summary>Longest code kept, of any shape.</summary>
    public const int MaxLength = 16;

    private const int Incode = 3;

    /// <summary>
    /// Parses into <paramref name="destination"/> (at least <see cref="MaxLength"/> bytes).
    /// </summary>
    /// <param name="utf8">The field.</param>
    /// <param name="destination">Upper-case code; of a malformed one its letters and digits.</param>
    /// <param name="length">Bytes written; 0 when absent, or when malformed beyond letters and digits or <see cref="MaxLength"/>.</param>
    /// <param name="isFull">Whether it is a full unit postcode.</param>
    public static FieldState Parse(ReadOnlySpan<byte> utf8, Span<byte> destination, out int length, out bool isFull)
    {
        isFull = false;
        if (!Collect(utf8, destination, out length, out var sector))
        {
            length = 0;
            return FieldState.Malformed;
        }
        var code = destination[..length];
        if (length == 0 || Placeholders.SaysNothing(code))
        {
            length = 0;
            return FieldState.Absent;
        }
        if (code.StartsWith("ZZ99"u8))
        {
            length = 0;
            return FieldState.Absent;
        }
        if (IsForces(code))
            return FieldState.Present;
        // Every postcode has a letter that is one: digits alone are a code of another country, not O and I mistyped.
        if (!code.ContainsAnyInRange((byte)'A', (byte)'Z'))
            return FieldState.Malformed;
        if (length is >= 5 and <= 7 && TryFull(code))
        {
            isFull = true;
            return FieldState.Present;
        }
        if (sector && length is >= 3 and <= 5 && TryOutcode(code[..^1]))
        {
            length--;
            return FieldState.Present;
        }
        return !sector && length is >= 2 and <= 4 && TryOutcode(code) ? FieldState.Present : FieldState.Malformed;
    }

    // Letters and digits, upper case. Sector: the last group is one digit.
    private static bool Collect(ReadOnlySpan<byte> utf8, Span<byte> destination, out int length, out bool sector)
    {
        length = 0;
        var lastGroup = 0;
        for (var at = 0; at < utf8.Length;)
        {
            var b = utf8[at];
            if (char.IsAsciiLetterOrDigit((char)b))
            {
                if (length == MaxLength)
                {
                    sector = false;
                    return false;
                }
                destination[length++] = char.IsAsciiLetter((char)b) ? (byte)(b & ~0x20) : b;
                at++;
                continue;
            }
            var separator = Separators.Length(utf8[at..]);
            if (separator == 0)
            {
                sector = false;
                return false;
            }
            at += separator;
            // A separator at the end opens no group.
            if (at < utf8.Length && char.IsAsciiLetterOrDigit((char)utf8[at]))
                lastGroup = length;
        }
        sector = lastGroup > 1 && length - lastGroup == 1 && char.IsAsciiDigit((char)destination[length - 1]);
        return true;
    }

    private static bool IsForces(ReadOnlySpan<byte> code) =>
        code.Length is >= 5 and <= 8 && code.StartsWith("BFPO"u8) && !code[4..].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool TryFull(Span<byte> code)
    {
        var outcode = code[..^Incode];
        var incode = code[^Incode..];
        if (!IsDigitLike(incode[0]) || !IsLetterLike(incode[1]) || !IsLetterLike(incode[2]))
            return false;
        if (IsGiro(code))
            outcode[1] = (byte)'I';
        else if (!outcode.SequenceEqual("NPT"u8) && !TryOutcode(outcode))
            return false;
        incode[0] = Digit(incode[0]);
        incode[1] = Letter(incode[1]);
        incode[2] = Letter(incode[2]);
        return true;
    }

    // GIR 0AA has a shape of its own, and is the only one of it: G1R 9AA is a postcode of district G1R.
    private static bool IsGiro(ReadOnlySpan<byte> code) =>
        code.Length == 6 && code[0] == 'G' && Letter(code[1]) == 'I' && code[2] == 'R' && Digit(code[3]) == '0' && code[4..].SequenceEqual("AA"u8);

    // The reading as written wins; else the one reading that confusions of O and 0, I and 1 allow; none or several: not an outcode.
    private static bool TryOutcode(Span<byte> outcode)
    {
        if (outcode.Length is < 2 or > 4)
            return false;
        Span<byte> reading = stackalloc byte[4];
        Span<byte> found = stackalloc byte[4];
        reading = reading[..outcode.Length];
        found = found[..outcode.Length];
        var readings = 0;
        foreach (var shape in Shapes(outcode.Length))
        {
            if (!Read(outcode, shape, reading))
                continue;
            if (reading.SequenceEqual(outcode))
                return true;
            if (readings == 0 || !reading.SequenceEqual(found))
                readings++;
            reading.CopyTo(found);
        }
        if (readings != 1)
            return false;
        found.CopyTo(outcode);
        return true;
    }

    private static ReadOnlySpan<Shape> Shapes(int length) => length switch
    {
        2 => [Shape.A9],
        3 => [Shape.A99, Shape.AA9, Shape.A9A],
        _ => [Shape.AA99, Shape.AA9A],
    };

    private static bool Read(ReadOnlySpan<byte> outcode, Shape shape, Span<byte> reading)
    {
        var letters = shape is Shape.AA9 or Shape.AA99 or Shape.AA9A ? 2 : 1;
        for (var i = 0; i < outcode.Length; i++)
        {
            var letter = i < letters || (i == outcode.Length - 1 && shape is Shape.A9A or Shape.AA9A);
            if (letter ? !IsLetterLike(outcode[i]) : !IsDigitLike(outcode[i]))
                return false;
            reading[i] = letter ? Letter(outcode[i]) : Digit(outcode[i]);
        }
        if (letters == 2 && reading[1] == 'I')
            return false;
        return shape switch
        {
            Shape.A99 => reading[1] != '0',
            Shape.AA99 => reading[2] != '0',
            Shape.A9A or Shape.AA9A => reading[^1] is not ((byte)'O' or (byte)'I'),
            _ => true,
        };
    }

    private static bool IsLetterLike(byte b) => char.IsAsciiLetterUpper((char)b) || b is (byte)'0' or (byte)'1';

    private static bool IsDigitLike(byte b) => char.IsAsciiDigit((char)b) || b is (byte)'O' or (byte)'I';

    private static byte Letter(byte b) => b switch { (byte)'0' => (byte)'O', (byte)'1' => (byte)'I', _ => b };

    private static byte Digit(byte b) => b switch { (byte)'O' => (byte)'0', (byte)'I' => (byte)'1', _ => b };

    private enum Shape : byte
    {
        A9,
        A99,
        AA9,
        A9A,
        AA99,
        AA9A,
    }
}
