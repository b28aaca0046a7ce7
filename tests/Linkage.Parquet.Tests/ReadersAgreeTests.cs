using System.Globalization;

namespace Linkage.Parquet.Tests;

/// <summary>Every file must mean the same to DuckDB, hyparquet and parquet-rs as to whoever wrote it.</summary>
public sealed class ReadersAgreeTests : IDisposable
{
    private static readonly ColumnType[] Types = Enum.GetValues<ColumnType>();
    private readonly ReaderComparison _comparison = new();

    public void Dispose() => _comparison.Dispose();

    [SkippableFact]
    public void On_every_type_at_every_rate_of_nulls()
    {
        Readers.Require();
        RandomColumns random = new(1);
        foreach (Codec codec in Codecs.Present)
        {
            foreach (int rows in (int[])[0, 1, 8, 1000])
            {
                foreach (double? nulls in (double?[])[null, 0, 0.3, 1])
                {
                    foreach (int distinct in (int[])[1, 2, 900])
                        Write(random, codec, rows, nulls, distinct);
                }
            }
        }

        _comparison.Check();
    }

    [SkippableFact]
    public void On_several_pages_of_many_and_of_few_values()
    {
        Readers.Require();
        RandomColumns random = new(4);
        foreach (int distinct in (int[])[1, 300, 50_000])
        {
            Write(random, Codec.Zstd, 45_000, 0.3, distinct);
            Write(random, Codec.None, 45_000, null, distinct);
        }

        _comparison.Check();
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
                TestTable table = Table(random, 40, nulls, 5);
                ParquetOptions options = new() { PageRows = pageRows };
                _comparison.Write($"ones-{pageRows}-{nulls}", table, options, [.. Enumerable.Repeat(1, 40)]);
                _comparison.Write($"uneven-{pageRows}-{nulls}", table, options, [1, 2, 3, 30, 4]);
                _comparison.Write($"plain-{pageRows}-{nulls}", table, options with { DictionaryBytes = 0, Codec = Codec.None });
            }
        }

        _comparison.Check();
    }

    [SkippableFact]
    public void On_runs_of_identifiers_that_the_codec_is_told_of()
    {
        Readers.Require();
        const int Rows = 90_000;
        Random random = new(5);
        foreach (double nulls in (double[])[0, 0.2])
        {
            int[] ids = new int[Rows];
            int id = -1;
            for (int row = 0; row < Rows; row++)
                ids[row] = row < nulls * Rows ? -1 : id += id < 0 || random.Next(4) == 0 ? 1 : 0;
            // One participant of many rows, more than a page has.
            ids.AsSpan(40_000, 30_000).Fill(ids[40_000]);
            for (int row = 70_000; row < Rows; row++)
                ids[row] = Math.Max(ids[row], ids[40_000] + 1);
            TestValues serial = new([.. Enumerable.Range(0, id + 2).Select(i => (1_000_000 + (7 * i)).ToString(CultureInfo.InvariantCulture))]);
            TestValues drawn = new([.. Enumerable.Range(0, id + 2).Select(i => i % 50 == 49 ? $"é{i}" : $"G{random.NextInt64(10_000_000_000):D10}")]);
            TestTable table = new(
                TestColumn.String(new(1, "serial", ColumnType.String, true, ""), ids, serial, ascending: true),
                TestColumn.String(new(2, "drawn", ColumnType.String, true, ""), ids, drawn, ascending: true));
            foreach (int pageVersion in (int[])[1, 2])
            {
                foreach ((int pageRows, int level) in ((int, int)[])[(1000, 1), (20_000, 9), (90_000, 19)])
                    _comparison.Write($"runs-{nulls}-{pageVersion}-{pageRows}", table, new ParquetOptions { PageRows = pageRows, PageVersion = pageVersion, ZstdLevel = level });
            }
        }

        _comparison.Check();
    }

    [SkippableFact]
    public void On_dictionaries_of_which_some_entries_are_frequent()
    {
        Readers.Require();
        const int Rows = 40_000;
        foreach (int distinct in (int[])[20, 300, 5000, 70_000])
        {
            Random random = new(distinct);
            int[] ids = new int[Rows];
            for (int row = 0; row < Rows; row++)
                ids[row] = (int)Math.Min(distinct - 1, Math.Exp(random.NextDouble() * Math.Log(distinct)) - 1);
            random.Shuffle(ids);
            bool[] valid = [.. ids.Select(_ => random.Next(5) > 0)];
            TestTable table = new(
                TestColumn.String(new(1, "code", ColumnType.String, true, ""), [.. ids.Select((id, row) => valid[row] ? id : -1)], new TestValues([.. Enumerable.Range(0, distinct).Select(i => $"X{i * 7919L % 1_000_003:D6}{new string('y', i % 5)}")]), ascending: false),
                TestColumn.Double(new(2, "dose", ColumnType.Double, true, ""), [.. ids.Select(id => id / 4.0)], valid),
                TestColumn.Int64(new(3, "far", ColumnType.Int64, false, ""), [.. ids.Select(id => id * 1_000_000_007L)], null),
                TestColumn.Int32(new(4, "near", ColumnType.Int32, true, ""), ids, valid));
            // Order and width are chosen by what a codec makes of them.
            foreach (Codec codec in new[] { Codec.None, Codec.Zstd, Codecs.Present[distinct % 7 % Codecs.Present.Count] }.Distinct())
                _comparison.Write($"skewed-{distinct}-{codec}", table, new ParquetOptions { Codec = codec });
        }

        _comparison.Check();
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
        _comparison.Write("compressed", table, new ParquetOptions());
        _comparison.Write("dictionary", table, new ParquetOptions { Codec = Codec.None });
        _comparison.Write("plain", table, new ParquetOptions { DictionaryBytes = 1000 });
        // Only values that rows refer to were ever asked for.
        Assert.Equal(ids.Distinct().Count(used => !values.IsNull(used)), values.Looked);
        _comparison.Check();
    }

    [SkippableFact]
    public void On_a_table_of_partitions()
    {
        Readers.Require();
        using TemporaryFolder folder = new();
        using ParquetScratch scratch = new();
        ColumnSchema schema = new(1, "n", ColumnType.Int32, true, "Numbers.");
        foreach ((string partition, int[] values) in ((string, int[])[])[("year=2020", [1, 2]), ("year=2021", [3]), ("year=__HIVE_DEFAULT_PARTITION__", [4])])
        {
            Directory.CreateDirectory(folder.File(partition));
            new TestTable(TestColumn.Int32(schema, values, null)).Write(folder.File(partition + "/part.parquet"), new ParquetOptions(), scratch);
        }

        ExpectedColumn numbers = new(ColumnType.Int32), years = new(ColumnType.String);
        foreach ((int number, string? year) in ((int, string?)[])[(1, "2020"), (2, "2020"), (3, "2021"), (4, null)])
        {
            numbers.Add(number);
            years.Add(year is null ? null : System.Text.Encoding.UTF8.GetBytes(year));
        }

        IReadOnlyList<Report> reports = Readers.ReadTable(folder.Path);
        Assert.Equal(Readers.Names, reports.Select(report => report.Reader), StringComparer.Ordinal);
        foreach (Report report in reports)
        {
            Assert.Null(report.Error);
            Assert.Equal(numbers.ToReport(), report.Columns!["n"]);
            Assert.Equal(years.ToReport(), report.Columns["year"]);
        }
    }

    private static TestTable Table(RandomColumns random, int rows, double? nulls, int distinct) =>
        new([.. Types.Select((type, i) => random.Next(i + 1, type, rows, nulls, distinct))]);

    private void Write(RandomColumns random, Codec codec, int rows, double? nulls, int distinct) =>
        _comparison.Write(
            string.Create(CultureInfo.InvariantCulture, $"{codec}-{rows}-{nulls ?? -1}-{distinct}"),
            Table(random, rows, nulls, distinct),
            new ParquetOptions { Codec = codec, PageRows = 20_000 });
}
