using Linkage.Parquet;
using Linkage.Worker.Reports;

namespace Linkage.Worker.Ingestion;

/// <summary>How the columns of one table are stored, over all its committed files: encodings and bytes.</summary>
internal sealed class StoredColumns
{
    private static readonly (ColumnEncodings Encoding, string Name)[] Names =
    [
        (ColumnEncodings.Plain, "PLAIN"),
        (ColumnEncodings.Dictionary, "RLE_DICTIONARY"),
        (ColumnEncodings.DeltaBinaryPacked, "DELTA_BINARY_PACKED"),
        (ColumnEncodings.DeltaByteArray, "DELTA_BYTE_ARRAY"),
        (ColumnEncodings.DeltaLengthByteArray, "DELTA_LENGTH_BYTE_ARRAY"),
        (ColumnEncodings.ByteStreamSplit, "BYTE_STREAM_SPLIT"),
    ];

    private readonly List<string> _order = [];
    private readonly Dictionary<string, (ColumnEncodings Encodings, long Bytes, long Uncompressed)> _columns = new(StringComparer.Ordinal);

    /// <summary>Adds columns of files.</summary>
    public void Add(IEnumerable<ColumnStatistics> columns)
    {
        foreach (var column in columns)
        {
            if (!_columns.TryGetValue(column.Column.Name, out var sum))
                _order.Add(column.Column.Name);
            _columns[column.Column.Name] = (sum.Encodings | column.Encodings, sum.Bytes + column.CompressedBytes, sum.Uncompressed + column.UncompressedBytes);
        }
    }

    /// <summary>The columns as the run's report has them, in the order of files.</summary>
    public IReadOnlyDictionary<string, ColumnReport> Report() => _order.ToDictionary(
        static name => name,
        name => new ColumnReport([.. Names.Where(n => _columns[name].Encodings.HasFlag(n.Encoding)).Select(static n => n.Name)], _columns[name].Bytes, _columns[name].Uncompressed),
        StringComparer.Ordinal);
}
