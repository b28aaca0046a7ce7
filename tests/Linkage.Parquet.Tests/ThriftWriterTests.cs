using Linkage.Parquet.Format;

namespace Linkage.Parquet.Tests;

public sealed class ThriftWriterTests
{
    private readonly ByteBuffer _bytes = new();

    [Theory]
    [InlineData(0ul, "00")]
    [InlineData(1ul, "01")]
    [InlineData(127ul, "7F")]
    [InlineData(128ul, "8001")]
    [InlineData(300ul, "AC02")]
    [InlineData(16_383ul, "FF7F")]
    [InlineData(16_384ul, "808001")]
    [InlineData(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Varints_hold_seven_bits_a_byte(ulong value, string hex)
    {
        _bytes.WriteVarint(value);
        Assert.Equal(hex, Convert.ToHexString(_bytes.Written));
    }

    [Theory]
    [InlineData(0, "1500")]
    [InlineData(-1, "1501")]
    [InlineData(1, "1502")]
    [InlineData(int.MaxValue, "15FEFFFFFF0F")]
    [InlineData(int.MinValue, "15FFFFFFFF0F")]
    public void Integers_are_zigzag(int value, string hex)
    {
        new ThriftWriter(_bytes).I32(1, value);
        Assert.Equal(hex, Convert.ToHexString(_bytes.Written));
    }

    [Theory]
    [InlineData(long.MinValue, "16FFFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MaxValue, "16FEFFFFFFFFFFFFFFFF01")]
    public void Longs_are_zigzag(long value, string hex)
    {
        new ThriftWriter(_bytes).I64(1, value);
        Assert.Equal(hex, Convert.ToHexString(_bytes.Written));
    }

    [Fact]
    public void Field_ids_are_differences_up_to_fifteen_and_spelled_out_beyond()
    {
        ThriftWriter thrift = new(_bytes);
        thrift.I32(1, 0);
        thrift.I32(16, 0);
        thrift.I32(32, 0);
        thrift.EndStruct();
        Assert.Equal("1500" + "F500" + "054000" + "00", Convert.ToHexString(_bytes.Written));
    }

    [Fact]
    public void Structs_count_fields_of_their_own()
    {
        ThriftWriter thrift = new(_bytes);
        thrift.I32(3, 1);
        thrift.BeginStruct(5);
        thrift.Bool(1, true);
        thrift.Bool(2, false);
        thrift.EmptyStruct(3);
        thrift.EndStruct();
        thrift.I16(6, -2);
        thrift.EndStruct();
        Assert.Equal("3502" + "2C" + "11" + "12" + "1C00" + "00" + "1403" + "00", Convert.ToHexString(_bytes.Written));
    }

    [Fact]
    public void Lists_of_fifteen_and_more_spell_out_their_length()
    {
        ThriftWriter thrift = new(_bytes);
        thrift.BeginList(1, ThriftType.I32, 14);
        thrift.BeginList(2, ThriftType.I32, 15);
        thrift.BeginList(3, ThriftType.Binary, 300);
        Assert.Equal("19E5" + "19F50F" + "19F8AC02", Convert.ToHexString(_bytes.Written));
    }

    [Fact]
    public void Strings_are_utf8_with_their_length_in_bytes()
    {
        ThriftWriter thrift = new(_bytes);
        thrift.String(1, "é☃");
        thrift.Binary(2, [1, 2]);
        Assert.Equal("1805C3A9E29883" + "18020102", Convert.ToHexString(_bytes.Written));
    }
}
