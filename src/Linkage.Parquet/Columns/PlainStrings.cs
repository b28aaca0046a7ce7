using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Writes a string chunk as PLAIN pages, which end by rows or by bytes.</summary>
internal ref struct PlainStrings(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values)
{
    private readonly ReadOnlySpan<int> _ids = ids;
    private readonly int _count = values.Count;
    private StringBounds _bounds;

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
            int rows = FillPage(start, maxRows, valid);
            pages.EndPage(rows, valid.Slice(start, rows), PageEncoding.Plain, maxRows);
            start += rows;
        }
    }

    /// <summary>Appends rows until the page is full; returns how many.</summary>
    private int FillPage(int start, int maxRows, Span<bool> valid)
    {
        ByteBuffer output = pages.Values;
        int full = output.Length + options.PageBytes;
        int previous = int.MinValue;
        bool present = false;
        ReadOnlySpan<byte> value = default;
        for (int row = start; row < start + maxRows; row++)
        {
            int id = _ids[row];
            if (id != previous)
            {
                previous = id;
                present = Look(id, row);
                value = present ? values[id] : default;
                if (present)
                    _bounds.Add(value);
            }

            valid[row] = present;
            if (!present)
                continue;
            Present++;
            output.WriteByteArray(value);
            if (output.Length >= full)
                return row - start + 1;
        }

        return maxRows;
    }

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

        StringColumn.Check(values[id], id, column);
        return true;
    }
}
