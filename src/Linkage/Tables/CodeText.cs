using Linkage.Batches;

namespace Linkage.Tables;

/// <summary>Normal form of clinical and drug codes, so that one concept is one value whatever the supplier's habit.</summary>
public static class CodeText
{
    /// <summary>Longest normal form: a SNOMED CT id of 18 digits.</summary>
    public const int MaxLength = 18;

    /// <summary>Writes the normal form.</summary>
    /// <param name="system">Coding system.</param>
    /// <param name="code">As sent.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Length; 0 when there is no code, −1 when it is not one of the system.</returns>
    public static int Normalise(CodeSystem system, ReadOnlySpan<byte> code, Span<byte> destination)
    {
        code = Trim(code);
        if (code.IsEmpty)
        {
            return 0;
        }

        return system switch
        {
            CodeSystem.Read2 or CodeSystem.Ctv3 => Read(code, destination),
            CodeSystem.Bnf => Bnf(code, destination),
            _ => SnomedCt(code, destination),
        };
    }

    /// <summary>Without spaces around.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    // 5 characters; suppliers append a 2-character term code (7), or leave the trailing dots away (1 to 4).
    private static int Read(ReadOnlySpan<byte> code, Span<byte> destination)
    {
        if (code.Length is 6 or > 7)
        {
            return -1;
        }

        foreach (var c in code)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c != (byte)'.')
            {
                return -1;
            }
        }

        if (code.Length == 7)
        {
            code = code[..5];
        }

        code.CopyTo(destination);
        destination[code.Length..5].Fill((byte)'.');
        return 5;
    }

    // Chapters, sections and paragraphs are dotted by some (04.03.03.00.00), not by others (0403030E0AAAAAA).
    private static int Bnf(ReadOnlySpan<byte> code, Span<byte> destination)
    {
        var length = 0;
        foreach (var c in code)
        {
            if (c is (byte)'.' or (byte)' ')
            {
                continue;
            }

            if (!char.IsAsciiLetterOrDigit((char)c) || length == 15)
            {
                return -1;
            }

            destination[length++] = (byte)char.ToUpperInvariant((char)c);
        }

        return length < 2 ? -1 : length;
    }

    // 6 to 18 digits (SNOMED CT identifier rules). The check digit is not tested: a local code is worth more to an analyst than a reject.
    private static int SnomedCt(ReadOnlySpan<byte> code, Span<byte> destination)
    {
        if (code.Length is < 6 or > 18 || code.ContainsAnyExceptInRange((byte)'0', (byte)'9') || code[0] == (byte)'0')
        {
            return -1;
        }

        code.CopyTo(destination);
        return code.Length;
    }
}
