namespace Linkage.Parquet.Reading;

/// <summary>
/// One column of one row group as it was read: typed values, one a row (a default where there is none), and which rows have one. Strings are
/// ids into <see cref="Values"/>. Reused from row group to row group; what was read before is gone then.
/// </summary>
public sealed class ColumnValues
{
    private bool[] _valid = [];
    private int[] _int32 = [];
    private long[] _int64 = [];
    private double[] _double = [];
    private bool[] _boolean = [];
    private int[] _ids = [];
    private int[] _offsets = [];

    /// <summary>Type of the column, or of the elements of its lists.</summary>
    public ColumnType Type { get; private set; }

    /// <summary>Whether each row is a list (of strings).</summary>
    public bool IsList { get; private set; }

    /// <summary>Rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows without a value.</summary>
    public int NullCount { get; internal set; }

    /// <summary>Which rows have a value; empty when all have.</summary>
    public ReadOnlySpan<bool> Valid => NullCount == 0 ? [] : _valid.AsSpan(0, Rows);

    /// <summary>Values of an Int32 or Date column.</summary>
    public ReadOnlySpan<int> Int32 => Of(_int32, ColumnType.Int32, ColumnType.Date);

    /// <summary>Values of an Int64 or TimestampMicros column.</summary>
    public ReadOnlySpan<long> Int64 => Of(_int64, ColumnType.Int64, ColumnType.TimestampMicros);

    /// <summary>Values of a Double column.</summary>
    public ReadOnlySpan<double> Double => Of(_double, ColumnType.Double, ColumnType.Double);

    /// <summary>Values of a Boolean column.</summary>
    public ReadOnlySpan<bool> Boolean => Of(_boolean, ColumnType.Boolean, ColumnType.Boolean);

    /// <summary>String columns: the id of each row's value, −1 for a null. Lists: of each element.</summary>
    public ReadOnlySpan<int> Ids => IsList ? _ids.AsSpan(0, Elements) : Of(_ids, ColumnType.String, ColumnType.String);

    /// <summary>Lists: where each row's elements begin in <see cref="Ids"/>, and behind the last row where they end.</summary>
    public ReadOnlySpan<int> Offsets => IsList ? _offsets.AsSpan(0, Rows + 1) : throw new InvalidOperationException("The column has no lists.");

    /// <summary>What ids refer to.</summary>
    public StringValues Values { get; } = new();

    /// <summary>Bytes of memory held.</summary>
    public long AllocatedBytes =>
        _valid.Length + ((long)_int32.Length * sizeof(int)) + ((long)_int64.Length * sizeof(long)) + ((long)_double.Length * sizeof(double)) + _boolean.Length
        + ((long)(_ids.Length + _offsets.Length) * sizeof(int)) + Values.AllocatedBytes;

    /// <summary>Elements of the lists so far.</summary>
    internal int Elements { get; set; }

    internal Span<bool> ValidRoom => _valid.AsSpan(0, Rows);

    internal Span<int> Int32Room => _int32.AsSpan(0, Rows);

    internal Span<long> Int64Room => _int64.AsSpan(0, Rows);

    internal Span<double> DoubleRoom => _double.AsSpan(0, Rows);

    internal Span<bool> BooleanRoom => _boolean.AsSpan(0, Rows);

    internal Span<int> IdRoom => _ids.AsSpan(0, Rows);

    internal Span<int> OffsetRoom => _offsets.AsSpan(0, Rows + 1);

    /// <summary>Makes room for a row group.</summary>
    internal void Begin(ColumnType type, bool isList, bool nullable, int rows)
    {
        Type = type;
        IsList = isList;
        Rows = rows;
        NullCount = 0;
        Elements = 0;
        Values.Clear();
        if (nullable)
            Size(ref _valid, rows);
        if (isList)
        {
            Size(ref _offsets, rows + 1);
            _offsets[0] = 0;
            return;
        }

        switch (type)
        {
            case ColumnType.Int32 or ColumnType.Date:
                Size(ref _int32, rows);
                break;
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                Size(ref _int64, rows);
                break;
            case ColumnType.Double:
                Size(ref _double, rows);
                break;
            case ColumnType.Boolean:
                Size(ref _boolean, rows);
                break;
            default:
                Size(ref _ids, rows);
                break;
        }
    }

    /// <summary>Room for more elements of lists behind those that are there.</summary>
    internal Span<int> ElementRoom(int more)
    {
        int needed = checked(Elements + more);
        if (_ids.Length < needed)
            Array.Resize(ref _ids, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _ids.Length)));
        return _ids.AsSpan(Elements, more);
    }

    private static void Size<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = GC.AllocateUninitializedArray<T>(length);
    }

    private ReadOnlySpan<T> Of<T>(T[] values, ColumnType type, ColumnType other) =>
        Type == type || Type == other ? values.AsSpan(0, Rows) : throw new InvalidOperationException($"The column is {Type}.");
}
