namespace Linkage.Parquet.Format;

/// <summary>
/// What a writer remembers of a file until its end: row groups, column chunks, data pages and the bytes of string statistics. Reused from
/// file to file; grows by about 220 bytes a column chunk, 72 a data page, and the statistics' bytes.
/// </summary>
internal sealed class FileFooter
{
    private RowGroup[] _groups = new RowGroup[4];
    private ColumnChunk[] _chunks = new ColumnChunk[64];
    private DataPage[] _pages = new DataPage[64];

    public FileFooter() => BloomHeaders = new ThriftWriter(Blooms);

    /// <summary>Bytes of string minima and maxima.</summary>
    public ByteBuffer BoundBytes { get; } = new();

    /// <summary>Bloom filters of the open row group, headers included.</summary>
    public ByteBuffer Blooms { get; } = new();

    /// <summary>Writes to <see cref="Blooms"/>.</summary>
    public ThriftWriter BloomHeaders { get; }

    /// <summary>Closed row groups.</summary>
    public int Groups { get; private set; }

    /// <summary>Column chunks so far: row groups times columns, and those of the open row group.</summary>
    public int Chunks { get; private set; }

    /// <summary>Data pages so far, of all chunks.</summary>
    public int Pages { get; private set; }

    public void Clear()
    {
        Groups = 0;
        Chunks = 0;
        Pages = 0;
        BoundBytes.Clear();
        Blooms.Clear();
    }

    public ref readonly RowGroup Group(int index) => ref _groups[index];

    public ref ColumnChunk Chunk(int index) => ref _chunks[index];

    /// <summary>The data pages of a chunk.</summary>
    public ReadOnlySpan<DataPage> PagesOf(in ColumnChunk chunk) => _pages.AsSpan(chunk.FirstPage, chunk.DataPages);

    public void Add(in RowGroup group)
    {
        if (Groups == _groups.Length)
            Array.Resize(ref _groups, 2 * Groups);
        _groups[Groups++] = group;
    }

    public void Add(in DataPage page)
    {
        if (Pages == _pages.Length)
            Array.Resize(ref _pages, 2 * Pages);
        _pages[Pages++] = page;
    }

    public void Add(in ColumnChunk chunk)
    {
        if (Chunks == _chunks.Length)
            Array.Resize(ref _chunks, 2 * Chunks);
        _chunks[Chunks++] = chunk;
    }

    /// <summary>Adds the chunks that another footer describes, of a stream that comes to lie in this one's file.</summary>
    /// <param name="part">What was remembered of the stream.</param>
    /// <param name="isText">Whether bounds are strings.</param>
    /// <param name="position">Bytes of the file before it.</param>
    public void Append(FileFooter part, bool isText, long position)
    {
        int firstPage = Pages, bounds = isText ? BoundBytes.Length : 0;
        for (int i = 0; i < part.Pages; i++)
        {
            DataPage page = part._pages[i];
            Add(page with { Offset = page.Offset + position, Bounds = page.Bounds.Moved(bounds) });
        }

        for (int i = 0; i < part.Chunks; i++)
            Add(part._chunks[i].Moved(firstPage, position, bounds, Blooms.Length));
        BoundBytes.Write(part.BoundBytes.Written);
        Blooms.Write(part.Blooms.Written);
    }
}
