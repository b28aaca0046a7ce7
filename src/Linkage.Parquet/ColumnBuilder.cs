using System.Buffers;

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

    /// <summary>Forgets the rows, keeps the memory.</summary>
    public abstract void Clear();

    /// <summary>Gives the memory back to the pool.</summary>
    public abstract void Release();

    /// <summary>Writes this column of the lanes' builders, gathered in the given order, as the writer's next column.</summary>
    /// <param name="writer">An open row group of <c>order.Length</c> rows.</param>
    /// <param name="column">Position of the column in <see cref="RowBuffer.Columns"/>.</param>
    /// <param name="lanes">The same kind of buffer from every lane.</param>
    /// <param name="order">Rows to write: lane and row by <see cref="RowOrder"/>.</param>
    /// <param name="scratch">Gather memory of this thread.</param>
    internal abstract void Write(ParquetFileWriter writer, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch);

    /// <summary>Swaps a full array for one of twice the size.</summary>
    private protected static T[] Grow<T>(T[] values)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(64, values.Length * 2));
        values.CopyTo(larger, 0);
        GiveBack(values);
        return larger;
    }

    private protected static void GiveBack<T>(T[] values)
    {
        if (values.Length > 0)
        {
            ArrayPool<T>.Shared.Return(values);
        }
    }
}

/// <summary>An Int32 or Date column.</summary>
public sealed class Int32Builder : ColumnBuilder
{
    private int[] _values = [];
    private bool[] _valid = [];
    private int _count;
    private bool _anyNull;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override long AllocatedBytes => ((long)_values.Length * sizeof(int)) + _valid.Length;

    /// <summary>Adds a value.</summary>
    public void Append(int value)
    {
        if (_count == _values.Length)
        {
            _values = Grow(_values);
        }

        if (_anyNull)
        {
            EnsureValid();
            _valid[_count] = true;
        }

        _values[_count++] = value;
    }

    /// <summary>Adds a null.</summary>
    public void AppendNull()
    {
        if (_count == _values.Length)
        {
            _values = Grow(_values);
        }

        EnsureValid();
        if (!_anyNull)
        {
            _valid.AsSpan(0, _count).Fill(true);
            _anyNull = true;
        }

        _valid[_count] = false;
        _values[_count++] = 0;
    }

    private void EnsureValid()
    {
        if (_valid.Length <= _count)
        {
            var larger = ArrayPool<bool>.Shared.Rent(Math.Max(_values.Length, _count + 1));
            _valid.CopyTo(larger, 0);
            GiveBack(_valid);
            _valid = larger;
        }
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _count = 0;
        _anyNull = false;
    }

    /// <inheritdoc/>
    public override void Release()
    {
        Clear();
        GiveBack(_values);
        GiveBack(_valid);
        _values = [];
        _valid = [];
    }

    internal override void Write(ParquetFileWriter writer, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var values = scratch.Int32(order.Length);
        var anyNull = false;
        foreach (var lane in lanes)
        {
            anyNull |= ((Int32Builder)lane.Columns[column])._anyNull;
        }

        if (lanes.Length == 1)
        {
            var source = _values;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = source[RowOrder.Row(order[i])];
            }
        }
        else
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = ((Int32Builder)lanes[RowOrder.Lane(order[i])].Columns[column])._values[RowOrder.Row(order[i])];
            }
        }

        if (!anyNull)
        {
            writer.WriteInt32(values, []);
            return;
        }

        var valid = scratch.Valid(order.Length);
        for (var i = 0; i < valid.Length; i++)
        {
            var from = (Int32Builder)lanes[RowOrder.Lane(order[i])].Columns[column];
            valid[i] = !from._anyNull || from._valid[RowOrder.Row(order[i])];
        }

        writer.WriteInt32(values, valid);
    }
}

/// <summary>An Int64 or TimestampMicros column without nulls.</summary>
public sealed class Int64Builder : ColumnBuilder
{
    private long[] _values = [];
    private int _count;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override long AllocatedBytes => (long)_values.Length * sizeof(long);

    /// <summary>Adds a value.</summary>
    public void Append(long value)
    {
        if (_count == _values.Length)
        {
            _values = Grow(_values);
        }

        _values[_count++] = value;
    }

    /// <inheritdoc/>
    public override void Clear() => _count = 0;

    /// <inheritdoc/>
    public override void Release()
    {
        Clear();
        GiveBack(_values);
        _values = [];
    }

    internal override void Write(ParquetFileWriter writer, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var values = scratch.Int64(order.Length);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((Int64Builder)lanes[RowOrder.Lane(order[i])].Columns[column])._values[RowOrder.Row(order[i])];
        }

        writer.WriteInt64(values, []);
    }
}

/// <summary>A nullable Double column.</summary>
public sealed class DoubleBuilder : ColumnBuilder
{
    private double[] _values = [];
    private bool[] _valid = [];
    private int _count;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override long AllocatedBytes => ((long)_values.Length * sizeof(double)) + _valid.Length;

    /// <summary>Adds a value, or a null when <paramref name="hasValue"/> is false.</summary>
    public void Append(double value, bool hasValue)
    {
        var at = _count;
        if (at == _values.Length || at == _valid.Length)
        {
            GrowBoth();
        }

        _values[at] = value;
        _valid[at] = hasValue;
        _count = at + 1;
    }

    private void GrowBoth()
    {
        if (_count == _values.Length)
        {
            _values = Grow(_values);
        }

        if (_count == _valid.Length)
        {
            _valid = Grow(_valid);
        }
    }

    /// <inheritdoc/>
    public override void Clear() => _count = 0;

    /// <inheritdoc/>
    public override void Release()
    {
        Clear();
        GiveBack(_values);
        GiveBack(_valid);
        _values = [];
        _valid = [];
    }

    internal override void Write(ParquetFileWriter writer, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var values = scratch.Double(order.Length);
        var valid = scratch.Valid(order.Length);
        if (lanes.Length == 1)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var row = RowOrder.Row(order[i]);
                values[i] = _values[row];
                valid[i] = _valid[row];
            }
        }
        else
        {
            for (var i = 0; i < values.Length; i++)
            {
                var from = (DoubleBuilder)lanes[RowOrder.Lane(order[i])].Columns[column];
                var row = RowOrder.Row(order[i]);
                values[i] = from._values[row];
                valid[i] = from._valid[row];
            }
        }

        writer.WriteDouble(values, valid);
    }
}
