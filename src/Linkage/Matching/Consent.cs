using System.Text;

namespace Linkage.Matching;

/// <summary>What a participants row says about consent.</summary>
public enum Consent : byte
{
    /// <summary>Nothing, or one of: given, active, yes, 1.</summary>
    Given,

    /// <summary>One of: withdrawn, no, 0.</summary>
    Withdrawn,

    /// <summary>Any other word: reported, and taken as withdrawn, the side on which an error does no harm.</summary>
    Unknown,
}

/// <summary>The words of the consent column.</summary>
internal static class ConsentWords
{
    /// <summary>Reads a word; case and surrounding white space do not matter.</summary>
    public static Consent Read(ReadOnlySpan<byte> utf8)
    {
        var word = utf8.Trim(" \t\r\n"u8);
        if (word.IsEmpty || Is(word, "given"u8) || Is(word, "active"u8) || Is(word, "yes"u8) || Is(word, "1"u8))
            return Consent.Given;
        return Is(word, "withdrawn"u8) || Is(word, "no"u8) || Is(word, "0"u8) ? Consent.Withdrawn : Consent.Unknown;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(word, expected);
}
