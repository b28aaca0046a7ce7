using System.Collections.Immutable;

namespace Linkage.Parquet.Tests;

/// <summary>One column's rows for a test: how to write them and what readers must find.</summary>
internal sealed class TestColumn
{
    private TestColumn(ColumnSchema schema, int rows)
    {
        Schema = schema;
        Rows = rows;
    }

    public ColumnSchema Schema { get; }

    public int Rows { get; }

    /// <summary>Values as objects; nulls are null; strings are bytes, lists arrays of them.</summary>
    public required Func<int, object?> Value { get; init; }

    /// <summary>Writes rows [start, start + count).</summary>
    public required Action<ParquetFileWriter, int, int> Write { get; init; }

    /// <summary>The same where columns are asked for.</summary>
    public required Action<ColumnSink, int, int> WriteTo { get; init; }

    public static TestColumn Int32(ColumnSchema schema, int[] values, bool[]? valid) => new(schema, values.Length)
    {
        Value = row => valid is null || valid[row] ? values[row] : null,
        Write = (writer, start, count) => writer.WriteInt32(values.AsSpan(start, count), Slice(valid, start, count)),
        WriteTo = (sink, start, count) => sink.WriteInt32(values.AsSpan(start, count), Slice(valid, start, count)),
    };

    public static TestColumn Int64(ColumnSchema schema, long[] values, bool[]? valid) => new(schema, values.Length)
    {
        Value = row => valid is null || valid[row] ? values[row] : null,
        Write = (writer, start, count) => writer.WriteInt64(values.AsSpan(start, count), Slice(valid, start, count)),
        WriteTo = (sink, start, count) => sink.WriteInt64(values.AsSpan(start, count), Slice(valid, start, count)),
    };

    public static TestColumn Double(ColumnSchema schema, double[] values, bool[]? valid) => new(schema, values.Length)
    {
        Value = row => valid is null || valid[row] ? values[row] : null,
        Write = (writer, start, count) => writer.WriteDouble(values.AsSpan(start, count), Slice(valid, start, count)),
        WriteTo = (sink, start, count) => sink.WriteDouble(values.AsSpan(start, count), Slice(valid, start, count)),
    };

    public static TestColumn Boolean(ColumnSchema schema, bool[] values, bool[]? valid) => new(schema, values.Length)
    {
        Value = row => valid is null || valid[row] ? values[row] : null,
        Write = (writer, start, count) => writer.WriteBoolean(values.AsSpan(start, count), Slice(valid, start, count)),
        WriteTo = (sink, start, count) => sink.WriteBoolean(values.AsSpan(start, count), Slice(valid, start, count)),
    };

    public static TestColumn String(ColumnSchema schema, int[] ids, IUtf8Values values, bool ascending) => new(schema, ids.Length)
    {
        Value = row => ids[row] < 0 || values.IsNull(ids[row]) ? null : values[ids[row]].ToArray(),
        Write = (writer, start, count) => writer.WriteString(ids.AsSpan(start, count), values, ascending),
        WriteTo = (sink, start, count) => sink.WriteString(ids.AsSpan(start, count), values, ascending),
    };

    public static TestColumn StringList(ColumnSchema schema, int[] offsets, int[] ids, IUtf8Values values, bool[]? valid) => new(schema, offsets.Length - 1)
    {
        Value = row => valid is null || valid[row] ? ids[offsets[row]..offsets[row + 1]].Select(id => values[id].ToArray()).ToArray() : null,
        Write = (writer, start, count) => writer.WriteStringList(offsets.AsSpan(start, count + 1), ids, values, Slice(valid, start, count)),
        WriteTo = (sink, start, count) => sink.WriteStringList(offsets.AsSpan(start, count + 1), ids, values, Slice(valid, start, count)),
    };

    private static ReadOnlySpan<bool> Slice(bool[]? valid, int start, int count) => valid is null ? [] : valid.AsSpan(start, count);
}

/// <summary>Columns of equal length, written as one file.</summary>
internal sealed class TestTable(params TestColumn[] columns)
{
    public TableSchema Schema { get; } = new("test", "Rows of a test.", [.. columns.Select(column => column.Schema)]);

    public static IReadOnlyList<KeyValuePair<string, string>> Metadata { get; } = [new("linkage.test", "naïve ☃")];

    public IReadOnlyList<TestColumn> Columns => columns;

    public int Rows => columns[0].Rows;

    /// <summary>Writes row groups of the given sizes, which must add up to the rows; all rows in one group by default.</summary>
    public ParquetFileSummary Write(string path, ParquetOptions options, ParquetScratch scratch, IReadOnlyList<int>? groups = null)
    {
        using FileStream stream = new(path, FileMode.CreateNew);
        return Write(stream, options, scratch, groups);
    }

    public ParquetFileSummary Write(Stream stream, ParquetOptions options, ParquetScratch scratch, IReadOnlyList<int>? groups = null)
    {
        using ParquetFileWriter writer = new(stream, Schema, options, Metadata, scratch);
        int start = 0;
        foreach (int rows in groups ?? (Rows == 0 ? [] : [Rows]))
        {
            if (options.EncodeThreads > 1)
            {
                writer.WriteRowGroup(rows, new Group(this, start, rows));
            }
            else
            {
                writer.BeginRowGroup(rows);
                foreach (TestColumn column in columns)
                    column.Write(writer, start, rows);
                writer.EndRowGroup();
            }

            start += rows;
        }

        Assert.Equal(Rows, start);
        return writer.Close();
    }

    /// <summary>What every reader must report, by column name.</summary>
    public IReadOnlyDictionary<string, ReportedColumn> Expected() => columns.ToImmutableDictionary(
        column => column.Schema.Name,
        column =>
        {
            ExpectedColumn expected = new(column.Schema.Type);
            for (int row = 0; row < column.Rows; row++)
                expected.Add(column.Value(row));
            return expected.ToReport();
        },
        StringComparer.Ordinal);

    /// <summary>Rows of a row group, column by column.</summary>
    internal sealed class Group(TestTable table, int start, int rows) : IRowGroupSource
    {
        public void WriteColumn(int column, ColumnSink sink, int worker) => table.Columns[column].WriteTo(sink, start, rows);
    }
}
