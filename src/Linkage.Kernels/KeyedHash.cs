using System.Security.Cryptography;

namespace Linkage.Kernels;

/// <summary>
/// HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a fixed set of keys, many messages at once. Not thread-safe; one per lane. <see cref="Dispose"/> zeroes what was derived from the keys.
/// </summary>
public sealed class KeyedHash : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a MAC.</summary>
    public const int MacSize = 32;

    private readonly IncrementalHash[] _hashes;

    /// <summary>Keys of <see cref="KeySize"/> bytes each, one behind the other; they are not kept. <see cref="ArgumentException"/> when the last one is cut short.</summary>
    public KeyedHash(ReadOnlySpan<byte> keys)
    {
        if (keys.Length % KeySize != 0)
            throw new ArgumentException($"{keys.Length} bytes are not a number of keys of {KeySize}", nameof(keys));
        _hashes = new IncrementalHash[keys.Length / KeySize];
        for (var i = 0; i < _hashes.Length; i++)
            _hashes[i] = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys.Slice(i * KeySize, KeySize));
    }

    /// <summary>Number of keys.</summary>
    public int KeyCount => _hashes.Length;

    /// <summary>MAC of one message, by the platform's own HMAC.</summary>
    /// <param name="key">Number of the key, from 0.</param>
    /// <param name="message">Any length.</param>
    /// <param name="mac">At least <see cref="MacSize"/> bytes.</param>
    public void Compute(int key, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        _hashes[key].AppendData(message);
        _hashes[key].GetHashAndReset(mac);
    }

    /// <summary>MACs of all messages of a queue, to be read with <see cref="KeyedMessages.Mac"/>.</summary>
    public void Compute(KeyedMessages messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        for (var i = 0; i < messages.Count; i++)
            Compute(messages.KeyOf(i), messages.Message(i), messages.MacBuffer(i));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in _hashes)
            hash.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "KeyedHash(redacted)";
}
