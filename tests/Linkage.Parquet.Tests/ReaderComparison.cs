namespace Linkage.Parquet.Tests;

/// <summary>Files written by the writer under test, and what the readers make of them.</summary>
internal sealed class ReaderComparison : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();
    private readonly Dictionary<string, Written> _files = new(StringComparer.Ordinal);

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name, without extension.</param>
    /// <param name="table">What it holds.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="groups">Rows of each row group.</param>
    /// <param name="origin">How to make the table again, for failure messages.</param>
    public void Write(string name, TestTable table, ParquetOptions options, IReadOnlyList<int>? groups = null, string origin = "")
    {
        string file = name + ".parquet";
        string path = _folder.File(file);
        ParquetFileSummary summary = table.Write(path, options, _scratch, groups);
        Assert.Equal(new FileInfo(path).Length, summary.Bytes);
        Assert.Equal(table.Rows, summary.Rows);
        _files.Add(file, new Written(table, summary, origin));
    }

    /// <summary>Holds what each reader found in each file, and the writer's own summary, against what went in.</summary>
    public void Check()
    {
        IReadOnlyDictionary<(string Reader, string File), Report> reports = Readers.ReadEach(_folder.Path);
        Assert.Equal(Readers.Names.Count * _files.Count, reports.Count);
        foreach ((string file, Written written) in _files)
        {
            IReadOnlyDictionary<string, ReportedColumn> expected = written.Table.Expected();
            foreach (string reader in Readers.Names)
                CheckReport(reports[(reader, file)], expected, $"{reader} on {file} ({written.Origin})", written.Table);

            foreach (ColumnStatistics column in written.Summary.Columns)
                CheckSummary(column, expected[column.Column.Name], $"summary of {file} ({written.Origin})");
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    private static void CheckReport(Report report, IReadOnlyDictionary<string, ReportedColumn> expected, string where, TestTable table)
    {
        Assert.True(report.Error is null, $"{where}: {report.Error}");
        Assert.True(report.Rows == table.Rows, $"{where}: {report.Rows} rows instead of {table.Rows}");
        Assert.Equal(table.Schema.Columns.Select(column => column.Name), report.Columns!.Keys, StringComparer.Ordinal);
        foreach ((string name, ReportedColumn column) in expected)
            Assert.True(column == report.Columns[name], $"{where}, {name}:\nexpected {column}\nfound    {report.Columns[name]}");
    }

    private static void CheckSummary(ColumnStatistics column, ReportedColumn expected, string where)
    {
        Assert.True(expected.Nulls == column.NullCount, $"{where}, {column.Column.Name}: {column.NullCount} nulls instead of {expected.Nulls}");
        (string? min, string? max) = (ExpectedColumn.Text(column.Min), ExpectedColumn.Text(column.Max));
        if (column.Column.Type == ColumnType.Double)
        {
            // A zero is stated as −0 when it is the minimum and as +0 when it is the maximum, whichever occurred.
            (min, max) = (Unsigned(min), Unsigned(max));
            expected = expected with { Min = Unsigned(expected.Min), Max = Unsigned(expected.Max) };
        }

        Assert.True(expected.Min == min && expected.Max == max, $"{where}, {column.Column.Name}: {min} to {max} instead of {expected.Min} to {expected.Max}");
    }

    private static string? Unsigned(string? bits) => bits == "8000000000000000" ? "0000000000000000" : bits;

    private sealed record Written(TestTable Table, ParquetFileSummary Summary, string Origin);
}
