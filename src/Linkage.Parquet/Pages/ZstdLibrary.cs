using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>The functions of libzstd that pages need.</summary>
/// <remarks>https://facebook.github.io/zstd/zstd_manual.html</remarks>
internal static unsafe partial class ZstdLibrary
{
    /// <summary>The library as the dynamic linker knows it (Debian package libzstd1).</summary>
    public const string Name = "libzstd.so.1";

    /// <summary>ZSTD_c_compressionLevel.</summary>
    public const int CompressionLevel = 100;

    /// <summary>The library's own words for an error code.</summary>
    public static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? "unknown error";

    [LibraryImport(Name, EntryPoint = "ZSTD_createCCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nint CreateContext();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeCCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nuint FreeContext(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setParameter")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressBound")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nuint CompressBound(nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_compress2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nuint Compress(nint context, byte* output, nuint capacity, byte* input, nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressSequences")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nuint CompressSequences(nint context, byte* output, nuint capacity, SequenceList.Sequence* sequences, nuint count, byte* input, nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_isError")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial uint IsError(nuint code);

    [LibraryImport(Name, EntryPoint = "ZSTD_getErrorName")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint GetErrorName(nuint code);
}
