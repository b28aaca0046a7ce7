using System.Buffers.Binary;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Writes a string chunk as PLAIN pages, which end by rows or by bytes.</summary>
internal ref struct PlainStrings(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values, ByteBuffer store)
{
    private readonly ReadOnlySpan<int> _ids = ids;
    private readonly int _count = values.Count;
    private readonly bool _bloom = column.Bloom && options.BloomFalsePositives > 0;
    private StringBounds _bounds;
    private StringBounds _page;

    /// <summary>Rows with a value.</summary>
    public int Present { get; private set; }

    /// <summary>Whether a null came after a value.</summary>
    public bool NullAfterValue { get; private set; }

    /// <summary>Smallest and largest value.</summary>
    public readonly StringBounds Bounds => _bounds;

    public void Write()
    {
        pages.BeginChunk(column.Nullable, constant: false);
        Span<bool> valid = scratch.Valid(_ids.Length).AsSpan(0, _ids.Length);
        int start = 0;
        while (start < _ids.Length)
        {
            int maxRows = Math.Min(options.PageRows, _ids.Length - start);
            pages.BeginPage(maxRows);
            _page = default;
            int rows = FillPage(start, maxRows, valid);
            if (options.PageIndex)
                scratch.PageBounds.Add(_page.State(store));
            _bounds.Add(in _page);
            pages.EndPage(rows, valid.Slice(start, rows), PageEncoding.Plain, maxRows);
            start += rows;
        }
    }

    /// <summary>Appends rows until the page is full; returns how many.</summary>
    private int FillPage(int start, int maxRows, Span<bool> valid)
    {
        ByteBuffer output = pages.Values;
        int full = output.Length + options.PageBytes;
        int end = start + maxRows;
        int row = start;
        while (row < end && output.Length < full)
        {
            int id = _ids[row];
            int run = 1;
            while (row + run < end && _ids[row + run] == id)
                run++;
            bool present = Look(id, row);
            if (present)
            {
                ReadOnlySpan<byte> value = values[id];
                StringColumn.Check(value, id, column);
                _page.Add(value);
                if (_bloom)
                    scratch.Bloom.Add(value);
                run = Append(value, run, full - output.Length, output);
                Present += run;
            }

            valid.Slice(row, run).Fill(present);
            row += run;
        }

        return row - start;
    }

    /// <summary>Appends a value up to <paramref name="run"/> times, until <paramref name="left"/> bytes are used up; returns how often.</summary>
    private static int Append(ReadOnlySpan<byte> value, int run, int left, ByteBuffer output)
    {
        int size = checked(value.Length + sizeof(int));
        run = Math.Min(run, 1 + ((left - 1) / size));
        Span<byte> room = output.Reserve(checked(run * size));
        BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
        value.CopyTo(room[sizeof(int)..]);
        ReadOnlySpan<byte> first = room[..size];
        for (int i = 1; i < run; i++)
            first.CopyTo(room[(i * size)..]);
        output.Advance(run * size);
        return run;
    }

    /// <summary>Whether the row has a value.</summary>
    private bool Look(int id, int row)
    {
        if (id < -1 || id >= _count)
            throw StringColumn.BadId(id, row, _count, column);
        if (id == -1 || values.IsNull(id))
        {
            if (!column.Nullable)
                throw StringColumn.NullInRequired(row, column);
            NullAfterValue |= Present > 0;
            return false;
        }

        return true;
    }
}
