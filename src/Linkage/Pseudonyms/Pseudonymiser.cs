using System.Buffers.Binary;
using System.Security.Cryptography;
using Linkage.Kernels;

namespace Linkage.Pseudonyms;

/// <summary>
/// Normalised identifiers to tokens: HMAC-SHA-256 under the purpose's sub-key, first 128 bits. Not thread-safe; one per lane
/// (<see cref="Clone"/>). Dispose zeroes the sub-keys.
/// </summary>
/// <remarks>
/// One token by itself is the platform's HMAC with its two pads hashed beforehand, about 0.6 µs. Where a batch's or a person's values are known together, gather them (<see cref="TokenBatch"/>): the
/// vector kernel then takes a small part of that for each (docs/kernels.md). Both give the same bits.
/// The empty value has the empty token. An HMAC whose first 128 bits are all zero (2^-128) is given as (0, 1), so that a value never
/// looks absent.
/// </remarks>
public sealed class Pseudonymiser : IDisposable
{
    /// <summary>Bytes of the key check value.</summary>
    public const int KeyCheckSize = 32;

    /// <summary>Characters of a pseudonym written by <see cref="WriteOutsider(ReadOnlySpan{byte}, Span{byte})"/>.</summary>
    public const int OutsiderLength = 32;

    private readonly byte[] _subKeys;
    private readonly KeyedHash _hash;
    private readonly FieldMessage _fields = new();
    private readonly byte[] _keyCheck = new byte[KeyCheckSize];
    private bool _disposed;

    /// <summary>From sub-keys in the order of <see cref="Purpose"/>, 32 bytes each; takes the array over. Seam for known-answer tests.</summary>
    internal Pseudonymiser(int keyVersion, byte[] subKeys)
    {
        KeyVersion = keyVersion;
        _subKeys = subKeys;
        _hash = new KeyedHash(subKeys);
        _hash.Compute((int)Purpose.KeyCheck, "linkage key check 1"u8, _keyCheck);
    }

    /// <summary>Key version the sub-keys come from.</summary>
    public int KeyVersion { get; }

    /// <summary>32-byte key check value: tells two keys apart, discloses neither.</summary>
    public ReadOnlySpan<byte> KeyCheck => _keyCheck;

    /// <summary>The sub-keys, for tests of zeroing and of the key schedule.</summary>
    internal ReadOnlySpan<byte> SubKeys => _subKeys;

    internal static Pseudonymiser Derive(int version, ReadOnlySpan<byte> rootKey)
    {
        var subKeys = GC.AllocateArray<byte>(KeySchedule.PurposeCount * KeySchedule.KeySize, pinned: true);
        for (var i = 0; i < KeySchedule.PurposeCount; i++)
            KeySchedule.Derive(rootKey, version, (Purpose)i, subKeys.AsSpan(i * KeySchedule.KeySize, KeySchedule.KeySize));
        return new Pseudonymiser(version, subKeys);
    }

    /// <summary>Whether a stored key check value is this key's; takes the same time wherever they differ.</summary>
    public bool KeyCheckEquals(ReadOnlySpan<byte> keyCheck) => CryptographicOperations.FixedTimeEquals(_keyCheck, keyCheck);

    /// <summary>Token of a value; the empty value gives the empty token.</summary>
    public Token Token(Purpose purpose, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return default;
        Span<byte> mac = stackalloc byte[KeyedHash.MacSize];
        Mac(purpose, value, mac);
        var token = TokenOf(BinaryPrimitives.ReadUInt64BigEndian(mac), BinaryPrimitives.ReadUInt64BigEndian(mac[8..]));
        CryptographicOperations.ZeroMemory(mac);
        return token;
    }

    /// <summary>
    /// Token of two fields together; the empty token when one is empty. The message is a count of fields, then each field's length and
    /// bytes, so that ("AB", "C") and ("A", "BC") differ.
    /// </summary>
    public Token Token(Purpose purpose, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.IsEmpty || b.IsEmpty ? default : Composed(purpose, 2, a, b, default, default, default);

    /// <summary>Token of three fields together; the empty token when one is empty.</summary>
    public Token Token(Purpose purpose, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c) =>
        a.IsEmpty || b.IsEmpty || c.IsEmpty ? default : Composed(purpose, 3, a, b, c, default, default);

    /// <summary>Token of four fields together; the empty token when one is empty.</summary>
    public Token Token(Purpose purpose, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d) =>
        a.IsEmpty || b.IsEmpty || c.IsEmpty || d.IsEmpty ? default : Composed(purpose, 4, a, b, c, d, default);

    /// <summary>Token of five fields together; the empty token when one is empty.</summary>
    public Token Token(Purpose purpose, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d, ReadOnlySpan<byte> e) =>
        a.IsEmpty || b.IsEmpty || c.IsEmpty || d.IsEmpty || e.IsEmpty ? default : Composed(purpose, 5, a, b, c, d, e);

    /// <summary>
    /// Writes the pseudonym of a patient who is not a participant: 32 lower-case hex characters of the token under
    /// <see cref="Purpose.Outsiders"/>. False, and nothing written, when <paramref name="value"/> is empty.
    /// </summary>
    /// <param name="value">What tells the patient from others: the NHS number's digits.</param>
    /// <param name="hex">At least <see cref="OutsiderLength"/> bytes.</param>
    public bool WriteOutsider(ReadOnlySpan<byte> value, Span<byte> hex)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hex.Length, OutsiderLength, nameof(hex));
        return WriteOutsider(Token(Purpose.Outsiders, value), hex);
    }

    /// <summary>Writes a pseudonym whose token under <see cref="Purpose.Outsiders"/> was gathered with others; false for the empty token.</summary>
    internal static bool WriteOutsider(Token token, Span<byte> hex)
    {
        if (token.IsEmpty)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, token.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], token.Low);
        return Convert.TryToHexStringLower(bytes, hex, out _);
    }

    /// <summary>A second instance with the same sub-keys for another thread; each is disposed by itself.</summary>
    public Pseudonymiser Clone()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var copy = GC.AllocateArray<byte>(_subKeys.Length, pinned: true);
        _subKeys.CopyTo(copy, 0);
        return new Pseudonymiser(KeyVersion, copy);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_subKeys);
        _fields.Clear();
        _hash.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "Pseudonymiser(redacted)";

    /// <summary>Hashes all messages of a queue, whose keys are purposes.</summary>
    internal void Compute(KeyedMessages messages)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _hash.Compute(messages);
    }

    /// <summary>Token of the first and second 64 bits of an HMAC, of which no value's is empty.</summary>
    internal static Token TokenOf(ulong high, ulong low) => new(high, (high | low) == 0 ? 1 : low);

    private void Mac(Purpose purpose, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _hash.Compute((int)purpose, message, mac);
    }

    private Token Composed(Purpose purpose, int count, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d, ReadOnlySpan<byte> e)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var token = Token(purpose, _fields.Of(count, a, b, c, d, e));
        _fields.Clear();
        return token;
    }
}
