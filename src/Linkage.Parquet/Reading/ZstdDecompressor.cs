using System.Runtime.InteropServices;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Reading;

/// <summary>One decompression context of libzstd, used for page after page. Not thread-safe.</summary>
/// <remarks>https://facebook.github.io/zstd/zstd_manual.html</remarks>
internal sealed unsafe partial class ZstdDecompressor : SafeHandle
{
    public ZstdDecompressor()
        : base(0, ownsHandle: true)
    {
        CodecLibrary.Zstd.Require();
        SetHandle(CreateContext());
        if (IsInvalid)
            throw new InvalidOperationException("libzstd could not create a decompression context: memory is exhausted.");
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Fills the output with what the frames hold, and returns how many bytes that is.</summary>
    /// <exception cref="InvalidDataException">They are damaged, or hold more.</exception>
    public int Decompress(ReadOnlySpan<byte> frames, Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        nuint length;
        // An empty span has no address, which the library would take for an error.
        Span<byte> room = output.IsEmpty ? stackalloc byte[1] : output;
        fixed (byte* source = frames, destination = room)
            length = DecompressContext(handle, destination, (nuint)output.Length, source, (nuint)frames.Length);
        if (ZstdLibrary.IsError(length) != 0)
            throw new InvalidDataException($"libzstd cannot decompress it: {ZstdLibrary.ErrorName(length)}");
        return (int)length;
    }

    protected override bool ReleaseHandle() => FreeContext(handle) == 0;

    [LibraryImport(ZstdLibrary.Name, EntryPoint = "ZSTD_createDCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint CreateContext();

    [LibraryImport(ZstdLibrary.Name, EntryPoint = "ZSTD_freeDCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nuint FreeContext(nint context);

    [LibraryImport(ZstdLibrary.Name, EntryPoint = "ZSTD_decompressDCtx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nuint DecompressContext(nint context, byte* output, nuint capacity, byte* input, nuint size);
}
