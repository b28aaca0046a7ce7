using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>One compression context of libzstd, used for page after page. Each page becomes one frame. Not thread-safe.</summary>
internal sealed unsafe partial class ZstdCompressor : SafeHandle
{
    private int _level = int.MinValue;

    public ZstdCompressor()
        : base(0, ownsHandle: true)
    {
        CodecLibrary.Zstd.Require();
        SetHandle(ZstdLibrary.CreateContext());
        if (IsInvalid)
            throw new InvalidOperationException("libzstd could not create a compression context: memory is exhausted.");
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Appends one frame that holds <paramref name="input"/>.</summary>
    public void Compress(ReadOnlySpan<byte> input, int level, ByteBuffer output)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        SetLevel(level);
        int bound = checked((int)ZstdLibrary.CompressBound((nuint)input.Length));
        Span<byte> room = output.Reserve(bound);
        nuint length;
        fixed (byte* source = input, destination = room)
            length = ZstdLibrary.Compress(handle, destination, (nuint)room.Length, source, (nuint)input.Length);
        Check(length);
        output.Advance((int)length);
    }

    protected override bool ReleaseHandle() => ZstdLibrary.FreeContext(handle) == 0;

    private void SetLevel(int level)
    {
        if (level == _level)
            return;
        Check(ZstdLibrary.SetParameter(handle, ZstdLibrary.CompressionLevel, level));
        _level = level;
    }

    private static void Check(nuint result)
    {
        if (ZstdLibrary.IsError(result) != 0)
            throw new InvalidOperationException($"libzstd failed: {ZstdLibrary.ErrorName(result)}.");
    }
}
