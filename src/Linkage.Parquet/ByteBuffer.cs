using System.Buffers.Binary;

namespace Linkage.Parquet;

/// <summary>
/// A growing run of bytes that is filled, used and cleared again and again. Keeps its memory across <see cref="Clear"/> up to
/// <see cref="MaxRetained"/>; what an outsized value needed above that is given back.
/// </summary>
internal sealed class ByteBuffer
{
    /// <summary>Bytes kept after <see cref="Clear"/>; 16 MiB holds any page and dictionary of the default options many times over.</summary>
    public const int MaxRetained = 1 << 24;

    private byte[] _bytes = [];

    /// <summary>Bytes written since the last clear.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>What has been written.</summary>
    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets the content.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MaxRetained)
            _bytes = [];
    }

    /// <summary>At least <paramref name="count"/> bytes of room after the content; they count only after <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Grow(count);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Takes bytes filled in the reserved room into the content.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void WriteByte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Appends four bytes, little-endian.</summary>
    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(sizeof(int)), value);
        Length += sizeof(int);
    }

    /// <summary>Appends eight bytes, little-endian.</summary>
    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);
        Length += sizeof(long);
    }

    /// <summary>Appends an unsigned LEB128 number: seven bits a byte, lowest first.</summary>
    public void WriteVarint(ulong value)
    {
        Span<byte> room = Reserve(10);
        int length = 0;
        while (value >= 0x80)
        {
            room[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[length++] = (byte)value;
        Length += length;
    }

    /// <summary>Appends a signed LEB128 number, small ones of either sign short.</summary>
    public void WriteZigZag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Appends a value as PLAIN BYTE_ARRAY: four bytes of length, then the bytes.</summary>
    public void WriteByteArray(ReadOnlySpan<byte> value)
    {
        Span<byte> room = Reserve(checked(value.Length + sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
        value.CopyTo(room[sizeof(int)..]);
        Length += sizeof(int) + value.Length;
    }

    private void Grow(int count)
    {
        int needed = checked(Length + count);
        int size = (int)Math.Min(Array.MaxLength, Math.Max(Math.Max(256L, needed), 2L * _bytes.Length));
        byte[] grown = GC.AllocateUninitializedArray<byte>(size);
        _bytes.AsSpan(0, Length).CopyTo(grown);
        _bytes = grown;
    }
}
