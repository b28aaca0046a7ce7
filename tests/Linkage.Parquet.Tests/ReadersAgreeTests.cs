using System.Globalization;

namespace Linkage.Parquet.Tests;

/// <summary>Every file must mean the same to DuckDB, hyparquet and parquet-rs as to whoever wrote it.</summary>
public sealed class ReadersAgreeTests : IDisposable
{
    private static readonly ColumnType[] Types = Enum.GetValues<ColumnType>();
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();
    private readonly Dictionary<string, (TestTable Table, ParquetFileSummary Summary)> _files = new(StringComparer.Ordinal);

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void On_every_type_at_every_rate_of_nulls()
    {
        Readers.Require();
        RandomColumns random = new(1);
        foreach (Codec codec in Enum.GetValues<Codec>())
        {
            foreach (int rows in (int[])[0, 1, 7, 8, 9, 1000, 30_000])
            {
                foreach (double? nulls in (double?[])[null, 0, 0.3, 1])
                {
                    foreach (int distinct in (int[])[1, 2, 50, 20_000])
                    {
                        TestTable table = new([.. Types.Select((type, i) => random.Next(i + 1, type, rows, nulls, Math.Min(distinct, Math.Max(1, rows))))]);
                        string name = string.Create(CultureInfo.InvariantCulture, $"{codec}-{rows}-{nulls ?? -1}-{distinct}");
                        Write(name, table, new ParquetOptions { Codec = codec });
                    }
                }
            }
        }

        Compare();
    }

    [SkippableFact]
    public void On_row_groups_of_one_row_and_pages_of_few()
    {
        Readers.Require();
        RandomColumns random = new(2);
        foreach (int pageRows in (int[])[1, 3, 8, 100])
        {
            foreach (double? nulls in (double?[])[null, 0, 0.5, 1])
            {
                TestTable table = new([.. Types.Select((type, i) => random.Next(i + 1, type, 40, nulls, 5))]);
                ParquetOptions options = new() { PageRows = pageRows };
                Write($"ones-{pageRows}-{nulls}", table, options, [.. Enumerable.Repeat(1, 40)]);
                Write($"uneven-{pageRows}-{nulls}", table, options, [1, 2, 3, 30, 4]);
                Write($"plain-{pageRows}-{nulls}", table, options with { DictionaryBytes = 0, Codec = Codec.None });
            }
        }

        Compare();
    }

    [SkippableFact]
    public void On_strings_of_a_megabyte()
    {
        Readers.Require();
        TestValues values = new(new string('x', 1 << 20), "short", null, new string('☃', 1 << 18) + "end", "");
        ColumnSchema schema = new(1, "text", ColumnType.String, true, "Long strings.");
        TestTable table = new(TestColumn.String(schema, [0, 1, 2, 3, -1, 4, 0, 3, 3, 1], values, ascending: false));
        Write("dictionary", table, new ParquetOptions { DictionaryBytes = 1 << 26 });
        Write("plain", table, new ParquetOptions());
        Write("plain-uncompressed", table, new ParquetOptions { Codec = Codec.None });
        Compare();
    }

    [SkippableFact]
    public void On_sparse_ids_among_sixty_million()
    {
        Readers.Require();
        SparseValues values = new(60_000_000);
        Random random = new(3);
        int[] ids = new int[20_000];
        int id = 0;
        for (int i = 0; i < ids.Length; i++)
            ids[i] = id = random.Next(4) == 0 ? Math.Min(values.Count - 1, id + random.Next(12_000)) : id;
        int[] shuffled = [.. ids];
        random.Shuffle(shuffled);
        ColumnSchema sorted = new(1, "sorted", ColumnType.String, true, "Ascending ids.");
        ColumnSchema unsorted = new(2, "unsorted", ColumnType.String, true, "The same, shuffled.");
        TestTable table = new(TestColumn.String(sorted, ids, values, ascending: true), TestColumn.String(unsorted, shuffled, values, ascending: false));
        Write("dictionary", table, new ParquetOptions());
        Write("plain", table, new ParquetOptions { DictionaryBytes = 1000 });
        // Values are looked at for the rows only; the table of expectations looks at the same ones.
        Assert.InRange(values.Looked, 1, ids.Length);
        Compare();
    }

    private void Write(string name, TestTable table, ParquetOptions options, IReadOnlyList<int>? groups = null)
    {
        string file = name + ".parquet";
        string path = _folder.File(file);
        ParquetFileSummary summary = table.Write(path, options, _scratch, groups);
        Assert.Equal(new FileInfo(path).Length, summary.Bytes);
        Assert.Equal(table.Rows, summary.Rows);
        _files.Add(file, (table, summary));
    }

    private void Compare()
    {
        IReadOnlyDictionary<(string Reader, string File), Report> reports = Readers.ReadEach(_folder.Path);
        Assert.Equal(Readers.Names.Count * _files.Count, reports.Count);
        foreach ((string file, (TestTable table, ParquetFileSummary summary)) in _files)
        {
            IReadOnlyDictionary<string, ReportedColumn> expected = table.Expected();
            foreach (string reader in Readers.Names)
            {
                Report report = reports[(reader, file)];
                Assert.True(report.Error is null, $"{reader} on {file}: {report.Error}");
                Assert.True(report.Rows == table.Rows, $"{reader} on {file}: {report.Rows} rows instead of {table.Rows}");
                Assert.Equal(table.Schema.Columns.Select(column => column.Name), report.Columns!.Keys, StringComparer.Ordinal);
                foreach ((string name, ReportedColumn column) in expected)
                    Assert.True(column == report.Columns[name], $"{reader} on {file}, {name}:\nexpected {column}\nfound    {report.Columns[name]}");
            }

            foreach (ColumnStatistics column in summary.Columns)
                Assert.Equal(expected[column.Column.Name].Nulls, column.NullCount);
        }
    }
}
