using System.Buffers.Binary;
using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta.Verification;

/// <summary>A file's statistics put together from those of its row groups, as far as the footer states them.</summary>
internal sealed class FooterStatistics
{
    private readonly HashSet<(string Column, string Kind)> _unknown = [];

    private FooterStatistics(ParquetFooter footer, TableDefinition table)
    {
        var columns = ImmutableArray.CreateBuilder<ColumnStatistics>();
        for (var i = 0; i < footer.Columns.Length; i++)
        {
            var column = table.Schema.Columns.FirstOrDefault(c => string.Equals(c.Name, footer.Columns[i].Name, StringComparison.Ordinal) && c.Type == footer.Columns[i].RowType);
            if (column is not null)
                columns.Add(Merge(column, [.. footer.RowGroups.Select(g => g.Chunks[i])]));
        }
        Summary = new ParquetFileSummary(footer.Rows, 0, columns.ToImmutable());
    }

    public ParquetFileSummary Summary { get; }

    public static FooterStatistics Of(ParquetFooter footer, TableDefinition table) => new(footer, table);

    /// <summary>Whether the footer says this exactly.</summary>
    /// <param name="column">Name of the column.</param>
    /// <param name="kind">Delta's name of the statistic: minValues, maxValues or nullCount.</param>
    public bool IsKnown(string column, string kind) => !_unknown.Contains((column, kind));

    private ColumnStatistics Merge(ColumnSchema column, FooterChunk[] chunks)
    {
        if (column.Type == ColumnType.StringList)
        {
            // The footer speaks of elements, and counts a list without any like none at all.
            _unknown.Add((column.Name, "nullCount"));
            return new ColumnStatistics(column, 0, null, null);
        }
        if (chunks.Any(c => c.NullCount is null))
            _unknown.Add((column.Name, "nullCount"));
        var filled = chunks.Where(c => c.NullCount is null || c.NullCount < c.Values).ToList();
        if (filled.Exists(c => c.Min is null || !c.MinIsExact))
            _unknown.Add((column.Name, "minValues"));
        if (filled.Exists(c => c.Max is null || !c.MaxIsExact))
            _unknown.Add((column.Name, "maxValues"));
        var minima = filled.Select(c => Value(column.Type, c.Min)).OfType<object>().ToList();
        var maxima = filled.Select(c => Value(column.Type, c.Max)).OfType<object>().ToList();
        return new ColumnStatistics(
            column,
            chunks.Sum(c => c.NullCount ?? 0),
            minima.Count == 0 ? null : minima.Aggregate((a, b) => Compare(b, a) < 0 ? b : a),
            maxima.Count == 0 ? null : maxima.Aggregate((a, b) => Compare(b, a) > 0 ? b : a));
    }

    private static object? Value(ColumnType type, byte[]? plain) => (type, plain) switch
    {
        (_, null) => null,
        (ColumnType.Boolean, { Length: 1 }) => plain[0] != 0,
        (ColumnType.Int32 or ColumnType.Date, { Length: 4 }) => BinaryPrimitives.ReadInt32LittleEndian(plain),
        (ColumnType.Int64 or ColumnType.TimestampMicros, { Length: 8 }) => BinaryPrimitives.ReadInt64LittleEndian(plain),
        (ColumnType.Double, { Length: 8 }) => BinaryPrimitives.ReadDoubleLittleEndian(plain),
        (ColumnType.String, _) => plain,
        _ => null,
    };

    private static int Compare(object a, object b) => (a, b) switch
    {
        (byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right),
        _ => ((IComparable)a).CompareTo(b),
    };
}
