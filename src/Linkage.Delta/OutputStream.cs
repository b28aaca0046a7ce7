using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>A write-only stream over one file of an <see cref="OutputDisk"/>, so that a full disk is an <see cref="OutputUnavailableException"/> at the write that meets it.</summary>
internal sealed class OutputStream(OutputDisk disk, SafeFileHandle file, string path) : Stream
{
    // Writers send pages of many KB next to headers of a few bytes: the small ones are gathered, the large ones pass through.
    private const int BufferBytes = 32 * 1024;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _buffered;
    private long _written;

    public SafeFileHandle File => file;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _buffer is not null;

    public override long Length => _written + _buffered;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException("A staged file is written from start to end.");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var mine = _buffer ?? throw new ObjectDisposedException(path);
        if (buffer.Length > mine.Length - _buffered)
            Flush();
        if (buffer.Length >= mine.Length)
        {
            disk.Write(file, path, buffer, _written);
            _written += buffer.Length;
            return;
        }
        buffer.CopyTo(mine.AsSpan(_buffered));
        _buffered += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (_buffered == 0 || _buffer is null)
            return;
        disk.Write(file, path, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }

    /// <summary>Closes without writing what is buffered.</summary>
    public void Abandon()
    {
        _buffered = 0;
        Close();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A staged file is only written.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A staged file is written from start to end.");

    public override void SetLength(long value) => throw new NotSupportedException("A staged file is written from start to end.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is { } rented)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(rented);
            file.Dispose();
        }
        base.Dispose(disposing);
    }
}
