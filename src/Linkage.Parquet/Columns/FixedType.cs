using Linkage.Kernels;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>What encoding needs to know of a type of fixed width; <typeparamref name="T"/> holds its bits.</summary>
internal interface IFixedType<T>
    where T : unmanaged
{
    /// <summary>Bytes of a PLAIN value.</summary>
    static abstract int Width { get; }

    /// <summary>Whether the bits are the number itself, so that values of a small range are small keys.</summary>
    static abstract bool IsInteger { get; }

    /// <summary>Writes values PLAIN, one after another.</summary>
    static abstract void Write(ReadOnlySpan<T> values, Span<byte> output);

    /// <summary>Smallest and largest value by the format's rules; null when none qualifies.</summary>
    static abstract (T Min, T Max)? Bounds(ReadOnlySpan<T> values);

    /// <summary>How many values are NaN.</summary>
    static abstract int CountNaN(ReadOnlySpan<T> values);

    /// <summary>Writes values as differences; only integers have them.</summary>
    static abstract void WriteDelta(ReadOnlySpan<T> values, ByteBuffer output);

    /// <summary>Writes values byte by byte; only doubles are worth it.</summary>
    static abstract void WriteSplit(ReadOnlySpan<T> values, Span<byte> output);

    /// <summary>The bits as a key.</summary>
    static abstract long Key(T value);

    /// <summary>The value of a key.</summary>
    static abstract T FromKey(long key);
}

/// <summary>INT32: integers and dates.</summary>
internal readonly struct Int32Type : IFixedType<int>
{
    public static int Width => sizeof(int);

    public static bool IsInteger => true;

    public static void Write(ReadOnlySpan<int> values, Span<byte> output) => LittleEndian.Write(values, output);

    public static void WriteDelta(ReadOnlySpan<int> values, ByteBuffer output) => DeltaBinaryPacked.Write(values, output);

    public static void WriteSplit(ReadOnlySpan<int> values, Span<byte> output) => throw new NotSupportedException("Integers are not split.");

    public static (int Min, int Max)? Bounds(ReadOnlySpan<int> values) => values.IsEmpty ? null : Extremes.Of(values);

    public static int CountNaN(ReadOnlySpan<int> values) => 0;

    public static long Key(int value) => value;

    public static int FromKey(long key) => (int)key;
}

/// <summary>INT64: integers and timestamps.</summary>
internal readonly struct Int64Type : IFixedType<long>
{
    public static int Width => sizeof(long);

    public static bool IsInteger => true;

    public static void Write(ReadOnlySpan<long> values, Span<byte> output) => LittleEndian.Write(values, output);

    public static void WriteDelta(ReadOnlySpan<long> values, ByteBuffer output) => DeltaBinaryPacked.Write(values, output);

    public static void WriteSplit(ReadOnlySpan<long> values, Span<byte> output) => throw new NotSupportedException("Integers are not split.");

    public static (long Min, long Max)? Bounds(ReadOnlySpan<long> values) => values.IsEmpty ? null : Extremes.Of(values);

    public static int CountNaN(ReadOnlySpan<long> values) => 0;

    public static long Key(long value) => value;

    public static long FromKey(long key) => key;
}

/// <summary>
/// DOUBLE, as its bits. NaN has no place in minima and maxima, and where there are any none are stated; a zero minimum is stated as −0 and a zero maximum as +0, because
/// readers compare by value but writers met zeros of either sign (parquet.thrift, ColumnOrder).
/// </summary>
internal readonly struct DoubleType : IFixedType<long>
{
    public static int Width => sizeof(double);

    public static bool IsInteger => false;

    public static void Write(ReadOnlySpan<long> values, Span<byte> output) => Int64Type.Write(values, output);

    public static void WriteDelta(ReadOnlySpan<long> values, ByteBuffer output) => throw new NotSupportedException("Doubles have no differences in Parquet.");

    public static void WriteSplit(ReadOnlySpan<long> values, Span<byte> output) => ByteStreams.Split(values, output);

    public static (long Min, long Max)? Bounds(ReadOnlySpan<long> values)
    {
        (double min, double max) = Extremes.OfDoubles(values);
        // Nothing but NaN leaves the extremes where they began: crossed.
        if (min > max)
            return null;
        return (BitConverter.DoubleToInt64Bits(min == 0 ? -0.0 : min), BitConverter.DoubleToInt64Bits(max == 0 ? 0.0 : max));
    }

    public static int CountNaN(ReadOnlySpan<long> values) => Extremes.CountNaN(values);

    public static long Key(long value) => value;

    public static long FromKey(long key) => key;
}
