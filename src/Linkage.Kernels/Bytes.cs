using System.Runtime.InteropServices;

namespace Linkage.Kernels;

/// <summary>The bytes elements lie in, in the machine's byte order (little-endian wherever files are written: see the callers).</summary>
public static class Bytes
{
    /// <summary>The same memory as bytes.</summary>
    public static ReadOnlySpan<byte> Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);

    /// <summary>Doubles as their bits.</summary>
    public static ReadOnlySpan<long> BitsOf(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values);
}
