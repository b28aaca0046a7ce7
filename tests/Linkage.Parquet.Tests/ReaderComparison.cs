using Linkage.Parquet.Reading;
using Linkage.Parquet.Tests.Reading;

namespace Linkage.Parquet.Tests;

/// <summary>Files written by the writer under test, and what the readers make of them: the three of tests/interop, and the program's own.</summary>
internal sealed class ReaderComparison : IDisposable
{
    private const string Own = "linkage";
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();
    private readonly Dictionary<string, Written> _files = new(StringComparer.Ordinal);

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name, without extension.</param>
    /// <param name="table">What it holds.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="groups">Rows of each row group.</param>
    /// <param name="origin">How to make the table again, for failure messages.</param>
    /// <returns>What the writer says of it.</returns>
    public ParquetFileSummary Write(string name, TestTable table, ParquetOptions options, IReadOnlyList<int>? groups = null, string origin = "")
    {
        string file = name + ".parquet";
        string path = _folder.File(file);
        ParquetFileSummary summary = table.Write(path, options, _scratch, groups);
        Assert.Equal(new FileInfo(path).Length, summary.Bytes);
        Assert.Equal(table.Rows, summary.Rows);
        _files.Add(file, new Written(table, summary, origin));
        return summary;
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
            CheckReport(ReadOwn(_folder.File(file)), expected, $"{Own} on {file} ({written.Origin})", written.Table);

            foreach ((int c, ColumnStatistics column) in written.Summary.Columns.Index())
                CheckSummary(column, expected[column.Column.Name], HasNaN(written.Table, c), $"summary of {file} ({written.Origin})");
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    /// <summary>What the program's own reader makes of a file.</summary>
    private static Report ReadOwn(string path)
    {
        using ParquetFileReader reader = ParquetFileReader.Open(path);
        using ReadScratch scratch = new();
        ColumnValues values = new();
        Dictionary<string, ReportedColumn> columns = new(StringComparer.Ordinal);
        for (int c = 0; c < reader.Footer.Columns.Length; c++)
        {
            ExpectedColumn found = new(reader.Footer.Columns[c].RowType ?? throw new InvalidDataException($"column {c} has no type"));
            for (int group = 0; group < reader.Footer.RowGroups.Length; group++)
            {
                reader.Read(group, c, values, scratch);
                for (int row = 0; row < values.Rows; row++)
                    found.Add(ReadBack.Value(values, row));
            }

            columns.Add(reader.Footer.Columns[c].Name, found.ToReport());
        }

        return new Report(Own, path, null, reader.Footer.Rows, columns);
    }

    private static void CheckReport(Report report, IReadOnlyDictionary<string, ReportedColumn> expected, string where, TestTable table)
    {
        Assert.True(report.Error is null, $"{where}: {report.Error}");
        Assert.True(report.Rows == table.Rows, $"{where}: {report.Rows} rows instead of {table.Rows}");
        Assert.Equal(table.Schema.Columns.Select(column => column.Name), report.Columns!.Keys, StringComparer.Ordinal);
        foreach ((string name, ReportedColumn column) in expected)
            Assert.True(column == report.Columns[name], $"{where}, {name}:\nexpected {column}\nfound    {report.Columns[name]}");
    }

    private static void CheckSummary(ColumnStatistics column, ReportedColumn expected, bool hasNaN, string where)
    {
        Assert.True(expected.Nulls == column.NullCount, $"{where}, {column.Column.Name}: {column.NullCount} nulls instead of {expected.Nulls}");
        (string? min, string? max) = (ExpectedColumn.Text(column.Min), ExpectedColumn.Text(column.Max));
        if (column.Column.Type == ColumnType.Double)
        {
            // Among NaN nothing is stated.
            if (hasNaN)
                expected = expected with { Min = null, Max = null };
            // A zero is stated as −0 when it is the minimum and as +0 when it is the maximum, whichever occurred.
            (min, max) = (Unsigned(min), Unsigned(max));
            expected = expected with { Min = Unsigned(expected.Min), Max = Unsigned(expected.Max) };
        }

        Assert.True(expected.Min == min && expected.Max == max, $"{where}, {column.Column.Name}: {min} to {max} instead of {expected.Min} to {expected.Max}");
    }

    private static bool HasNaN(TestTable table, int column) =>
        table.Schema.Columns[column].Type == ColumnType.Double && Enumerable.Range(0, table.Rows).Any(row => table.Columns[column].Value(row) is double.NaN);

    private static string? Unsigned(string? bits) => bits == "8000000000000000" ? "0000000000000000" : bits;

    private sealed record Written(TestTable Table, ParquetFileSummary Summary, string Origin);
}
