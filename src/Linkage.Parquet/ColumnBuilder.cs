namespace Linkage.Parquet;

/// <summary>
/// One column being filled row by row in memory. Builders of several lanes are written together in one row order
/// (<see cref="RowOrder"/>), so that nothing is copied between filling and encoding but the gather itself. Not thread-safe.
/// </summary>
public abstract class ColumnBuilder
{
    /// <summary>Rows in the builder.</summary>
    public abstract int Count { get; }

    /// <summary>Bytes of memory held.</summary>
    public abstract long AllocatedBytes { get; }

    /// <summary>The ids behind a String column; null for other types.</summary>
    internal virtual IdBuilder? Rows => null;

    /// <summary>Forgets the rows and gives their memory back to the pool that all builders share.</summary>
    public abstract void Clear();

    /// <summary>Bytes that a row's value takes PLAIN.</summary>
    internal abstract int PlainBytes(int row);

    /// <summary>Whether the column is the same in all rows of the lanes' builders; costs what reading them in order does, and nearly nothing where they are not.</summary>
    internal abstract bool IsUniform(ReadOnlySpan<RowBuffer> lanes, int column, GatherScratch scratch);

    /// <summary>Writes this column of the lanes' builders, each row at its place in the row group.</summary>
    /// <param name="sink">Takes a column of the group's rows.</param>
    /// <param name="column">Position of the column in <see cref="RowBuffer.Columns"/>.</param>
    /// <param name="lanes">The same kind of buffer from every lane; the first has rows.</param>
    /// <param name="rows">Rows to write.</param>
    /// <param name="uniform">What <see cref="IsUniform"/> says.</param>
    /// <param name="scratch">Gather memory of this thread.</param>
    internal abstract void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch);

    /// <summary>The same column's list of every lane.</summary>
    private protected static Chunks<T>.Lane[] Lists<TBuilder, T>(ReadOnlySpan<RowBuffer> lanes, int column, Func<TBuilder, Chunks<T>.Lane> list)
        where TBuilder : ColumnBuilder
        where T : unmanaged, IEquatable<T>
    {
        var all = new Chunks<T>.Lane[lanes.Length];
        for (var lane = 0; lane < all.Length; lane++)
        {
            all[lane] = list((TBuilder)lanes[lane].Columns[column]);
        }

        return all;
    }
}

/// <summary>An Int32 or Date column.</summary>
public sealed class Int32Builder : ColumnBuilder
{
    private Chunks<int> _values = new();
    private Chunks<bool> _valid = new();
    private bool _anyNull;

    /// <inheritdoc/>
    public override int Count => _values.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _values.AllocatedBytes + _valid.AllocatedBytes;

    /// <summary>Adds a value.</summary>
    public void Append(int value)
    {
        _values.Append(value);
        if (_anyNull)
        {
            _valid.Append(true);
        }
    }

    /// <summary>Adds a null.</summary>
    public void AppendNull()
    {
        FillValid(_values.Count);
        _valid.Append(false);
        _values.Append(0);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _values.Clear();
        _valid.Clear();
        _anyNull = false;
    }

    internal override int PlainBytes(int row) => sizeof(int);

    internal override bool IsUniform(ReadOnlySpan<RowBuffer> lanes, int column, GatherScratch scratch) =>
        AnyNull(lanes, column)
            ? Chunks<bool>.IsUniform(Validity(lanes, column), out var valid) && !valid
            : Chunks<int>.IsUniform(Numbers(lanes, column), out _);

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch)
    {
        var values = scratch.Int32(rows.Count);
        Chunks<int>.Gather(Numbers(lanes, column), rows, uniform, values);
        if (!AnyNull(lanes, column))
        {
            sink.WriteInt32(values, []);
            return;
        }

        var valid = scratch.Valid(rows.Count);
        Chunks<bool>.Gather(Validity(lanes, column), rows, uniform, valid);
        sink.WriteInt32(values, valid);
    }

    private static bool AnyNull(ReadOnlySpan<RowBuffer> lanes, int column)
    {
        var any = false;
        foreach (var lane in lanes)
        {
            any |= ((Int32Builder)lane.Columns[column])._anyNull;
        }

        return any;
    }

    private static Chunks<int>.Lane[] Numbers(ReadOnlySpan<RowBuffer> lanes, int column) => Lists<Int32Builder, int>(lanes, column, static b => b._values.Values);

    private static Chunks<bool>.Lane[] Validity(ReadOnlySpan<RowBuffer> lanes, int column)
    {
        foreach (var lane in lanes)
        {
            var builder = (Int32Builder)lane.Columns[column];
            builder.FillValid(builder.Count);
        }

        return Lists<Int32Builder, bool>(lanes, column, static b => b._valid.Values);
    }

    // Validity is kept from the first null on: most Int32 columns never have one.
    private void FillValid(int rows)
    {
        if (!_anyNull)
        {
            for (var i = 0; i < rows; i++)
            {
                _valid.Append(true);
            }

            _anyNull = true;
        }
    }
}

/// <summary>An Int64 or TimestampMicros column without nulls.</summary>
public sealed class Int64Builder : ColumnBuilder
{
    private Chunks<long> _values = new();

    /// <inheritdoc/>
    public override int Count => _values.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _values.AllocatedBytes;

    /// <summary>Adds a value.</summary>
    public void Append(long value) => _values.Append(value);

    /// <inheritdoc/>
    public override void Clear() => _values.Clear();

    internal override int PlainBytes(int row) => sizeof(long);

    internal override bool IsUniform(ReadOnlySpan<RowBuffer> lanes, int column, GatherScratch scratch) => Chunks<long>.IsUniform(Numbers(lanes, column), out _);

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch)
    {
        var values = scratch.Int64(rows.Count);
        Chunks<long>.Gather(Numbers(lanes, column), rows, uniform, values);
        sink.WriteInt64(values, []);
    }

    private static Chunks<long>.Lane[] Numbers(ReadOnlySpan<RowBuffer> lanes, int column) => Lists<Int64Builder, long>(lanes, column, static b => b._values.Values);
}

/// <summary>A nullable Double column. Nulls before the first value are counted, not kept: many a column has no value at all.</summary>
public sealed class DoubleBuilder : ColumnBuilder
{
    private Chunks<double> _values = new();
    private Chunks<bool> _valid = new();
    private bool _anyValue;
    private int _nulls;

    /// <inheritdoc/>
    public override int Count => _nulls + _values.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _values.AllocatedBytes + _valid.AllocatedBytes;

    /// <summary>Adds a value, or a null when <paramref name="hasValue"/> is false.</summary>
    public void Append(double value, bool hasValue)
    {
        if (!_anyValue)
        {
            if (!hasValue)
            {
                _nulls++;
                return;
            }

            KeepNulls();
            _anyValue = true;
        }

        _values.Append(value);
        _valid.Append(hasValue);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _values.Clear();
        _valid.Clear();
        _anyValue = false;
        _nulls = 0;
    }

    internal override int PlainBytes(int row) => sizeof(double);

    // Only where there is no value at all: equal doubles need not have equal bits.
    internal override bool IsUniform(ReadOnlySpan<RowBuffer> lanes, int column, GatherScratch scratch)
    {
        foreach (var lane in lanes)
        {
            if (((DoubleBuilder)lane.Columns[column])._anyValue)
            {
                return false;
            }
        }

        return true;
    }

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch)
    {
        var values = scratch.Double(rows.Count);
        var valid = scratch.Valid(rows.Count);
        if (uniform)
        {
            values.Clear();
            valid.Clear();
        }
        else
        {
            foreach (var lane in lanes)
            {
                ((DoubleBuilder)lane.Columns[column]).KeepNulls();
            }

            Chunks<double>.Gather(Lists<DoubleBuilder, double>(lanes, column, static b => b._values.Values), rows, uniform: false, values);
            Chunks<bool>.Gather(Lists<DoubleBuilder, bool>(lanes, column, static b => b._valid.Values), rows, uniform: false, valid);
        }

        sink.WriteDouble(values, valid);
    }

    // From here on they are kept like any other: a value follows, or stands in another lane.
    private void KeepNulls()
    {
        for (; _nulls > 0; _nulls--)
        {
            _values.Append(0);
            _valid.Append(false);
        }
    }
}
