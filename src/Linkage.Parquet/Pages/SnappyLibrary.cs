using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>The functions of libsnappy that pages need: its C interface, whose one-shot form is what Parquet means by SNAPPY (no framing).</summary>
/// <remarks>https://github.com/google/snappy/blob/main/snappy-c.h</remarks>
internal static unsafe partial class SnappyLibrary
{
    public const string Name = "libsnappy.so.1";

    /// <summary>Appends the compressed form of <paramref name="input"/>.</summary>
    public static void Compress(ReadOnlySpan<byte> input, ByteBuffer output)
    {
        Span<byte> room = output.Reserve(checked((int)MaxCompressedLength((nuint)input.Length)));
        nuint length = (nuint)room.Length;
        int status;
        fixed (byte* source = input, destination = room)
            status = Compress(source, (nuint)input.Length, destination, &length);
        if (status != 0)
            throw new InvalidOperationException($"libsnappy failed with status {status}.");
        output.Advance((int)length);
    }

    [LibraryImport(Name, EntryPoint = "snappy_max_compressed_length")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nuint MaxCompressedLength(nuint size);

    [LibraryImport(Name, EntryPoint = "snappy_compress")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Compress(byte* input, nuint size, byte* output, nuint* length);
}
