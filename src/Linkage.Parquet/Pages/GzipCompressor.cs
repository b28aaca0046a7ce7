using System.Runtime.InteropServices;

namespace Linkage.Parquet.Pages;

/// <summary>One deflate context of zlib, used for page after page. Each page becomes one gzip member. Not thread-safe.</summary>
internal sealed unsafe class GzipCompressor : SafeHandle
{
    private int _level;

    /// <param name="level">1 to 9.</param>
    public GzipCompressor(int level)
        : base(0, ownsHandle: true)
    {
        CodecLibrary.Zlib.Require();
        // zlib keeps the stream's address, so it lies where nothing is moved.
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(ZlibLibrary.Stream)));
        Begin(level);
    }

    public override bool IsInvalid => handle == 0;

    private ZlibLibrary.Stream* Stream => (ZlibLibrary.Stream*)handle;

    /// <summary>Appends one gzip member that holds <paramref name="input"/>.</summary>
    public void Compress(ReadOnlySpan<byte> input, int level, ByteBuffer output)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (level != _level)
        {
            _ = ZlibLibrary.End(Stream);
            *Stream = default;
            Begin(level);
        }
        else
        {
            Check(ZlibLibrary.Reset(Stream));
        }

        Span<byte> room = output.Reserve(checked((int)ZlibLibrary.Bound(Stream, (nuint)input.Length)));
        int status;
        fixed (byte* source = input, destination = room)
        {
            Stream->Input = source;
            Stream->InputLength = (uint)input.Length;
            Stream->Output = destination;
            Stream->OutputLength = (uint)room.Length;
            status = ZlibLibrary.Run(Stream);
        }

        if (status != ZlibLibrary.StreamEnd)
            throw new InvalidOperationException($"zlib failed with status {status}.");
        output.Advance(room.Length - (int)Stream->OutputLength);
    }

    protected override bool ReleaseHandle()
    {
        _ = ZlibLibrary.End(Stream);
        NativeMemory.Free((void*)handle);
        return true;
    }

    private void Begin(int level)
    {
        _level = level;
        Check(ZlibLibrary.Begin(Stream, level));
    }

    private static void Check(int status)
    {
        if (status != 0)
            throw new InvalidOperationException($"zlib failed with status {status}.");
    }
}
