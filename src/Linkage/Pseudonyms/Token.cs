namespace Linkage.Pseudonyms;

/// <summary>128-bit keyed token: the first 16 bytes of an HMAC-SHA-256, big-endian. Redacted in text.</summary>
/// <param name="High">Bytes 0 to 7.</param>
/// <param name="Low">Bytes 8 to 15.</param>
public readonly record struct Token(ulong High, ulong Low)
{
    /// <summary>No token (field absent). No value has this token: see <see cref="Pseudonymiser"/>.</summary>
    public bool IsEmpty => (High | Low) == 0;

    /// <summary>Redacted.</summary>
    public override string ToString() => "Token(redacted)";
}
