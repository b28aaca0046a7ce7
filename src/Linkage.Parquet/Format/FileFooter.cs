namespace Linkage.Parquet.Format;

/// <summary>
/// What a writer remembers of a file until its end: row groups, column chunks and the bytes of string statistics. Reused from
/// file to file; grows by about 150 bytes and the statistics' bytes a column chunk.
/// </summary>
internal sealed class FileFooter
{
    private RowGroup[] _groups = new RowGroup[4];
    private ColumnChunk[] _chunks = new ColumnChunk[64];

    /// <summary>Bytes of string minima and maxima.</summary>
    public ByteBuffer BoundBytes { get; } = new();

    /// <summary>Closed row groups.</summary>
    public int Groups { get; private set; }

    /// <summary>Column chunks so far: row groups times columns, and those of the open row group.</summary>
    public int Chunks { get; private set; }

    public void Clear()
    {
        Groups = 0;
        Chunks = 0;
        BoundBytes.Clear();
    }

    public ref readonly RowGroup Group(int index) => ref _groups[index];

    public ref readonly ColumnChunk Chunk(int index) => ref _chunks[index];

    public void Add(in RowGroup group)
    {
        if (Groups == _groups.Length)
            Array.Resize(ref _groups, 2 * Groups);
        _groups[Groups++] = group;
    }

    public void Add(in ColumnChunk chunk)
    {
        if (Chunks == _chunks.Length)
            Array.Resize(ref _chunks, 2 * Chunks);
        _chunks[Chunks++] = chunk;
    }
}
