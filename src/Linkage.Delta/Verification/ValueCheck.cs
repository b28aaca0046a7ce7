using System.Buffers.Binary;
using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Verification;

/// <summary>
/// Reads every value of a file, which verifies the checksums of its pages, and holds the footer's statistics against them: number of values, nulls, smallest and
/// largest value. One column of one row group in memory.
/// </summary>
internal sealed class ValueCheck : IDisposable
{
    private readonly ReadScratch _scratch = new();
    private readonly ColumnValues _values = new();

    /// <summary>Checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="footer">Its footer.</param>
    /// <param name="report">Takes what is wrong with its statistics.</param>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public void Check(string path, ParquetFooter footer, Action<string> report)
    {
        using var reader = ParquetFileReader.Open(path, footer);
        for (var group = 0; group < footer.RowGroups.Length; group++)
        {
            for (var column = 0; column < footer.Columns.Length; column++)
            {
                reader.Read(group, column, _values, _scratch);
                var chunk = footer.RowGroups[group].Chunks[column];
                var where = $"row group {group}, column '{footer.Columns[column].Path}'";
                if (!_values.IsList && chunk.NullCount is { } nulls && nulls != _values.NullCount)
                    report($"The footer says {nulls} nulls, there are {_values.NullCount} ({where}).");
                if (chunk.Min is not null && Contradicts(chunk.Min, chunk.MinIsExact, smallest: true))
                    report($"The footer's smallest value is not that of the values ({where}).");
                if (chunk.Max is not null && Contradicts(chunk.Max, chunk.MaxIsExact, smallest: false))
                    report($"The footer's largest value is not that of the values ({where}).");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();

    /// <summary>Whether a value lies beyond a bound, or the bound is said to be exact and no value is it.</summary>
    private bool Contradicts(byte[] bound, bool exact, bool smallest)
    {
        var comparison = _values.Type switch
        {
            ColumnType.Boolean => Extreme(_values.Boolean, static (a, b) => a.CompareTo(b), smallest)?.CompareTo(bound.Length == 1 && bound[0] != 0),
            ColumnType.Int32 or ColumnType.Date when bound.Length == sizeof(int) =>
                Extreme(_values.Int32, static (a, b) => a.CompareTo(b), smallest)?.CompareTo(BinaryPrimitives.ReadInt32LittleEndian(bound)),
            ColumnType.Int64 or ColumnType.TimestampMicros when bound.Length == sizeof(long) =>
                Extreme(_values.Int64, static (a, b) => a.CompareTo(b), smallest)?.CompareTo(BinaryPrimitives.ReadInt64LittleEndian(bound)),
            ColumnType.Double when bound.Length == sizeof(double) => CompareDouble(BinaryPrimitives.ReadDoubleLittleEndian(bound), smallest),
            ColumnType.String => CompareString(bound, smallest),
            _ => 1,
        };
        return comparison is not { } difference || (exact ? difference != 0 : smallest ? difference < 0 : difference > 0);
    }

    private T? Extreme<T>(ReadOnlySpan<T> values, Comparison<T> compare, bool smallest)
        where T : struct
    {
        T? extreme = null;
        var valid = _values.Valid;
        for (var row = 0; row < values.Length; row++)
        {
            if (!valid.IsEmpty && !valid[row])
                continue;
            if (extreme is not { } known || (smallest ? compare(values[row], known) < 0 : compare(values[row], known) > 0))
                extreme = values[row];
        }
        return extreme;
    }

    // NaN has no place among the bounds, and zeros are equal whatever their sign.
    private int? CompareDouble(double bound, bool smallest)
    {
        double? extreme = null;
        var valid = _values.Valid;
        for (var row = 0; row < _values.Rows; row++)
        {
            var value = _values.Double[row];
            if ((valid.IsEmpty || valid[row]) && !double.IsNaN(value) && (extreme is not { } known || (smallest ? value < known : value > known)))
                extreme = value;
        }
        return extreme is not { } found ? null : found == bound ? 0 : found.CompareTo(bound);
    }

    private int? CompareString(byte[] bound, bool smallest)
    {
        var extreme = -1;
        var ids = _values.Ids;
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || ids[i] == extreme || (i > 0 && ids[i] == ids[i - 1]))
                continue;
            if (extreme < 0 || (_values.Values[ids[i]].SequenceCompareTo(_values.Values[extreme]) is var order && (smallest ? order < 0 : order > 0)))
                extreme = ids[i];
        }
        return extreme < 0 ? null : _values.Values[extreme].SequenceCompareTo(bound);
    }
}
