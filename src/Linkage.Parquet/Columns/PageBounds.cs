using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Smallest and largest value of each data page of the chunk being written, in page order. An encoder adds a page's bounds before it ends the page; a chunk of which some
/// page has none gets no column index, which costs readers the skipping and nothing else.
/// </summary>
internal sealed class PageBounds
{
    private ChunkBounds[] _pages = new ChunkBounds[16];

    /// <summary>Pages stated so far.</summary>
    public int Count { get; private set; }

    public ref readonly ChunkBounds this[int page] => ref _pages[page];

    public void Clear() => Count = 0;

    public void Add(in ChunkBounds bounds)
    {
        if (Count == _pages.Length)
            Array.Resize(ref _pages, 2 * Count);
        _pages[Count++] = bounds;
    }
}
