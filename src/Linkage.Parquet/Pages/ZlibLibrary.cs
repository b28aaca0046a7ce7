using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>The functions of zlib that pages need. System.IO.Compression has the same code, but only as streams, which would be made anew for each page.</summary>
/// <remarks>https://zlib.net/manual.html</remarks>
internal static unsafe partial class ZlibLibrary
{
    public const string Name = "libz.so.1";

    /// <summary>Z_STREAM_END: all input is taken and the trailer written.</summary>
    public const int StreamEnd = 1;

    private const int Finish = 4;
    private const int Deflated = 8;
    private const int DefaultMemory = 8;

    /// <summary>The largest window, and 16 for gzip's header and trailer instead of zlib's.</summary>
    private const int GzipWindowBits = 15 + 16;

    /// <summary>Makes a gzip compressor in a zeroed stream.</summary>
    public static int Begin(Stream* stream, int level)
    {
        fixed (byte* version = "1.2.0\0"u8)
            return DeflateInit2(stream, level, Deflated, GzipWindowBits, DefaultMemory, 0, version, sizeof(Stream));
    }

    /// <summary>Compresses all input at once.</summary>
    public static int Run(Stream* stream) => Deflate(stream, Finish);

    [LibraryImport(Name, EntryPoint = "deflateReset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Reset(Stream* stream);

    [LibraryImport(Name, EntryPoint = "deflateBound")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nuint Bound(Stream* stream, nuint size);

    [LibraryImport(Name, EntryPoint = "deflateEnd")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int End(Stream* stream);

    [LibraryImport(Name, EntryPoint = "deflateInit2_")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int DeflateInit2(Stream* stream, int level, int method, int windowBits, int memoryLevel, int strategy, byte* version, int streamSize);

    [LibraryImport(Name, EntryPoint = "deflate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Deflate(Stream* stream, int flush);

    /// <summary>z_stream; C's unsigned long has the width of a pointer on every Unix.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Stream
    {
        public byte* Input;
        public uint InputLength;
        public nuint TotalIn;
        public byte* Output;
        public uint OutputLength;
        public nuint TotalOut;
        public byte* Message;
        public nint State;
        public nint Allocate;
        public nint Free;
        public nint Opaque;
        public int DataType;
        public nuint Adler;
        public nuint Reserved;
    }
}
