using System.Buffers.Binary;

namespace Linkage.Parquet.Format;

/// <summary>
/// Writes the Statistics of a chunk in the order each type defines: null_count always, min_value and max_value where a value
/// qualifies, and whether those values occur (is_min_value_exact, is_max_value_exact).
/// </summary>
internal static class StatisticsFormat
{
    public static void Write(ThriftWriter thrift, short field, ColumnType type, in ColumnChunk chunk, ByteBuffer boundBytes)
    {
        ref readonly ChunkBounds bounds = ref chunk.Bounds;
        Span<byte> fixedMin = stackalloc byte[sizeof(long)];
        Span<byte> fixedMax = stackalloc byte[sizeof(long)];
        thrift.BeginStruct(field);
        thrift.I64(3, chunk.NullCount);
        if (bounds.HasMax)
            thrift.Binary(5, Value(type, bounds.Max, bounds.MaxLength, fixedMax, boundBytes));
        if (bounds.HasMin)
            thrift.Binary(6, Value(type, bounds.Min, bounds.MinLength, fixedMin, boundBytes));
        if (bounds.HasMax)
            thrift.Bool(7, bounds.MaxExact);
        if (bounds.HasMin)
            thrift.Bool(8, bounds.MinExact);
        thrift.EndStruct();
    }

    private static ReadOnlySpan<byte> Value(ColumnType type, long value, int length, Span<byte> room, ByteBuffer boundBytes)
    {
        switch (PhysicalTypes.Of(type))
        {
            case PhysicalType.ByteArray:
                return boundBytes.Written.Slice((int)value, length);
            case PhysicalType.Boolean:
                room[0] = (byte)value;
                return room[..1];
            case PhysicalType.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(room, (int)value);
                return room[..sizeof(int)];
            default:
                BinaryPrimitives.WriteInt64LittleEndian(room, value);
                return room;
        }
    }
}
