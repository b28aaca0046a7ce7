using System.Buffers.Binary;
using System.IO.Hashing;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Pages;

/// <summary>
/// Takes encoded pages to a stream: levels in front of the values, compression, checksum, header. In: values
/// appended to <see cref="Values"/>. Out: bytes on the stream, and the running <see cref="ColumnChunk"/>. The stream is that of a file, or of a chunk that goes to its file later.
/// </summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/</remarks>
internal sealed class PageWriter(ParquetOptions options, ParquetScratch scratch)
{
    /// <summary>Pages wait in memory until there are this many bytes; larger ones go to the stream directly.</summary>
    private const int WriteBytes = 1 << 17;

    private readonly bool _isV2 = options.PageVersion == 2;
    private Stream _output = Stream.Null;
    private FileFooter _footer = null!;
    private ColumnChunk _chunk;
    private bool _nullable;
    private int _rows;
    private PageLevels _listLevels;

    /// <summary>Bytes on the stream so far.</summary>
    public long Position { get; private set; }

    /// <summary>Where the encoded values of the open page go.</summary>
    public ByteBuffer Values => scratch.Page;

    /// <summary>Whether pages are compressed.</summary>
    public bool HasCodec => options.Codec != Codec.None;

    /// <summary>Whether the codec can be told of repetitions.</summary>
    public bool CanBeTold => options.Codec == Codec.Zstd && ZstdCompressor.TakesRepeats;

    /// <summary>Begins a stream, at position 0.</summary>
    /// <param name="output">Where pages go.</param>
    /// <param name="footer">What is remembered of them.</param>
    public void Begin(Stream output, FileFooter footer)
    {
        _output = output;
        _footer = footer;
        Position = 0;
    }

    /// <summary>Appends bytes that are no page: magic number, _footer.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Position += bytes.Length;
    }

    /// <summary>Writes the bloom filters of the row group that ends, behind its pages, and tells its chunks where.</summary>
    /// <param name="columns">Its chunks: the footer's last ones.</param>
    public void WriteBlooms(int columns)
    {
        for (int i = _footer.Chunks - columns; i < _footer.Chunks; i++)
        {
            ref ColumnChunk chunk = ref _footer.Chunk(i);
            if (chunk.Bloom.Length > 0)
                chunk.Bloom = chunk.Bloom with { Offset = Position + chunk.Bloom.Offset };
        }

        WriteRaw(_footer.Blooms.Written);
        _footer.Blooms.Clear();
    }

    /// <summary>Begins a column chunk.</summary>
    /// <param name="nullable">Whether data pages carry definition levels.</param>
    /// <param name="constant">Whether every page is a few run lengths, which a codec would only make longer.</param>
    public void BeginChunk(bool nullable, bool constant)
    {
        scratch.Output.Clear();
        _nullable = nullable;
        _rows = 0;
        _chunk = new ColumnChunk
        {
            FirstPage = _footer.Pages,
            DistinctCount = -1,
            Codec = constant ? CompressionCodec.Uncompressed : PageCodecs.Number(options.Codec),
            DataPageType = _isV2 ? PageType.DataV2 : PageType.Data,
            DictionaryOffset = -1,
            DataOffset = -1,
        };
    }

    /// <summary>Writes the dictionary page; it comes before all data pages.</summary>
    public void WriteDictionary(ReadOnlySpan<byte> values, int count)
    {
        _chunk.DictionaryOffset = Position;
        ReadOnlySpan<byte> body = Store(values, 0, 0, null, out PageSize size);
        int start = scratch.Output.Length;
        PageHeader.WriteDictionary(scratch.Thrift, size, count);
        Emit(body, size, start);
    }

    /// <summary>Begins values that are only measured.</summary>
    public void BeginSample() => scratch.Page.Clear();

    /// <summary>Bytes that the values take behind the codec; they are not written.</summary>
    public int MeasureSample(RepeatList? repeats = null) => Measure(scratch.Page.Written, repeats);

    /// <summary>Bytes that these take behind the codec.</summary>
    public int Measure(ReadOnlySpan<byte> body, RepeatList? repeats = null)
    {
        scratch.Compressed.Clear();
        return HasCodec && !body.IsEmpty ? Compress(body, 0, repeats).Length : body.Length;
    }

    /// <summary>Begins a data page of at most <paramref name="maxRows"/> rows: room for its levels, then its values.</summary>
    public void BeginPage(int maxRows)
    {
        scratch.Page.Clear();
        if (!_nullable)
            return;
        int room = LevelRoom(maxRows);
        scratch.Page.Reserve(room);
        scratch.Page.Advance(room);
    }

    /// <summary>Ends a data page.</summary>
    /// <param name="rows">Rows in the page, nulls included.</param>
    /// <param name="valid">Which rows have a value; empty means all. Ignored for a required column.</param>
    /// <param name="encoding">Encoding of the values.</param>
    /// <param name="maxRows">As given to <see cref="BeginPage"/>.</param>
    /// <param name="repeats">What repeats in the values, where that is known.</param>
    public void EndPage(int rows, ReadOnlySpan<bool> valid, PageEncoding encoding, int maxRows, RepeatList? repeats = null)
    {
        Span<byte> page = scratch.Page.Written;
        int levels = _nullable ? PlaceLevels(page, rows, valid, maxRows) : 0;
        page = page[(_nullable ? LevelRoom(maxRows) - levels : 0)..];
        WriteData(page, new PageLevels(0, levels), rows, rows, valid.IsEmpty ? 0 : rows - valid.Count(true), encoding, repeats);
    }

    /// <summary>Begins a data page of lists with its levels; its values follow.</summary>
    /// <param name="repetitions">0 begins a row, 1 goes on with its list.</param>
    /// <param name="definitions">How much of the path is there.</param>
    /// <param name="maxDefinition">Level of an element: 1, or 2 where the list may be null.</param>
    public void BeginListPage(ReadOnlySpan<int> repetitions, ReadOnlySpan<int> definitions, int maxDefinition)
    {
        scratch.Page.Clear();
        WriteLevels(repetitions, 1);
        int repeated = scratch.Page.Length;
        WriteLevels(definitions, BitPacking.Width(maxDefinition));
        _listLevels = new PageLevels(repeated, scratch.Page.Length - repeated);
    }

    /// <summary>Ends a data page of lists.</summary>
    /// <param name="rows">Rows that begin in it.</param>
    /// <param name="levels">Levels of each kind.</param>
    /// <param name="elements">Elements: levels that have a value.</param>
    /// <param name="encoding">Encoding of the values.</param>
    /// <param name="repeats">What repeats in the values, where that is known.</param>
    public void EndListPage(int rows, int levels, int elements, PageEncoding encoding, RepeatList? repeats = null) =>
        WriteData(scratch.Page.Written, _listLevels, rows, levels, levels - elements, encoding, repeats);

    private void WriteLevels(ReadOnlySpan<int> levels, int width)
    {
        int start = scratch.Page.Length;
        if (!_isV2)
            scratch.Page.WriteInt32(0);
        HybridEncoding.Write(levels, width, scratch.Page);
        // Version 2 states the length in the header.
        if (!_isV2)
            BinaryPrimitives.WriteInt32LittleEndian(scratch.Page.Written[start..], scratch.Page.Length - start - sizeof(int));
    }

    private void WriteData(ReadOnlySpan<byte> page, PageLevels levelBytes, int rows, int levels, int nulls, PageEncoding encoding, RepeatList? repeats)
    {
        if (_chunk.DataOffset < 0)
            _chunk.DataOffset = Position;
        long offset = Position;
        ReadOnlySpan<byte> body = Store(page, levelBytes.Length, _isV2 ? levelBytes.Length : 0, repeats, out PageSize size, mayStay: _isV2);
        int start = scratch.Output.Length;
        if (_isV2)
            PageHeader.WriteDataV2(scratch.Thrift, size, new DataPageCounts(rows, levels, nulls), levelBytes, encoding, isCompressed: size.Compressed < size.Uncompressed);
        else
            PageHeader.WriteData(scratch.Thrift, size, levels, encoding);
        Emit(body, size, start);
        Locate(offset, rows, levels, nulls);
        if (encoding != PageEncoding.Plain || _chunk.DataPages == 0)
            _chunk.Encoding = encoding;
        _chunk.PlainPages += encoding == PageEncoding.Plain ? 1 : 0;
        _chunk.DataPages++;
        _chunk.Levels += levels;
    }

    /// <summary>Ends the chunk; its pages are on the stream.</summary>
    public ColumnChunk EndChunk()
    {
        Flush();
        int start = _footer.Blooms.Length;
        _chunk.Bloom = new FileRange(start, scratch.Bloom.Write(options.BloomFalsePositives, _footer.Blooms, _footer.BloomHeaders));
        return _chunk;
    }

    /// <summary>Notes where the page lies, and the bounds its encoder has stated (<see cref="ParquetScratch.PageBounds"/>).</summary>
    private void Locate(long offset, int rows, int levels, int nulls)
    {
        DataPage located = new() { Offset = offset, Bytes = (int)(Position - offset), FirstRow = _rows, Nulls = nulls, Present = levels - nulls };
        if (_chunk.DataPages < scratch.PageBounds.Count)
            located.Bounds = scratch.PageBounds[_chunk.DataPages];
        _footer.Add(located);
        _rows += rows;
    }

    private static int LevelRoom(int maxRows) => sizeof(int) + HybridEncoding.MaxLevelBytes(maxRows);

    /// <summary>Puts levels, in version 1 with their length, right before the values; returns how many bytes they are.</summary>
    private int PlaceLevels(Span<byte> page, int rows, ReadOnlySpan<bool> valid, int maxRows)
    {
        ByteBuffer levels = scratch.Levels;
        levels.Clear();
        if (!_isV2)
            levels.WriteInt32(0);
        if (valid.IsEmpty)
            HybridEncoding.WriteLevels(true, rows, levels);
        else
            HybridEncoding.WriteLevels(valid, levels);
        if (!_isV2)
            BinaryPrimitives.WriteInt32LittleEndian(levels.Written, levels.Length - sizeof(int));
        levels.Written.CopyTo(page[(LevelRoom(maxRows) - levels.Length)..]);
        return levels.Length;
    }

    /// <summary>The page as it goes to the stream.</summary>
    /// <param name="body">Levels and values.</param>
    /// <param name="leading">Bytes before the values.</param>
    /// <param name="uncompressed">Of these, bytes that stay as they are.</param>
    /// <param name="repeats">What repeats in the values.</param>
    /// <param name="size">Gets its sizes and checksum.</param>
    /// <param name="mayStay">Whether the page may stay as it is.</param>
    private ReadOnlySpan<byte> Store(ReadOnlySpan<byte> body, int leading, int uncompressed, RepeatList? repeats, out PageSize size, bool mayStay = false)
    {
        ReadOnlySpan<byte> stored = body;
        if (_chunk.Codec != CompressionCodec.Uncompressed && body.Length > uncompressed)
        {
            scratch.Compressed.Clear();
            scratch.Compressed.Write(body[..uncompressed]);
            stored = Compress(body[uncompressed..], leading - uncompressed, repeats);
            // Version 2 can leave a page as it is that a codec makes no smaller.
            if (mayStay && stored.Length >= body.Length)
                stored = body;
        }

        size = new PageSize(body.Length, stored.Length, Crc32.HashToUInt32(stored));
        return stored;
    }

    private ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> body, int leading, RepeatList? repeats)
    {
        if (repeats is { LargestEntry: <= ZstdCompressor.MaxEntry, Count: > 0 } && CanBeTold)
            scratch.Codecs.CompressRepeats(body, leading, repeats, options, scratch.Compressed);
        else
            scratch.Codecs.Compress(body, options, scratch.Compressed);
        return scratch.Compressed.Written;
    }

    private void Emit(ReadOnlySpan<byte> body, PageSize size, int headerStart)
    {
        int header = scratch.Output.Length - headerStart;
        if (body.Length >= WriteBytes)
        {
            Flush();
            _output.Write(body);
        }
        else
        {
            scratch.Output.Write(body);
            if (scratch.Output.Length >= WriteBytes)
                Flush();
        }

        Position += header + size.Compressed;
        _chunk.UncompressedBytes += header + size.Uncompressed;
        _chunk.CompressedBytes += header + size.Compressed;
    }

    private void Flush()
    {
        _output.Write(scratch.Output.Written);
        scratch.Output.Clear();
    }
}
