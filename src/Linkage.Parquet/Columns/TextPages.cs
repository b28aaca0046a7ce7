using Linkage.Kernels;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Writes a string chunk without a dictionary, in pages that end by rows or by bytes of values.</summary>
internal ref struct TextPages(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values, ByteBuffer store)
{
    /// <summary>Values announced to their owner at a time: enough that waiting for the first is little to each.</summary>
    private const int Announced = 64;

    private readonly ReadOnlySpan<int> _ids = ids;
    private readonly int _count = values.Count;
    private readonly bool _bloom = column.Bloom && options.BloomFalsePositives > 0;
    private readonly TextPage _text = scratch.TextPage;
    private StringBounds _bounds;
    private StringBounds _page;
    private bool _pageHasNull;

    /// <summary>Rows with a value.</summary>
    public int Present { get; private set; }

    /// <summary>Whether a null came after a value.</summary>
    public bool NullAfterValue { get; private set; }

    /// <summary>Smallest and largest value.</summary>
    public readonly StringBounds Bounds => _bounds;

    /// <summary>Writes the whole chunk.</summary>
    public void Write(TextEncoding encoding)
    {
        pages.BeginChunk(column.Nullable, constant: false);
        Span<bool> valid = scratch.Valid(_ids.Length).AsSpan(0, _ids.Length);
        int start = 0;
        while (start < _ids.Length)
        {
            int maxRows = Math.Min(options.PageRows, _ids.Length - start);
            int presentBefore = Present;
            pages.BeginPage(maxRows);
            _text.Begin(encoding, maxRows, pages.Values);
            _page = default;
            _pageHasNull = false;
            int rows = Fill(start, maxRows, options.PageBytes, valid);
            if (!_text.IsAscii)
                Check(_ids.Slice(start, rows));
            if (options.PageIndex)
                scratch.PageBounds.Add(_page.State(store));
            _bounds.Add(in _page);
            // Not every reader takes a delta page without a first value.
            bool empty = Present == presentBefore;
            if (!empty)
                _text.End();
            ReadOnlySpan<bool> pageValid = _pageHasNull ? valid.Slice(start, rows) : [];
            pages.EndPage(rows, pageValid, empty ? PageEncoding.Plain : encoding.Stored(), maxRows, encoding == TextEncoding.PlainTold && !empty ? _text.Repeats : null);
            start += rows;
        }
    }

    /// <summary>Bytes that some rows take behind the codec in an encoding.</summary>
    /// <param name="encoding">Not a dictionary.</param>
    /// <param name="rows">Rows from which on to look.</param>
    /// <param name="plainBytes">Bytes of the values that were looked at, PLAIN.</param>
    /// <returns>Bytes a row.</returns>
    public double Measure(TextEncoding encoding, Range rows, out long plainBytes)
    {
        (int start, int length) = rows.GetOffsetAndLength(_ids.Length);
        pages.BeginSample();
        _text.Begin(encoding, length, pages.Values);
        _page = default;
        _pageHasNull = false;
        bool nullAfterValue = NullAfterValue;
        int present = Present;
        int looked = Fill(start, length, Sample.Bytes, valid: []);
        if (Present > present)
            _text.End();
        // A sample leaves nothing behind.
        Present = present;
        NullAfterValue = nullAfterValue;
        plainBytes = _text.PlainBytes;
        return (double)pages.MeasureSample(encoding == TextEncoding.PlainTold ? _text.Repeats : null) / looked;
    }

    /// <summary>Appends rows until the page is full; returns how many.</summary>
    private int Fill(int start, int maxRows, int maxBytes, Span<bool> valid)
    {
        ReadOnlySpan<int> stretch = _ids.Slice(start, maxRows);
        Span<int> ends = scratch.Ints(maxRows);
        int runs = Runs.Find(stretch, ends), row = 0;
        ReadOnlySpan<byte> previous = default;
        Span<int> next = stackalloc int[Announced];
        for (int run = 0; run < runs && _text.PlainBytes < maxBytes; run++)
        {
            if (run % Announced == 0)
                Announce(stretch, ends[run..runs], next);
            int id = stretch[row], times = ends[run] - row;
            if (TryLook(id, start + row, out ReadOnlySpan<byte> value))
            {
                if (!valid.IsEmpty)
                    Note(value);
                long left = 1 + ((maxBytes - _text.PlainBytes - 1) / checked(value.Length + sizeof(int)));
                if (left < times)
                {
                    times = (int)left;
                    runs = run;
                }

                _text.Append(value, previous, times);
                previous = value;
                Present += times;
                if (_pageHasNull)
                    valid.Slice(start + row, times).Fill(true);
            }
            else if (!valid.IsEmpty)
            {
                if (!_pageHasNull)
                    valid.Slice(start, row).Fill(true);
                _pageHasNull = true;
                valid.Slice(start + row, times).Clear();
            }

            row += times;
        }

        return row;
    }

    /// <summary>Tells the owner of values which ones the next runs have.</summary>
    private readonly void Announce(ReadOnlySpan<int> stretch, ReadOnlySpan<int> ends, Span<int> next)
    {
        next = next[..Math.Min(next.Length, ends.Length)];
        for (int i = 0; i < next.Length; i++)
            next[i] = stretch[ends[i] - 1];
        values.Ahead(next);
    }

    private void Note(ReadOnlySpan<byte> value)
    {
        _page.Add(value);
        if (_bloom)
            scratch.Bloom.Add(value);
    }

    /// <summary>Checks that values are well-formed: one by one only where some byte of the page is not ASCII.</summary>
    private readonly void Check(ReadOnlySpan<int> ids)
    {
        for (int row = 0; row < ids.Length; row++)
        {
            if ((row == 0 || ids[row] != ids[row - 1]) && ids[row] >= 0 && values.TryGet(ids[row], out ReadOnlySpan<byte> value))
                StringColumn.Check(value, ids[row], column);
        }
    }

    /// <summary>The value of a row, if it has one.</summary>
    private bool TryLook(int id, int row, out ReadOnlySpan<byte> value)
    {
        if ((uint)id < (uint)_count && values.TryGet(id, out value))
            return true;
        value = default;
        if (id < -1 || id >= _count)
            throw StringColumn.BadId(id, row, _count, column);
        if (!column.Nullable)
            throw StringColumn.NullInRequired(row, column);
        NullAfterValue |= Present > 0;
        return false;
    }
}
