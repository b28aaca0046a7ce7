using System.Text;

namespace Linkage.Parquet.Format;

/// <summary>Element and field types of Thrift's compact protocol.</summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md</remarks>
internal enum ThriftType : byte
{
    True = 1,
    False = 2,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// <summary>
/// Writes Thrift's compact protocol, in which Parquet keeps its page headers and footer. Fields must come in ascending order of
/// their ids. The outermost struct is open from the start; <see cref="EndStruct"/> closes it.
/// </summary>
internal sealed class ThriftWriter(ByteBuffer output)
{
    private readonly short[] _outer = new short[16];
    private int _depth;
    private short _last;

    /// <summary>Begins a struct as a field.</summary>
    public void BeginStruct(short field)
    {
        Field(field, ThriftType.Struct);
        BeginElement();
    }

    /// <summary>Begins a struct as an element of a list.</summary>
    public void BeginElement()
    {
        _outer[_depth++] = _last;
        _last = 0;
    }

    /// <summary>Ends the innermost open struct.</summary>
    public void EndStruct()
    {
        output.WriteByte(0);
        _last = _depth > 0 ? _outer[--_depth] : (short)0;
    }

    /// <summary>A struct without fields.</summary>
    public void EmptyStruct(short field)
    {
        BeginStruct(field);
        EndStruct();
    }

    /// <summary>Begins a list; exactly <paramref name="count"/> elements must follow.</summary>
    public void BeginList(short field, ThriftType element, int count)
    {
        Field(field, ThriftType.List);
        if (count < 15)
        {
            output.WriteByte((byte)((count << 4) | (int)element));
            return;
        }

        output.WriteByte((byte)(0xF0 | (int)element));
        output.WriteVarint((ulong)count);
    }

    public void Bool(short field, bool value) => Field(field, value ? ThriftType.True : ThriftType.False);

    public void I16(short field, short value)
    {
        Field(field, ThriftType.I16);
        Element((int)value);
    }

    public void I32(short field, int value)
    {
        Field(field, ThriftType.I32);
        Element(value);
    }

    public void I64(short field, long value)
    {
        Field(field, ThriftType.I64);
        Element(value);
    }

    public void Binary(short field, ReadOnlySpan<byte> value)
    {
        Field(field, ThriftType.Binary);
        Element(value);
    }

    public void String(short field, string value)
    {
        Field(field, ThriftType.Binary);
        Element(value);
    }

    /// <summary>A boolean as an element of a list: a byte of its own, unlike as a field.</summary>
    public void Element(bool value) => output.WriteByte((byte)(value ? ThriftType.True : ThriftType.False));

    /// <summary>An i64 as an element of a list.</summary>
    public void Element(long value) => output.WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Bytes as an element of a list.</summary>
    public void Element(ReadOnlySpan<byte> value)
    {
        output.WriteVarint((ulong)value.Length);
        output.Write(value);
    }

    /// <summary>An i32 as an element of a list.</summary>
    public void Element(int value) => output.WriteVarint((uint)((value << 1) ^ (value >> 31)));

    /// <summary>A string as an element of a list.</summary>
    public void Element(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        output.WriteVarint((ulong)length);
        Encoding.UTF8.GetBytes(value, output.Reserve(length));
        output.Advance(length);
    }

    private void Field(short field, ThriftType type)
    {
        int delta = field - _last;
        if (delta is > 0 and < 16)
        {
            output.WriteByte((byte)((delta << 4) | (int)type));
        }
        else
        {
            output.WriteByte((byte)type);
            Element((int)field);
        }

        _last = field;
    }
}
