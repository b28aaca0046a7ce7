namespace Linkage.Identity;

/// <summary>What people and programs put between the characters of a number, a postcode or a date, in UTF-8.</summary>
internal static class Separators
{
    /// <summary>Bytes of the separator that <paramref name="utf8"/> begins with; 0 when it begins with something else.</summary>
    public static int Length(ReadOnlySpan<byte> utf8)
    {
        var first = utf8[0];
        if (first < 0x80)
            return first is <= (byte)' ' or (byte)'-' or (byte)'.' or (byte)',' or (byte)'/' or (byte)'_' or (byte)'\'' or (byte)'"' or 0x7F ? 1 : 0;
        if (first == 0xC2)
            return utf8.Length > 1 && utf8[1] is 0x85 or 0xA0 or 0xAD ? 2 : 0; // next line, no-break space, soft hyphen
        if (utf8.Length < 3)
            return 0;
        return (first, utf8[1], utf8[2]) switch
        {
            (0xE2, 0x80, >= 0x80 and <= 0x95) => 3, // U+2000–2015: spaces, zero-width marks, hyphens and dashes
            (0xE2, 0x80, >= 0xA8 and <= 0xAF) => 3, // line and paragraph separator, direction marks, narrow no-break space
            (0xE2, 0x81, >= 0x9F and <= 0xA0) => 3, // mathematical space, word joiner
            (0xE2, 0x88, 0x92) => 3, // minus
            (0xE3, 0x80, 0x80) => 3, // ideographic space
            (0xEF, 0xBB, 0xBF) => 3, // byte order mark
            _ => 0,
        };
    }

    /// <summary>The text without separators at its ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> utf8)
    {
        int skip;
        while (!utf8.IsEmpty && (skip = Length(utf8)) > 0)
            utf8 = utf8[skip..];
        while (!utf8.IsEmpty)
        {
            if (Length(utf8[^1..]) == 1)
                utf8 = utf8[..^1];
            else if (utf8.Length >= 2 && Length(utf8[^2..]) == 2)
                utf8 = utf8[..^2];
            else if (utf8.Length >= 3 && Length(utf8[^3..]) == 3)
                utf8 = utf8[..^3];
            else
                break;
        }
        return utf8;
    }
}
