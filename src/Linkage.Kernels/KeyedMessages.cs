using System.Security.Cryptography;

namespace Linkage.Kernels;

/// <summary>
/// Messages waiting to be hashed together by <see cref="KeyedHash.Compute(KeyedMessages)"/>, each under a key of its own, and their MACs afterwards. Grows to the largest batch, then
/// allocates nothing. Not thread-safe. Holds identifiers: <see cref="Clear"/> and <see cref="Dispose"/> zero them.
/// </summary>
public sealed class KeyedMessages : IDisposable
{
    private byte[] _bytes = GC.AllocateArray<byte>(1024, pinned: true);
    private int[] _ends = new int[64];
    private int[] _keys = new int[64];
    private byte[] _macs = GC.AllocateArray<byte>(64 * KeyedHash.MacSize, pinned: true);

    /// <summary>Messages queued.</summary>
    public int Count { get; private set; }

    /// <summary>Queues a message; returns its number, from 0.</summary>
    /// <param name="key">Number of the key.</param>
    /// <param name="message">Any length; copied.</param>
    public int Add(int key, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(key);
        if (Count == _keys.Length)
            GrowCount();
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (_bytes.Length - start < message.Length)
            Grow(ref _bytes, checked(start + message.Length));
        message.CopyTo(_bytes.AsSpan(start));
        _ends[Count] = start + message.Length;
        _keys[Count] = key;
        return Count++;
    }

    /// <summary>MAC of a message, <see cref="KeyedHash.MacSize"/> bytes; valid after <see cref="KeyedHash.Compute(KeyedMessages)"/>, until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Mac(int number) => MacBuffer(number);

    /// <summary>Empties the queue; zeroes messages and MACs.</summary>
    public void Clear()
    {
        if (Count == 0)
            return;
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _ends[Count - 1]));
        CryptographicOperations.ZeroMemory(_macs.AsSpan(0, Count * KeyedHash.MacSize));
        Count = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>Redacted.</summary>
    public override string ToString() => "KeyedMessages(redacted)";

    internal int KeyOf(int number) => _keys[number];

    internal ReadOnlySpan<byte> Message(int number)
    {
        var start = number == 0 ? 0 : _ends[number - 1];
        return _bytes.AsSpan(start, _ends[number] - start);
    }

    internal Span<byte> MacBuffer(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Count, nameof(number));
        return _macs.AsSpan(number * KeyedHash.MacSize, KeyedHash.MacSize);
    }

    private void GrowCount()
    {
        Array.Resize(ref _keys, 2 * _keys.Length);
        Array.Resize(ref _ends, 2 * _ends.Length);
        Grow(ref _macs, 2 * _macs.Length);
    }

    // What is left behind is zeroed: the collector does not.
    private static void Grow(ref byte[] bytes, int least)
    {
        var grown = GC.AllocateArray<byte>(Math.Max(least, checked(2 * bytes.Length)), pinned: true);
        bytes.CopyTo(grown, 0);
        CryptographicOperations.ZeroMemory(bytes);
        bytes = grown;
    }
}
