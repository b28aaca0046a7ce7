using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Linkage.Kernels;

/// <summary>Numbers as their bytes, lowest first, whatever the machine's order.</summary>
public static class LittleEndian
{
    /// <summary>Writes four bytes a number.</summary>
    public static void Write(ReadOnlySpan<int> values, Span<byte> output)
    {
        output = output[..checked(values.Length * sizeof(int))];
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.AsBytes(values).CopyTo(output);
        else
            BinaryPrimitives.ReverseEndianness(values, MemoryMarshal.Cast<byte, int>(output));
    }

    /// <summary>Writes eight bytes a number.</summary>
    public static void Write(ReadOnlySpan<long> values, Span<byte> output)
    {
        output = output[..checked(values.Length * sizeof(long))];
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.AsBytes(values).CopyTo(output);
        else
            BinaryPrimitives.ReverseEndianness(values, MemoryMarshal.Cast<byte, long>(output));
    }
}
