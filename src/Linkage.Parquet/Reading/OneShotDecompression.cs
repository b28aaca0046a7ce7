using System.IO.Compression;
using System.Runtime.InteropServices;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Reading;

/// <summary>Codecs that need no context: a page goes in whole and comes out whole.</summary>
internal static unsafe partial class OneShotDecompression
{
    /// <summary>Snappy without framing. Returns the number of bytes, which may be more than there is room for.</summary>
    public static long Snappy(ReadOnlySpan<byte> stored, Span<byte> output)
    {
        fixed (byte* source = stored, destination = output)
        {
            nuint length;
            if (SnappyLength(source, (nuint)stored.Length, &length) != 0)
                throw new InvalidDataException("libsnappy cannot decompress it");
            if (length != (nuint)output.Length)
                return (long)length;
            if (SnappyUncompress(source, (nuint)stored.Length, destination, &length) != 0)
                throw new InvalidDataException("libsnappy cannot decompress it");
            return (long)length;
        }
    }

    /// <summary>An LZ4 block.</summary>
    public static long Lz4(ReadOnlySpan<byte> stored, Span<byte> output)
    {
        int length;
        fixed (byte* source = stored, destination = output)
            length = Lz4Decompress(source, destination, stored.Length, output.Length);
        return length >= 0 ? length : throw new InvalidDataException("liblz4 cannot decompress it");
    }

    /// <summary>gzip members. Reads no more than there is room for, and one byte to see whether there is more.</summary>
    public static long Gzip(ReadOnlySpan<byte> stored, Span<byte> output)
    {
        fixed (byte* source = stored)
        {
            using var bytes = new UnmanagedMemoryStream(source, stored.Length);
            using var members = new GZipStream(bytes, CompressionMode.Decompress);
            int length = members.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
            return length + (length == output.Length && members.ReadByte() >= 0 ? 1L : 0);
        }
    }

    [LibraryImport(SnappyLibrary.Name, EntryPoint = "snappy_uncompressed_length")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int SnappyLength(byte* input, nuint size, nuint* length);

    [LibraryImport(SnappyLibrary.Name, EntryPoint = "snappy_uncompress")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int SnappyUncompress(byte* input, nuint size, byte* output, nuint* length);

    [LibraryImport(Lz4Library.Name, EntryPoint = "LZ4_decompress_safe")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Lz4Decompress(byte* input, byte* output, int size, int capacity);
}
