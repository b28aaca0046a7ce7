using Linkage.Parquet.Reading;

namespace Linkage.Parquet.Tests.Reading;

/// <summary>What the reader makes of a file, held against what was written.</summary>
internal static class ReadBack
{
    /// <summary>Fails unless a file holds a table's rows, value for value.</summary>
    public static void AssertHolds(string path, TestTable table, string origin)
    {
        using var reader = ParquetFileReader.Open(path);
        using var scratch = new ReadScratch();
        var column = new ColumnValues();
        Assert.Equal(table.Schema.Columns.Select(c => (c.Name, (ColumnType?)c.Type, c.Nullable)), reader.Footer.Columns.Select(c => (c.Name, c.RowType, c.Nullable)));
        for (var c = 0; c < table.Columns.Count; c++)
        {
            var row = 0;
            for (var g = 0; g < reader.Footer.RowGroups.Length; g++)
            {
                reader.Read(g, c, column, scratch);
                Assert.Equal(reader.Footer.RowGroups[g].Rows, column.Rows);
                if (!column.IsList)
                    Assert.Equal(reader.Footer.RowGroups[g].Chunks[c].NullCount, column.NullCount);
                for (var i = 0; i < column.Rows; i++, row++)
                {
                    var (expected, found) = (ExpectedColumn.Text(table.Columns[c].Value(row)), ExpectedColumn.Text(Value(column, i)));
                    Assert.True(expected == found, $"{origin}: column {table.Schema.Columns[c].Name}, row {row}: '{found}' instead of '{expected}'");
                }
            }
            Assert.Equal(table.Rows, row);
        }
    }

    /// <summary>The value of a row, as <see cref="TestColumn.Value"/> gives it.</summary>
    public static object? Value(ColumnValues column, int row)
    {
        if (!column.Valid.IsEmpty && !column.Valid[row])
            return null;
        if (column.IsList)
            return column.Ids[column.Offsets[row]..column.Offsets[row + 1]].ToArray().Select(id => column.Values[id].ToArray()).ToArray();
        return column.Type switch
        {
            ColumnType.Boolean => column.Boolean[row],
            ColumnType.Int32 or ColumnType.Date => column.Int32[row],
            ColumnType.Int64 or ColumnType.TimestampMicros => column.Int64[row],
            ColumnType.Double => column.Double[row],
            _ => column.Values[column.Ids[row]].ToArray(),
        };
    }

    /// <summary>All values of a file, as text by column.</summary>
    public static Dictionary<string, List<string?>> Texts(string path)
    {
        using var reader = ParquetFileReader.Open(path);
        using var scratch = new ReadScratch();
        var column = new ColumnValues();
        var texts = new Dictionary<string, List<string?>>(StringComparer.Ordinal);
        for (var c = 0; c < reader.Footer.Columns.Length; c++)
        {
            var values = new List<string?>();
            for (var g = 0; g < reader.Footer.RowGroups.Length; g++)
            {
                reader.Read(g, c, column, scratch);
                for (var row = 0; row < column.Rows; row++)
                    values.Add(column.IsList ? List(column, row) : ExpectedColumn.Text(Value(column, row)));
            }
            texts.Add(reader.Footer.Columns[c].Path, values);
        }
        return texts;
    }

    private static string? List(ColumnValues column, int row)
    {
        if (!column.Valid.IsEmpty && !column.Valid[row])
            return null;
        var elements = column.Ids[column.Offsets[row]..column.Offsets[row + 1]].ToArray();
        return $"[{string.Join(",", elements.Select(id => id < 0 ? "null" : System.Text.Encoding.UTF8.GetString(column.Values[id])))}]";
    }
}
