namespace Linkage.Parquet.Columns;

/// <summary>The bytes of a chunk in pieces of equal size: written once, copied to a file once. Keeps its memory up to <see cref="ByteBuffer.MaxRetained"/>.</summary>
internal sealed class ChunkBytes : Stream
{
    private const int Piece = 1 << 17;
    private readonly List<byte[]> _pieces = [];
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException("A chunk is written from start to end.");
    }

    /// <summary>Forgets the content.</summary>
    public void Clear()
    {
        const int retained = ByteBuffer.MaxRetained / Piece;
        if (_pieces.Count > retained)
            _pieces.RemoveRange(retained, _pieces.Count - retained);
        _length = 0;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int at = (int)(_length % Piece), piece = (int)(_length / Piece);
            if (piece == _pieces.Count)
                _pieces.Add(GC.AllocateUninitializedArray<byte>(Piece));
            int taken = Math.Min(buffer.Length, Piece - at);
            buffer[..taken].CopyTo(_pieces[piece].AsSpan(at));
            _length += taken;
            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Hands the content on, in order.</summary>
    public void CopyTo(Pages.PageWriter pages)
    {
        for (long start = 0; start < _length; start += Piece)
            pages.WriteRaw(_pieces[(int)(start / Piece)].AsSpan(0, (int)Math.Min(Piece, _length - start)));
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A chunk is copied whole.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A chunk is written from start to end.");

    public override void SetLength(long value) => throw new NotSupportedException("A chunk is written from start to end.");
}
