using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>Exact statistics of every column over the row groups of one file so far. Reused from file to file.</summary>
internal sealed class FileTotals
{
    private ColumnTotals[] _columns = [];

    public ColumnTotals this[int column] => _columns[column];

    /// <summary>Begins a file of <paramref name="columns"/> columns.</summary>
    public void Begin(int columns)
    {
        int had = _columns.Length;
        if (had < columns)
            Array.Resize(ref _columns, columns);
        for (int i = 0; i < columns; i++)
        {
            _columns[i] ??= new ColumnTotals();
            _columns[i].Clear();
        }
    }
}

/// <summary>Nulls, minimum and maximum of one column over the row groups of one file so far.</summary>
internal sealed class ColumnTotals
{
    private readonly ByteBuffer _minBytes = new();
    private readonly ByteBuffer _maxBytes = new();
    private long _min;
    private long _max;
    private bool _any;
    private bool _hasNaN;

    private ColumnEncodings _encodings;
    private long _compressedBytes;
    private long _uncompressedBytes;

    public long NullCount { get; set; }

    public void Clear()
    {
        NullCount = 0;
        _encodings = default;
        _compressedBytes = 0;
        _uncompressedBytes = 0;
        _any = false;
        _hasNaN = false;
        _minBytes.Clear();
        _maxBytes.Clear();
    }

    /// <summary>Takes in how a chunk is stored.</summary>
    public void Add(in ColumnChunk chunk)
    {
        _encodings |= Of(chunk.Encoding) | (chunk.DictionaryOffset < 0 && chunk.PlainPages > 0 ? ColumnEncodings.Plain : default);
        _compressedBytes += chunk.CompressedBytes;
        _uncompressedBytes += chunk.UncompressedBytes;
    }

    /// <summary>Takes in a chunk of fixed width.</summary>
    public void Extend(ColumnType type, in ChunkBounds bounds)
    {
        _hasNaN |= bounds.NaNs > 0;
        if (!bounds.HasMin)
            return;
        if (!_any || Compare(type, bounds.Min, _min) < 0)
            _min = bounds.Min;
        if (!_any || Compare(type, bounds.Max, _max) > 0)
            _max = bounds.Max;
        _any = true;
    }

    /// <summary>Takes in a chunk of strings.</summary>
    public void Extend(in StringBounds bounds)
    {
        if (!bounds.Any)
            return;
        if (!_any || bounds.Min.SequenceCompareTo(_minBytes.Written) < 0)
            Replace(_minBytes, bounds.Min);
        if (!_any || bounds.Max.SequenceCompareTo(_maxBytes.Written) > 0)
            Replace(_maxBytes, bounds.Max);
        _any = true;
    }

    /// <summary>The statistics as the file's summary gives them; without bounds where there are NaN.</summary>
    public ColumnStatistics Summarise(ColumnSchema column)
    {
        bool bounded = _any && !_hasNaN;
        return new(column, NullCount, bounded ? Value(column.Type, _min, _minBytes) : null, bounded ? Value(column.Type, _max, _maxBytes) : null)
        {
            Encodings = _encodings,
            CompressedBytes = _compressedBytes,
            UncompressedBytes = _uncompressedBytes,
        };
    }

    private static ColumnEncodings Of(PageEncoding encoding) => encoding switch
    {
        PageEncoding.RleDictionary => ColumnEncodings.Dictionary,
        PageEncoding.DeltaBinaryPacked => ColumnEncodings.DeltaBinaryPacked,
        PageEncoding.DeltaByteArray => ColumnEncodings.DeltaByteArray,
        PageEncoding.DeltaLengthByteArray => ColumnEncodings.DeltaLengthByteArray,
        PageEncoding.ByteStreamSplit => ColumnEncodings.ByteStreamSplit,
        _ => ColumnEncodings.Plain,
    };

    private static int Compare(ColumnType type, long left, long right) => type == ColumnType.Double
        ? BitConverter.Int64BitsToDouble(left).CompareTo(BitConverter.Int64BitsToDouble(right))
        : left.CompareTo(right);

    private static object Value(ColumnType type, long value, ByteBuffer bytes) => type switch
    {
        ColumnType.Boolean => value != 0,
        ColumnType.Int32 or ColumnType.Date => (int)value,
        ColumnType.Int64 or ColumnType.TimestampMicros => value,
        ColumnType.Double => BitConverter.Int64BitsToDouble(value),
        _ => bytes.Written.ToArray(),
    };

    private static void Replace(ByteBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.Clear();
        buffer.Write(bytes);
    }
}
