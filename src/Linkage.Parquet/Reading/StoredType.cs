using System.Buffers.Binary;

namespace Linkage.Parquet.Reading;

/// <summary>How values of a fixed width lie in a file.</summary>
internal interface IStoredType<T>
    where T : unmanaged
{
    /// <summary>Bytes of a PLAIN value.</summary>
    static abstract int Width { get; }

    /// <summary>Whether differences of values can be stored.</summary>
    static abstract bool IsInteger { get; }

    /// <summary>Reads a PLAIN value.</summary>
    static abstract T Read(ReadOnlySpan<byte> bytes);

    /// <summary>The value of these bits.</summary>
    static abstract T FromBits(long bits);

    /// <summary>The bits of a value.</summary>
    static abstract long ToBits(T value);
}

/// <summary>INT32.</summary>
internal readonly struct StoredInt32 : IStoredType<int>
{
    public static int Width => sizeof(int);

    public static bool IsInteger => true;

    public static int Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);

    public static int FromBits(long bits) => unchecked((int)bits);

    public static long ToBits(int value) => value;
}

/// <summary>INT64.</summary>
internal readonly struct StoredInt64 : IStoredType<long>
{
    public static int Width => sizeof(long);

    public static bool IsInteger => true;

    public static long Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);

    public static long FromBits(long bits) => bits;

    public static long ToBits(long value) => value;
}

/// <summary>DOUBLE.</summary>
internal readonly struct StoredDouble : IStoredType<double>
{
    public static int Width => sizeof(double);

    public static bool IsInteger => false;

    public static double Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadDoubleLittleEndian(bytes);

    public static double FromBits(long bits) => BitConverter.Int64BitsToDouble(bits);

    public static long ToBits(double value) => BitConverter.DoubleToInt64Bits(value);
}
