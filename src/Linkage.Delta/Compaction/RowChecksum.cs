using System.IO.Hashing;
using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Compaction;

/// <summary>
/// What a set of rows adds up to, in whatever order and files they are: their number, and two sums over a hash of each row, in which every column
/// has its part. Rows lost, doubled, changed, or put together from two change it.
/// </summary>
internal readonly record struct RowChecksum(long Rows, ulong Sum, ulong Other)
{
    /// <summary>The checksum of both together.</summary>
    public static RowChecksum operator +(RowChecksum a, RowChecksum b) => unchecked(new RowChecksum(a.Rows + b.Rows, a.Sum + b.Sum, a.Other + b.Other));
}

/// <summary>Computes the checksum of a row group's rows, a column at a time. Not thread-safe.</summary>
internal sealed class RowHasher
{
    // Odd numbers without a pattern: 2^64 / golden ratio, and those of MurmurHash3's finaliser, which is also SplitMix64's kind of mixing.
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const ulong Mix1 = 0xFF51AFD7ED558CCD;
    private const ulong Mix2 = 0xC4CEB9FE1A85EC53;
    private const ulong Null = 0x6A09E667F3BCC909;

    private ulong[] _rows = [];
    private ulong[] _distinct = [];
    private int _count;

    /// <summary>Begins a row group.</summary>
    public void Begin(int rows)
    {
        if (_rows.Length < rows)
            _rows = new ulong[rows];
        _count = rows;
        _rows.AsSpan(0, rows).Fill(Step);
    }

    /// <summary>Takes in the next column of the table; null for one that the file lacks, whose rows read as null.</summary>
    public void Add(ColumnValues? column)
    {
        var rows = _rows.AsSpan(0, _count);
        if (column is null)
        {
            foreach (ref var row in rows)
                row = Mix(row ^ Null);
            return;
        }
        if (column.Rows != _count)
            throw new InvalidDataException($"a column of {column.Rows} rows in a row group of {_count}");
        var valid = column.Valid;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Mix(rows[i] ^ (valid.IsEmpty || valid[i] ? Hash(column, i) : Null));
    }

    /// <summary>Prepares a column's distinct strings. Before <see cref="Add"/>.</summary>
    public void Prepare(ColumnValues? column)
    {
        if (column is null || column.Type != ColumnType.String)
            return;
        if (_distinct.Length < column.Values.Count)
            _distinct = new ulong[column.Values.Count];
        for (var id = 0; id < column.Values.Count; id++)
            _distinct[id] = XxHash3.HashToUInt64(column.Values[id]);
    }

    /// <summary>The checksum of the row group.</summary>
    public RowChecksum End()
    {
        ulong sum = 0, other = 0;
        foreach (var row in _rows.AsSpan(0, _count))
        {
            sum = unchecked(sum + row);
            other = unchecked(other + Mix(row ^ Mix1));
        }
        return new RowChecksum(_count, sum, other);
    }

    private ulong Hash(ColumnValues column, int row)
    {
        if (column.IsList)
        {
            var list = Null;
            foreach (var id in column.Ids[column.Offsets[row]..column.Offsets[row + 1]])
                list = Mix(list ^ (id < 0 ? Null : _distinct[id]));
            return list;
        }
        return column.Type switch
        {
            ColumnType.Boolean => column.Boolean[row] ? Mix1 : Mix2,
            ColumnType.Int32 or ColumnType.Date => Mix((ulong)column.Int32[row]),
            ColumnType.Int64 or ColumnType.TimestampMicros => Mix((ulong)column.Int64[row]),
            ColumnType.Double => Mix(BitConverter.DoubleToUInt64Bits(column.Double[row])),
            _ => _distinct[column.Ids[row]],
        };
    }

    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += Step;
            x = (x ^ (x >> 33)) * Mix1;
            x = (x ^ (x >> 29)) * Mix2;
            return x ^ (x >> 32);
        }
    }
}
