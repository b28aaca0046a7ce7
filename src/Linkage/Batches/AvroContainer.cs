namespace Linkage.Batches;

/// <summary>Writes a file drop: an Avro object container file of GpRecordBatch, one batch a block.</summary>
public sealed class AvroContainerWriter : IDisposable
{
    /// <summary>Starts a container on a stream (not closed by the writer). <paramref name="syncMarker"/>: 16 bytes (fixed by the caller so that the same seed gives the same bytes).</summary>
    public AvroContainerWriter(Stream output, ReadOnlySpan<byte> syncMarker) => throw new NotSupportedException("stub: batches");

    /// <summary>Appends one datum as a block.</summary>
    public void Append(ReadOnlySpan<byte> datum) => throw new NotSupportedException("stub: batches");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>Reads a file drop batch by batch, whatever tool wrote it (codecs null and deflate; several datums a block).</summary>
public sealed class AvroContainerReader : IDisposable
{
    /// <summary>Opens a container; an unreadable or foreign file is an <see cref="InvalidDataException"/> that names the file and byte.</summary>
    public AvroContainerReader(Stream input, string name) => throw new NotSupportedException("stub: batches");

    /// <summary>Next datum as single-object framed bytes, or false at the end. The span lives until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> singleObject) => throw new NotSupportedException("stub: batches");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
