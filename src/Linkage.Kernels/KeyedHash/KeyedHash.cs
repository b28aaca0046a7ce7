using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Linkage.Kernels;

/// <summary>
/// HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a fixed set of keys, many messages at once. Not thread-safe; one per lane. <see cref="Dispose"/> zeroes what was derived from the keys.
/// </summary>
/// <remarks>
/// No branch and no address depends on a key, a message or a MAC; they do depend on the number of messages, their lengths and the numbers of their keys.
/// </remarks>
public sealed unsafe partial class KeyedHash : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a MAC.</summary>
    public const int MacSize = 32;

    private readonly IncrementalHash[] _hashes;
    private readonly PinnedBytes _states;
    private readonly PinnedBytes _scratch = new(KeyedHashLanes<Vector512<uint>, Lanes512>.ScratchSize);
    private bool _disposed;

    /// <summary>Keys of <see cref="KeySize"/> bytes each, one behind the other; they are not kept. <see cref="ArgumentException"/> when the last one is cut short.</summary>
    public KeyedHash(ReadOnlySpan<byte> keys)
    {
        if (keys.Length % KeySize != 0)
            throw new ArgumentException($"{keys.Length} bytes are not a number of keys of {KeySize}", nameof(keys));
        _hashes = new IncrementalHash[keys.Length / KeySize];
        _states = new PinnedBytes(_hashes.Length * KeyState.Size);
        for (var i = 0; i < _hashes.Length; i++)
            Set(i, keys.Slice(i * KeySize, KeySize));
    }

    private KeyedHash(byte[][] keys)
    {
        _hashes = new IncrementalHash[keys.Length];
        _states = new PinnedBytes(_hashes.Length * KeyState.Size);
        for (var i = 0; i < keys.Length; i++)
            Set(i, keys[i]);
    }

    /// <summary>Number of keys.</summary>
    public int KeyCount => _hashes.Length;

    /// <summary>What was derived from the keys, for tests of zeroing.</summary>
    internal ReadOnlySpan<byte> States => _states.Span(0, _states.Length);

    /// <summary>What the lanes compute in, for tests of zeroing.</summary>
    internal ReadOnlySpan<byte> Scratch => _scratch.Span(0, _scratch.Length);

    /// <summary>Keys of any length, as RFC 2104 has them: for published test vectors.</summary>
    internal static KeyedHash OfAnyKeys(byte[][] keys) => new(keys);

    /// <summary>MAC of one message, by the platform's own HMAC.</summary>
    /// <param name="key">Number of the key, from 0.</param>
    /// <param name="message">Any length.</param>
    /// <param name="mac">At least <see cref="MacSize"/> bytes.</param>
    public void Compute(int key, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        _hashes[key].AppendData(message);
        _hashes[key].GetHashAndReset(mac);
    }

    /// <summary>MACs of all messages of a queue, to be read with <see cref="KeyedMessages.Mac"/>. <see cref="ArgumentOutOfRangeException"/> when one is under a key that is not there.</summary>
    public void Compute(KeyedMessages messages) => Compute(messages, KernelDispatch.KeyedHash);

    /// <summary>The same by a given path, which this machine must have.</summary>
    internal void Compute(KeyedMessages messages, KernelPath path)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (messages.HighestKey >= KeyCount)
            throw new ArgumentOutOfRangeException(nameof(messages), $"a message is under key {messages.HighestKey}; the keys are 0 to {KeyCount - 1}");
        if (messages.Count == 0)
            return;
        if (path == KernelPath.Scalar)
            ComputeOneByOne(messages);
        else
            ComputeInLanes(messages, path);
        // The lanes work through pointers into both.
        GC.KeepAlive(messages);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _states.Zero(_states.Length);
        foreach (var hash in _hashes)
            hash.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "KeyedHash(redacted)";

    private void Set(int number, ReadOnlySpan<byte> key)
    {
        _hashes[number] = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        KeyState.Derive(key, (uint*)(_states.Start + (number * KeyState.Size)));
    }

    private void ComputeOneByOne(KeyedMessages messages)
    {
        var next = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            var isLong = next < messages.Long.Length && messages.Long[next].Number == i;
            Compute(messages.KeyOf(i), isLong ? messages.Message(messages.Long[next++]) : messages.Message(i), messages.MacBuffer(i));
        }
    }
}
