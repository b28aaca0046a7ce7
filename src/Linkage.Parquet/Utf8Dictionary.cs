using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Linkage.Parquet;

/// <summary>
/// Distinct UTF-8 values with dense ids in order of first sight: a lane's dictionary between two flushes. Grows with the distinct values, not
/// with the rows. Not thread-safe.
/// </summary>
/// <remarks>
/// Ids follow from the order of values alone. The hash has a seed of the process: values made to fill one chain of slots, which would take the square of their number
/// in time, cannot be made without it.
/// </remarks>
public sealed class Utf8Dictionary : IUtf8Values
{
    private const int EntryBytes = sizeof(int) + (2 * sizeof(ulong));
    private static readonly long ProcessSeed = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
    private readonly long _seed;
    private byte[] _bytes = new byte[1024];
    private int[] _ends = new int[64];

    // Half of the hash above id + 1; 0 is empty. A slot with another hash is passed over without a look at its value, which lies elsewhere.
    private ulong[] _slots = new ulong[128];
    private int _count;

    /// <summary>An empty dictionary.</summary>
    public Utf8Dictionary()
        : this(ProcessSeed)
    {
    }

    internal Utf8Dictionary(long seed) => _seed = seed;

    /// <inheritdoc/>
    public int Count => _count;

    /// <summary>Bytes that the values of now take.</summary>
    public long UsedBytes => _count == 0 ? 0 : _ends[_count - 1] + ((long)_count * EntryBytes);

    /// <summary>Bytes of memory held.</summary>
    public long AllocatedBytes => _bytes.Length + ((long)_ends.Length * sizeof(int)) + ((long)_slots.Length * sizeof(ulong));

    /// <inheritdoc/>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)_count, nameof(id));
            var start = id == 0 ? 0 : _ends[id - 1];
            return _bytes.AsSpan(start, _ends[id] - start);
        }
    }

    /// <inheritdoc/>
    public bool IsNull(int id) => false;

    /// <inheritdoc/>
    public bool TryGet(int id, out ReadOnlySpan<byte> value)
    {
        value = this[id];
        return true;
    }

    /// <summary>The id of a value, given one if it is new.</summary>
    public int GetOrAdd(ReadOnlySpan<byte> value)
    {
        var hash = (uint)XxHash3.HashToUInt64(value, _seed);
        var slots = _slots;
        var mask = slots.Length - 1;
        var slot = (int)hash & mask;
        for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if ((uint)(slots[slot] >> 32) == hash)
            {
                var id = (int)slots[slot] - 1;
                if (this[id].SequenceEqual(value))
                {
                    return id;
                }
            }
        }

        return Add(value, hash, slot);
    }

    /// <summary>The same for a value that comes again and again: a comparison instead of a hash while its id stays what it was.</summary>
    /// <param name="value">The value.</param>
    /// <param name="id">An id that it may have, any number at first; becomes the id that it has.</param>
    public int GetOrAdd(ReadOnlySpan<byte> value, ref int id)
    {
        if ((uint)id >= (uint)_count || !this[id].SequenceEqual(value))
        {
            id = GetOrAdd(value);
        }

        return id;
    }

    /// <summary>Forgets the values, keeps the memory.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        _count = 0;
    }

    private int Add(ReadOnlySpan<byte> value, uint hash, int slot)
    {
        var start = _count == 0 ? 0 : _ends[_count - 1];
        var end = checked(start + value.Length);
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, end)));
        }

        if (_count == _ends.Length)
        {
            Array.Resize(ref _ends, _count * 2);
        }

        value.CopyTo(_bytes.AsSpan(start));
        _ends[_count] = end;
        _slots[slot] = ((ulong)hash << 32) | (uint)++_count;
        if (_count * 2 > _slots.Length)
        {
            Rehash();
        }

        return _count - 1;
    }

    private void Rehash()
    {
        var slots = new ulong[_slots.Length * 2];
        var mask = slots.Length - 1;
        foreach (var filled in _slots)
        {
            if (filled == 0)
            {
                continue;
            }

            var slot = (int)(filled >> 32) & mask;
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = filled;
        }

        _slots = slots;
    }
}
