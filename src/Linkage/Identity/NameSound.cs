namespace Linkage.Identity;

/// <summary>
/// A name's sound in at most <see cref="MaxLength"/> letters: names that are spelt differently and spoken alike fall together (SMYTH and SMITH, CATHERINE and KATHRYN), for blocking only. In the
/// manner of Soundex (Russell 1918), with English digraphs read first and the first letter coded like the others, so that PHILIP and FILIP meet.
/// </summary>
internal static class NameSound
{
    /// <summary>Letters of a sound.</summary>
    public const int MaxLength = 5;

    /// <summary>Writes the sound of a normalised name; 0 letters when it has none of A to Z.</summary>
    /// <param name="name">Normalised name.</param>
    /// <param name="sound">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Letters written.</returns>
    public static int Write(ReadOnlySpan<byte> name, Span<byte> sound)
    {
        var length = 0;
        byte last = 0;
        for (var at = 0; at < name.Length && length < MaxLength;)
        {
            var code = Read(name, at, out var consumed);
            // A vowel counts in front only, but parts two equal consonants.
            if (code == Vowel && at > 0)
                last = 0;
            else if (code != Silent && code != last)
                last = sound[length++] = code;
            at += consumed;
        }

        return length;
    }

    private const byte Silent = 0;
    private const byte Vowel = (byte)'A';

    private static byte Read(ReadOnlySpan<byte> name, int at, out int consumed)
    {
        var rest = name[at..];
        consumed = 1;
        if (at == 0 && (rest.StartsWith("KN"u8) || rest.StartsWith("GN"u8) || rest.StartsWith("PN"u8) || rest.StartsWith("WR"u8)))
        {
            consumed = 2;
            return Single(rest[1]);
        }

        if (rest.StartsWith("PH"u8))
            return Pair((byte)'F', out consumed);
        if (rest.StartsWith("GH"u8))
            return Pair(at == 0 ? (byte)'K' : Silent, out consumed);
        if (rest.StartsWith("CK"u8))
            return Pair((byte)'K', out consumed);
        if (rest.StartsWith("SH"u8) || rest.StartsWith("SC"u8) || rest.StartsWith("CH"u8) || rest.StartsWith("TH"u8))
        {
            consumed = rest.StartsWith("SCH"u8) ? 3 : 2;
            return rest[0] switch { (byte)'T' => (byte)'T', (byte)'C' => (byte)'K', _ => (byte)'S' };
        }

        if (rest[0] == 'C')
            return rest.Length > 1 && rest[1] is (byte)'E' or (byte)'I' or (byte)'Y' ? (byte)'S' : (byte)'K';
        return Single(rest[0]);
    }

    private static byte Pair(byte code, out int consumed)
    {
        consumed = 2;
        return code;
    }

    private static byte Single(byte letter) => letter switch
    {
        (byte)'A' or (byte)'E' or (byte)'I' or (byte)'O' or (byte)'U' or (byte)'Y' => Vowel,
        (byte)'B' or (byte)'P' => (byte)'P',
        (byte)'F' or (byte)'V' => (byte)'F',
        (byte)'G' or (byte)'J' or (byte)'K' or (byte)'Q' or (byte)'X' => (byte)'K',
        (byte)'D' or (byte)'T' => (byte)'T',
        (byte)'M' or (byte)'N' => (byte)'N',
        (byte)'L' => (byte)'L',
        (byte)'R' => (byte)'R',
        (byte)'S' or (byte)'Z' => (byte)'S',
        _ => Silent,
    };
}
