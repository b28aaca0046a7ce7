using System.IO.Hashing;
using System.Numerics;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Reading;

/// <summary>
/// Reads one column chunk: page after page checks the checksum, decompresses, reads levels and values. In: the chunk's bytes as they lie in the file. Out:
/// <see cref="ColumnValues"/>. What is wrong is an <see cref="InvalidDataException"/> that says in which page.
/// </summary>
internal ref struct ChunkReader(FooterColumn column, FooterChunk chunk, ColumnValues into, ReadScratch scratch)
{
    private readonly ColumnType _type = column.Type!.Value;
    private long[] _dictionary = [];
    private int _dictionaryCount;
    private bool _hasDictionary;
    private int _row;
    private int _page;

    /// <summary>Reads all pages.</summary>
    /// <param name="bytes">The chunk's bytes.</param>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            long left = chunk.Values;
            for (; left > 0; _page++)
            {
                PageInfo page = PageInfo.Read(bytes, out int header);
                bytes = bytes[header..];
                if (page.Stored > bytes.Length)
                    throw new InvalidDataException($"it takes {page.Stored} bytes, and {bytes.Length} are left of the column chunk");
                ReadOnlySpan<byte> stored = bytes[..page.Stored];
                bytes = bytes[page.Stored..];
                if (page.Crc is { } crc && crc != Crc32.HashToUInt32(stored))
                    throw new InvalidDataException("its checksum is not that of its bytes");
                if (page.Type == PageInfo.Dictionary)
                    ReadDictionary(page, stored);
                else if (page.Type is PageInfo.Data or PageInfo.DataV2)
                    left -= ReadData(page, stored, left);
            }

            if (_row != into.Rows)
                throw new InvalidDataException($"the column chunk ends after {_row} rows of {into.Rows}");
            if (into.IsList)
                into.OffsetRoom[into.Rows] = into.Elements;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"page {_page}: {e.Message}", e);
        }
    }

    private void ReadDictionary(PageInfo page, ReadOnlySpan<byte> stored)
    {
        if (_hasDictionary || page.Encoding is not (StoredEncoding.Plain or StoredEncoding.PlainDictionary))
            throw new InvalidDataException("a second dictionary, or one that is not PLAIN");
        ByteCursor input = new(Decompress(stored, page.Uncompressed));
        _hasDictionary = true;
        _dictionaryCount = page.Values;
        switch (_type)
        {
            case ColumnType.Int32 or ColumnType.Date:
                _dictionary = FixedValues<int, StoredInt32>.ReadDictionary(ref input, page.Values);
                break;
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                _dictionary = FixedValues<long, StoredInt64>.ReadDictionary(ref input, page.Values);
                break;
            case ColumnType.Double:
                _dictionary = FixedValues<double, StoredDouble>.ReadDictionary(ref input, page.Values);
                break;
            case ColumnType.String:
                StringPages.ReadDictionary(ref input, page.Values, into.Values);
                break;
            default:
                throw new InvalidDataException($"a dictionary of a column of type {_type}");
        }
    }

    /// <summary>Reads a data page; returns how many values of the chunk it had.</summary>
    private int ReadData(PageInfo page, ReadOnlySpan<byte> stored, long left)
    {
        if (page.Values > left)
            throw new InvalidDataException($"it has {page.Values} values, and the column chunk only {left} more");
        ReadOnlySpan<byte> repetition = [], definition = [];
        ByteCursor input;
        if (page.Type == PageInfo.Data)
        {
            if (!page.LevelEncodings)
                throw new InvalidDataException("its levels are in an encoding this program does not read");
            input = new ByteCursor(Decompress(stored, page.Uncompressed));
            if (column.MaxRepetition > 0)
                repetition = input.Take(input.Int32());
            if (column.MaxDefinition > 0)
                definition = input.Take(input.Int32());
        }
        else
        {
            input = new ByteCursor(stored);
            repetition = input.Take(page.RepetitionBytes);
            definition = input.Take(page.DefinitionBytes);
            if (page.IsCompressed)
                input = new ByteCursor(Decompress(input.Left, page.Uncompressed - page.RepetitionBytes - page.DefinitionBytes));
        }

        if (column.MaxRepetition > 0)
            ReadLists(page, repetition, definition, ref input);
        else
            ReadRows(page, definition, ref input);
        return page.Values;
    }

    private ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> stored, int length)
    {
        if (length < 0 || length > chunk.UncompressedBytes)
            throw new InvalidDataException($"its header says {length} bytes, the column chunk has {chunk.UncompressedBytes}");
        if (chunk.Codec == (int)CompressionCodec.Uncompressed && stored.Length == length)
            return stored;
        Span<byte> room = scratch.Page(length);
        scratch.Decompressor.Decompress((CompressionCodec)chunk.Codec, stored, room);
        return room;
    }

    private void ReadRows(PageInfo page, ReadOnlySpan<byte> definition, ref ByteCursor input)
    {
        int rows = page.Values, present = rows;
        if (rows > into.Rows - _row)
            throw new InvalidDataException($"there are more rows than the {into.Rows} of the row group");
        ReadOnlySpan<bool> valid = [];
        if (column.MaxDefinition > 0)
        {
            Span<bool> room = into.ValidRoom.Slice(_row, rows);
            ByteCursor levels = new(definition);
            HybridDecoding.Read(ref levels, room);
            present = room.Count(true);
            valid = room;
            into.NullCount += rows - present;
        }

        switch (_type)
        {
            case ColumnType.Int32 or ColumnType.Date:
                FixedValues<int, StoredInt32>.Read(ref input, page.Encoding, _dictionary, scratch, _type, into.Int32Room.Slice(_row, present));
                Spread(into.Int32Room.Slice(_row, rows), valid, present, 0);
                break;
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                FixedValues<long, StoredInt64>.Read(ref input, page.Encoding, _dictionary, scratch, _type, into.Int64Room.Slice(_row, present));
                Spread(into.Int64Room.Slice(_row, rows), valid, present, 0);
                break;
            case ColumnType.Double:
                FixedValues<double, StoredDouble>.Read(ref input, page.Encoding, _dictionary, scratch, _type, into.DoubleRoom.Slice(_row, present));
                Spread(into.DoubleRoom.Slice(_row, rows), valid, present, 0);
                break;
            case ColumnType.Boolean:
                ReadBooleans(ref input, page.Encoding, into.BooleanRoom.Slice(_row, present));
                Spread(into.BooleanRoom.Slice(_row, rows), valid, present, false);
                break;
            default:
                StringPages.Read(ref input, page.Encoding, _dictionaryCount, scratch, into.Values, into.IdRoom.Slice(_row, present));
                Spread(into.IdRoom.Slice(_row, rows), valid, present, -1);
                break;
        }

        _row += rows;
    }

    private void ReadLists(PageInfo page, ReadOnlySpan<byte> repetition, ReadOnlySpan<byte> definition, ref ByteCursor input)
    {
        Span<int> levels = scratch.Levels(2 * page.Values);
        Span<int> repetitions = levels[..page.Values], definitions = levels[page.Values..];
        ByteCursor bytes = new(repetition);
        HybridDecoding.Read(ref bytes, Width(column.MaxRepetition), repetitions);
        bytes = new ByteCursor(definition);
        HybridDecoding.Read(ref bytes, Width(column.MaxDefinition), definitions);
        ListLevels lists = new(column.ListDefinition, column.MaxDefinition, column.ListDefinition > 1);
        Span<int> ids = scratch.Indices(lists.CountPresent(definitions));
        StringPages.Read(ref input, page.Encoding, _dictionaryCount, scratch, into.Values, ids);
        lists.Add(into, ref _row, definitions, repetitions, ids);
    }

    private static void ReadBooleans(ref ByteCursor input, int encoding, Span<bool> values)
    {
        if (encoding == StoredEncoding.Plain)
        {
            HybridDecoding.Expand(input.Take((values.Length + 7) / 8), values);
        }
        else if (encoding == StoredEncoding.Rle)
        {
            ByteCursor runs = new(input.Take(input.Int32()));
            HybridDecoding.Read(ref runs, values);
        }
        else
        {
            throw StoredEncoding.Unknown(encoding, ColumnType.Boolean);
        }
    }

    private static int Width(int maxLevel) => 32 - BitOperations.LeadingZeroCount((uint)maxLevel);

    /// <summary>Moves values, which lie dense at the front, to the rows that have one.</summary>
    private static void Spread<T>(Span<T> rows, ReadOnlySpan<bool> valid, int present, T missing)
    {
        if (valid.IsEmpty || present == rows.Length)
            return;
        for (int row = rows.Length - 1; row >= 0; row--)
            rows[row] = valid[row] ? rows[--present] : missing;
    }
}
