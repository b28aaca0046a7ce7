namespace Linkage.Pseudonyms;

/// <summary>What a sub-key is for; each has its own HKDF label, so one value under two purposes never gives one token.</summary>
public enum Purpose
{
    /// <summary>token/nhs-number.</summary>
    NhsNumber,

    /// <summary>token/date-of-birth: full date.</summary>
    DateOfBirth,

    /// <summary>token/birth-year.</summary>
    BirthYear,

    /// <summary>token/birth-month.</summary>
    BirthMonth,

    /// <summary>token/birth-day.</summary>
    BirthDay,

    /// <summary>token/surname.</summary>
    Surname,

    /// <summary>token/forename.</summary>
    Forename,

    /// <summary>token/forename-initial.</summary>
    ForenameInitial,

    /// <summary>token/sex.</summary>
    Sex,

    /// <summary>token/postcode: full unit postcode.</summary>
    Postcode,

    /// <summary>token/exact-key/1 … : field combinations of tier 2.</summary>
    ExactKey1,

    /// <summary>Second combination.</summary>
    ExactKey2,

    /// <summary>Third combination.</summary>
    ExactKey3,

    /// <summary>Fourth combination.</summary>
    ExactKey4,

    /// <summary>Fifth combination.</summary>
    ExactKey5,

    /// <summary>Sixth combination.</summary>
    ExactKey6,

    /// <summary>release/outsiders: pseudonyms of patients who are not participants, when kept.</summary>
    Outsiders,

    /// <summary>audit: the key check value.</summary>
    KeyCheck,
}

/// <summary>128-bit keyed token. Redacted in text.</summary>
public readonly record struct Token(ulong High, ulong Low)
{
    /// <summary>No token (field absent).</summary>
    public bool IsEmpty => (High | Low) == 0;

    /// <summary>Redacted.</summary>
    public override string ToString() => "Token(redacted)";
}

/// <summary>
/// Versioned 256-bit root keys from a key file (mode 0600, refused when readable by others). Key memory is zeroed on dispose.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>Version of the current key, from 1.</summary>
    public int CurrentVersion => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>Reads a key file; <see cref="KeyRingException"/> names the file and what to do, never content.</summary>
    public static KeyRing Load(string path) => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>Creates a new key file with one random key, mode 0600; refuses to overwrite.</summary>
    public static void CreateFile(string path, TimeProvider clock) => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>Adds a random key version and makes it current, atomically (temp file, sync, rename). Returns the version.</summary>
    public static int RotateFile(string path, TimeProvider clock) => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>A ring from known bytes (tests, known-answer vectors).</summary>
    public static KeyRing FromBytes(int version, ReadOnlySpan<byte> key) => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>Derives the sub-keys of one version; <see cref="KeyRingException"/> when the ring lacks it.</summary>
    public Pseudonymiser Pseudonymiser(int version) => throw new NotSupportedException("stub: pseudonyms");

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException("stub: pseudonyms");
}

/// <summary>A key file that cannot be used.</summary>
public sealed class KeyRingException(string message) : Exception(message);

/// <summary>
/// Normalised identifiers to tokens: HMAC-SHA-256 under the purpose's sub-key, first 128 bits. Not thread-safe; one per lane (<see cref="Clone"/>). Dispose zeroes the sub-keys.
/// </summary>
public sealed class Pseudonymiser : IDisposable
{
    /// <summary>Key version the sub-keys come from.</summary>
    public int KeyVersion => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>32-byte key check value: tells two keys apart, discloses neither.</summary>
    public ReadOnlySpan<byte> KeyCheck => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>Token of a value; the empty value gives the empty token.</summary>
    public Token Token(Purpose purpose, ReadOnlySpan<byte> value) => throw new NotSupportedException("stub: pseudonyms");

    /// <summary>A second instance with the same sub-keys for another thread.</summary>
    public Pseudonymiser Clone() => throw new NotSupportedException("stub: pseudonyms");

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException("stub: pseudonyms");
}
