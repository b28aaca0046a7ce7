using System.Text;

namespace Linkage.Parquet;

/// <summary>
/// Reads Thrift's compact protocol from bytes that may be damaged: anything that does not fit is an <see cref="InvalidDataException"/>, and
/// nothing is allocated by a length that the bytes only claim.
/// </summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md</remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads a field's header. False at the end of the struct.</summary>
    /// <param name="field">The field id before, and then of this field; 0 at the start of a struct.</param>
    /// <param name="type">Wire type: 1 true, 2 false, 3 i8, 4 i16, 5 i32, 6 i64, 7 double, 8 binary, 9 list, 10 set, 11 map, 12 struct.</param>
    public bool Next(ref int field, out int type)
    {
        var header = Byte();
        type = header & 15;
        if (type == 0)
            return false;
        field = header >> 4 is var delta and > 0 ? field + delta : (int)ZigZag();
        return true;
    }

    /// <summary>An i16, i32 or i64.</summary>
    public long ZigZag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>An i32.</summary>
    public int Int32()
    {
        var value = ZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Damaged();
    }

    /// <summary>A length-prefixed run of bytes.</summary>
    public ReadOnlySpan<byte> Binary()
    {
        var length = Varint();
        if (length > (ulong)(_bytes.Length - Position))
            throw Damaged();
        var value = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Binary());

    /// <summary>A list's header.</summary>
    /// <returns>Number of elements: never more than there are bytes left.</returns>
    public int List(out int type)
    {
        var header = Byte();
        type = header & 15;
        var count = header >> 4 is var small and < 15 ? (ulong)small : Varint();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw Damaged();
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(int type)
    {
        if (++_depth > MaxDepth)
            throw Damaged();
        switch (type)
        {
            case 1 or 2:
                break;
            case 3:
                Byte();
                break;
            case 4 or 5 or 6:
                Varint();
                break;
            case 7:
                Take(sizeof(double));
                break;
            case 8:
                Binary();
                break;
            case 9 or 10:
                for (var left = List(out var element); left > 0; left--)
                    SkipElement(element);
                break;
            case 11:
                SkipMap();
                break;
            case 12:
                var field = 0;
                while (Next(ref field, out var inner))
                    Skip(inner);
                break;
            default:
                throw Damaged();
        }
        _depth--;
    }

    private void SkipMap()
    {
        var count = Varint();
        if (count == 0)
            return;
        var types = Byte();
        if (count > (ulong)(_bytes.Length - Position))
            throw Damaged();
        for (; count > 0; count--)
        {
            SkipElement(types >> 4);
            SkipElement(types & 15);
        }
    }

    // In a list a boolean takes a byte; as a field it is in the header.
    private void SkipElement(int type)
    {
        if (type is 1 or 2)
            Byte();
        else
            Skip(type);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
        throw Damaged();
    }

    private byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw Damaged();

    private void Take(int count)
    {
        if (count > _bytes.Length - Position)
            throw Damaged();
        Position += count;
    }

    private readonly InvalidDataException Damaged() => new($"The Thrift structure is damaged at byte {Position}.");
}
