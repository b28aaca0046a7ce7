using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>The functions of liblz4 that pages need: one block without frame or length, which is what Parquet means by LZ4_RAW.</summary>
/// <remarks>https://github.com/lz4/lz4/blob/dev/lib/lz4.h</remarks>
internal static unsafe partial class Lz4Library
{
    public const string Name = "liblz4.so.1";

    /// <summary>Appends one block that holds <paramref name="input"/>.</summary>
    public static void Compress(ReadOnlySpan<byte> input, ByteBuffer output)
    {
        int bound = CompressBound(input.Length);
        if (bound == 0)
            throw new InvalidOperationException($"A page of {input.Length} bytes is more than an LZ4 block holds.");
        Span<byte> room = output.Reserve(bound);
        int length;
        fixed (byte* source = input, destination = room)
            length = Compress(source, destination, input.Length, room.Length);
        if (length <= 0)
            throw new InvalidOperationException("liblz4 could not compress a page.");
        output.Advance(length);
    }

    [LibraryImport(Name, EntryPoint = "LZ4_compressBound")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int CompressBound(int size);

    [LibraryImport(Name, EntryPoint = "LZ4_compress_default")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Compress(byte* input, byte* output, int size, int capacity);
}
