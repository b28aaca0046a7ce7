using System.Buffers.Binary;

namespace Linkage.Parquet.Format;

/// <summary>
/// Writes the Statistics of a chunk in the order each type defines: null_count always, distinct_count where known, min_value and max_value where a value
/// qualifies, whether those values occur (is_min_value_exact, is_max_value_exact), and nan_count of doubles.
/// </summary>
internal static class StatisticsFormat
{
    public static void Write(ThriftWriter thrift, short field, ColumnType type, in ColumnChunk chunk, ByteBuffer boundBytes)
    {
        ref readonly ChunkBounds bounds = ref chunk.Bounds;
        Span<byte> room = stackalloc byte[sizeof(long)];
        thrift.BeginStruct(field);
        thrift.I64(3, chunk.NullCount);
        if (chunk.DistinctCount >= 0)
            thrift.I64(4, chunk.DistinctCount);
        if (bounds.HasMax)
            thrift.Binary(5, Max(type, in bounds, room, boundBytes));
        if (bounds.HasMin)
            thrift.Binary(6, Min(type, in bounds, room, boundBytes));
        if (bounds.HasMax)
            thrift.Bool(7, bounds.MaxExact);
        if (bounds.HasMin)
            thrift.Bool(8, bounds.MinExact);
        if (HasNaNs(type))
            thrift.I64(9, bounds.NaNs);
        thrift.EndStruct();
    }

    /// <summary>Whether the format asks for the number of NaN: without it a reader that looks for NaN can leave nothing out.</summary>
    public static bool HasNaNs(ColumnType type) => PhysicalTypes.Of(type) == PhysicalType.Double;

    /// <summary>The minimum PLAIN, a string's without length.</summary>
    /// <param name="type">Type of the values.</param>
    /// <param name="bounds">Bounds that have one.</param>
    /// <param name="room">Eight bytes.</param>
    /// <param name="boundBytes">Where strings lie.</param>
    public static ReadOnlySpan<byte> Min(ColumnType type, in ChunkBounds bounds, Span<byte> room, ByteBuffer boundBytes) =>
        Value(type, bounds.Min, bounds.MinLength, room, boundBytes);

    /// <summary>The maximum, likewise.</summary>
    public static ReadOnlySpan<byte> Max(ColumnType type, in ChunkBounds bounds, Span<byte> room, ByteBuffer boundBytes) =>
        Value(type, bounds.Max, bounds.MaxLength, room, boundBytes);

    /// <summary>Compares minima in the order of the type.</summary>
    public static int CompareMin(ColumnType type, in ChunkBounds left, in ChunkBounds right, ByteBuffer boundBytes) =>
        Compare(type, (left.Min, left.MinLength), (right.Min, right.MinLength), boundBytes);

    /// <summary>Compares maxima in the order of the type.</summary>
    public static int CompareMax(ColumnType type, in ChunkBounds left, in ChunkBounds right, ByteBuffer boundBytes) =>
        Compare(type, (left.Max, left.MaxLength), (right.Max, right.MaxLength), boundBytes);

    private static int Compare(ColumnType type, (long Value, int Length) left, (long Value, int Length) right, ByteBuffer boundBytes) => PhysicalTypes.Of(type) switch
    {
        PhysicalType.ByteArray => boundBytes.Written.Slice((int)left.Value, left.Length).SequenceCompareTo(boundBytes.Written.Slice((int)right.Value, right.Length)),
        PhysicalType.Double => BitConverter.Int64BitsToDouble(left.Value).CompareTo(BitConverter.Int64BitsToDouble(right.Value)),
        _ => left.Value.CompareTo(right.Value),
    };

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
