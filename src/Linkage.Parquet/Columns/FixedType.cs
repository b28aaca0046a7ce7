using System.Buffers.Binary;

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

    /// <summary>The bits as a key.</summary>
    static abstract long Key(T value);
}

/// <summary>INT32: integers and dates.</summary>
internal readonly struct Int32Type : IFixedType<int>
{
    public static int Width => sizeof(int);

    public static bool IsInteger => true;

    public static void Write(ReadOnlySpan<int> values, Span<byte> output)
    {
        output = output[..(values.Length * sizeof(int))];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(output[(i * sizeof(int))..], values[i]);
    }

    public static (int Min, int Max)? Bounds(ReadOnlySpan<int> values)
    {
        if (values.IsEmpty)
            return null;
        int min = values[0], max = values[0];
        foreach (int value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        return (min, max);
    }

    public static long Key(int value) => value;
}

/// <summary>INT64: integers and timestamps.</summary>
internal readonly struct Int64Type : IFixedType<long>
{
    public static int Width => sizeof(long);

    public static bool IsInteger => true;

    public static void Write(ReadOnlySpan<long> values, Span<byte> output)
    {
        output = output[..(values.Length * sizeof(long))];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(output[(i * sizeof(long))..], values[i]);
    }

    public static (long Min, long Max)? Bounds(ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
            return null;
        long min = values[0], max = values[0];
        foreach (long value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        return (min, max);
    }

    public static long Key(long value) => value;
}

/// <summary>
/// DOUBLE, as its bits. NaN has no place in minima and maxima; a zero minimum is stated as −0 and a zero maximum as +0, because
/// readers compare by value but writers met zeros of either sign (parquet.thrift, ColumnOrder).
/// </summary>
internal readonly struct DoubleType : IFixedType<long>
{
    public static int Width => sizeof(double);

    public static bool IsInteger => false;

    public static void Write(ReadOnlySpan<long> values, Span<byte> output) => Int64Type.Write(values, output);

    public static (long Min, long Max)? Bounds(ReadOnlySpan<long> values)
    {
        int first = 0;
        while (first < values.Length && double.IsNaN(BitConverter.Int64BitsToDouble(values[first])))
            first++;
        if (first == values.Length)
            return null;
        double min = BitConverter.Int64BitsToDouble(values[first]), max = min;
        foreach (long bits in values[first..])
        {
            double value = BitConverter.Int64BitsToDouble(bits);
            // Comparisons with NaN are false, so it never gets in.
            min = value < min ? value : min;
            max = value > max ? value : max;
        }

        return (BitConverter.DoubleToInt64Bits(min == 0 ? -0.0 : min), BitConverter.DoubleToInt64Bits(max == 0 ? 0.0 : max));
    }

    public static long Key(long value) => value;
}
