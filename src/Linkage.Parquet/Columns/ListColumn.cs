using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Encodes one chunk of lists of strings. In: where each row's elements begin, an id an element, and which rows have a list at all. Out: a dictionary page where elements
/// repeat enough, and data pages with levels: a row begins with repetition 0 and goes on with 1; a definition level says element, empty list or no list.
/// </summary>
/// <remarks>https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists</remarks>
internal ref struct ListColumn(
    PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> offsets, ReadOnlySpan<int> ids, IUtf8Values values, ReadOnlySpan<bool> valid, bool clustered)
{
    private readonly ReadOnlySpan<int> _offsets = offsets;
    private readonly ReadOnlySpan<int> _ids = ids;
    private readonly ReadOnlySpan<bool> _valid = valid;
    private readonly int _rows = offsets.Length - 1;
    private readonly int _element = column.Nullable ? 2 : 1;
    private readonly int _count = values.Count;
    private readonly bool _bloom = column.Bloom && options.BloomFalsePositives > 0;
    private readonly TextPage _text = scratch.TextPage;

    /// <summary>Rows without a list.</summary>
    public int NullLists { get; private set; }

    /// <summary>Writes the chunk; string bounds go to <paramref name="store"/>.</summary>
    public ColumnChunk Write(ByteBuffer store)
    {
        CheckShape();
        ReadOnlySpan<int> elements = _ids[_offsets[0].._offsets[_rows]];
        ColumnSchema element = column with { Type = ColumnType.String, Nullable = false };
        DictionaryPass pass = new(scratch, options.DictionaryBytes, element, elements, values);
        TextEncoding encoding = elements.IsEmpty ? TextEncoding.Plain : Choose(elements, element, ref pass);
        bool dictionary = encoding == TextEncoding.Dictionary;
        pages.BeginChunk(column.Nullable, constant: elements.IsEmpty);
        StringBounds bounds = dictionary ? WriteIndices(pass, store) : WritePlain(encoding, store);
        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = chunk.Levels - elements.Length;
        chunk.DistinctCount = elements.IsEmpty ? 0 : dictionary && values is Utf8Dictionary ? pass.Distinct : -1;
        chunk.Bounds = bounds.State(store);
        return chunk;
    }

    private void CheckShape()
    {
        for (int row = 0; row < _rows; row++)
        {
            bool isNull = !_valid.IsEmpty && !_valid[row];
            NullLists += isNull ? 1 : 0;
            if (_offsets[row] < 0 || _offsets[row + 1] < _offsets[row] || _offsets[row + 1] > _ids.Length || (isNull && _offsets[row + 1] > _offsets[row]))
                throw new ArgumentException($"Column '{column.Name}', row {row} of the row group: {(isNull ? "no list, but" : "a list of")} elements {_offsets[row]} to {_offsets[row + 1]} of {_ids.Length}.", nameof(offsets));
            foreach (int id in _ids[_offsets[row].._offsets[row + 1]])
            {
                if ((uint)id >= (uint)_count || values.IsNull(id))
                    throw new ArgumentException($"Column '{column.Name}', row {row} of the row group: id {id} of an element is none of {_count} values, or stands for a null.", nameof(ids));
            }
        }
    }

    private readonly StringBounds WriteIndices(in DictionaryPass pass, ByteBuffer store)
    {
        ReadOnlySpan<byte> dictionary = scratch.Dictionary.Written;
        ReadOnlySpan<int> indices = scratch.Indices(pass.Present).AsSpan(0, pass.Present);
        StringBounds bounds = pass.Bounds;
        pages.WriteDictionary(dictionary, pass.Distinct);
        if (_bloom)
            scratch.Bloom.AddAll(dictionary, width: 0);
        if (options.PageIndex)
            scratch.DictionaryBounds.Load(dictionary, pass.Distinct, in bounds);
        int width = BitPacking.Width(pass.Distinct - 1);
        for (int row = 0; row < _rows;)
        {
            int end = PageEnd(row, int.MaxValue);
            int levels = BeginPage(row, end);
            ReadOnlySpan<int> page = indices[(_offsets[row] - _offsets[0])..(_offsets[end] - _offsets[0])];
            if (options.PageIndex)
                scratch.PageBounds.Add(page.IsEmpty ? default : scratch.DictionaryBounds.Of(page, dictionary).State(store));
            pages.Values.WriteByte((byte)width);
            HybridEncoding.Write(page, width, pages.Values);
            pages.EndListPage(end - row, levels, page.Length, PageEncoding.RleDictionary);
            row = end;
        }

        return bounds;
    }

    /// <summary>The encoding in which the elements are smallest. When it is the dictionary, the pass is complete.</summary>
    private readonly TextEncoding Choose(ReadOnlySpan<int> elements, ColumnSchema element, ref DictionaryPass pass)
    {
        bool mayHaveDictionary = options.Encodings.HasFlag(ColumnEncodings.Dictionary) && options.DictionaryBytes > 0;
        bool known = mayHaveDictionary && !clustered && pass.Build() && pass.Pays();
        if (known && pass.ClearlyPays())
            return TextEncoding.Dictionary;
        ReadOnlySpan<int> sample = elements[Sample.Of(elements.Length)];
        EncodingChoice<TextEncoding> choice = default;
        if (known)
            choice.Consider(TextEncoding.Dictionary, StringColumn.MeasureDictionary(pages, scratch, elements, in pass));
        choice.Consider(TextEncoding.Plain, Measure(TextEncoding.Plain, sample) * elements.Length);
        if (pages.CanBeTold)
            choice.Consider(TextEncoding.PlainTold, Measure(TextEncoding.PlainTold, sample) * elements.Length);
        if (!mayHaveDictionary || !clustered)
            return choice.Best!.Value;
        TextEncoding without = choice.Best!.Value;
        choice.Consider(TextEncoding.Dictionary, EstimateDictionary(sample, element, elements.Length));
        return choice.Best != TextEncoding.Dictionary || (pass.Build() && pass.Pays()) ? choice.Best!.Value : without;
    }

    /// <summary>Bytes an element takes behind the codec.</summary>
    private readonly double Measure(TextEncoding encoding, ReadOnlySpan<int> sample)
    {
        pages.BeginSample();
        _text.Begin(encoding, sample.Length, pages.Values);
        int looked = 0;
        ReadOnlySpan<byte> previous = default;
        while (looked < sample.Length && _text.PlainBytes < Sample.Bytes)
            looked += Append(sample[looked..], ref previous);
        return (double)pages.MeasureSample(encoding == TextEncoding.PlainTold ? _text.Repeats : null) / looked;
    }

    /// <summary>Bytes with a dictionary, from that of a stretch; infinite where it would be too large.</summary>
    private readonly double EstimateDictionary(ReadOnlySpan<int> sample, ColumnSchema element, int elements)
    {
        DictionaryPass pass = new(scratch, options.DictionaryBytes, element, sample, values);
        double share = (double)elements / sample.Length;
        return pass.Build() && pass.Pays() && scratch.Dictionary.Length * share <= options.DictionaryBytes
            ? StringColumn.MeasureDictionary(pages, scratch, sample, in pass) * share
            : double.PositiveInfinity;
    }

    /// <summary>Appends the first element as often as it follows itself; returns how often.</summary>
    private readonly int Append(ReadOnlySpan<int> elements, ref ReadOnlySpan<byte> previous)
    {
        int times = 1;
        while (times < elements.Length && elements[times] == elements[0])
            times++;
        ReadOnlySpan<byte> value = values[elements[0]];
        _text.Append(value, previous, times);
        previous = value;
        return times;
    }

    private readonly StringBounds WritePlain(TextEncoding encoding, ByteBuffer store)
    {
        StringBounds bounds = default;
        for (int row = 0; row < _rows;)
        {
            int end = PageEnd(row, options.PageBytes);
            int levels = BeginPage(row, end);
            ReadOnlySpan<int> elements = _ids[_offsets[row].._offsets[end]];
            StringBounds page = default;
            ReadOnlySpan<byte> previous = default;
            _text.Begin(encoding, elements.Length, pages.Values);
            for (int at = 0; at < elements.Length;)
            {
                at += Append(elements[at..], ref previous);
                page.Add(previous);
                if (_bloom)
                    scratch.Bloom.Add(previous);
            }

            if (!_text.IsAscii)
                Check(elements);
            if (options.PageIndex)
                scratch.PageBounds.Add(page.State(store));
            bounds.Add(in page);
            pages.EndListPage(end - row, levels, elements.Length, PageEncoding.Plain, encoding == TextEncoding.PlainTold ? _text.Repeats : null);
            row = end;
        }

        return bounds;
    }

    private readonly void Check(ReadOnlySpan<int> elements)
    {
        foreach (int id in elements)
            StringColumn.Check(values[id], id, column);
    }

    /// <summary>Where the page that begins with a row ends: after so many levels or bytes as a page has, but not within a list.</summary>
    private readonly int PageEnd(int row, int maxBytes)
    {
        long levels = 0, bytes = 0;
        for (; row < _rows && levels < options.PageRows && bytes < maxBytes; row++)
        {
            levels += Math.Max(1, _offsets[row + 1] - _offsets[row]);
            for (int at = _offsets[row]; at < _offsets[row + 1] && maxBytes < int.MaxValue; at++)
                bytes += sizeof(int) + values[_ids[at]].Length;
        }

        return row;
    }

    /// <summary>Begins a page of rows with their levels; returns how many.</summary>
    private readonly int BeginPage(int row, int end)
    {
        int most = _offsets[end] - _offsets[row] + (end - row);
        int[] repetitions = scratch.Repetitions(most), definitions = scratch.Definitions(most);
        int levels = 0;
        for (; row < end; row++)
        {
            int length = _offsets[row + 1] - _offsets[row];
            repetitions[levels] = 0;
            // One less than an element: an empty list; and below that, no list.
            definitions[levels] = length > 0 ? _element : _valid.IsEmpty || _valid[row] ? _element - 1 : 0;
            levels++;
            for (int i = 1; i < length; i++)
            {
                repetitions[levels] = 1;
                definitions[levels++] = _element;
            }
        }

        pages.BeginListPage(repetitions.AsSpan(0, levels), definitions.AsSpan(0, levels), _element);
        return levels;
    }
}
