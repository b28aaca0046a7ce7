using System.Globalization;

namespace Linkage.Parquet.Tests;

/// <summary>What readers stumble over: a single null or value wherever it is, the largest and the smallest row groups, values larger than a page, names that are not ASCII.</summary>
public sealed class ReadersAgreeOnEdgesTests : IDisposable
{
    private readonly ReaderComparison _comparison = new();

    public void Dispose() => _comparison.Dispose();

    [SkippableFact]
    public void On_a_single_null_and_a_single_value_wherever_it_is()
    {
        Readers.Require();
        const int Rows = 40;
        List<TestColumn> columns = [];
        foreach (int place in (int[])[0, 7, 8, 9, 10, 25, 39])
        {
            foreach (bool isNull in (bool[])[true, false])
            {
                bool[] valid = [.. Enumerable.Range(0, Rows).Select(row => row == place != isNull)];
                foreach (ColumnType type in Enum.GetValues<ColumnType>())
                    columns.Add(Single(columns.Count + 1, $"{type} größe ☃ {place} {(isNull ? "null" : "value")}", type, valid));
            }
        }

        TestTable table = new([.. columns]);
        foreach (int pageVersion in (int[])[1, 2])
        {
            foreach (int dictionaryBytes in (int[])[0, 1 << 20])
            {
                ParquetOptions options = new() { PageRows = 10, PageVersion = pageVersion, DictionaryBytes = dictionaryBytes, Encodings = ColumnEncodings.All };
                _comparison.Write($"single-{pageVersion}-{dictionaryBytes}", table, options);
                _comparison.Write($"single-{pageVersion}-{dictionaryBytes}-split", table, options with { Codec = Codec.None, EncodeThreads = 2 }, [8, 2, 29, 1]);
            }
        }

        _comparison.Check();
    }

    [SkippableFact]
    public void On_a_million_rows_in_one_row_group()
    {
        Readers.Require();
        const int Rows = 1 << 20;
        Random random = new(95);
        string?[] codes = [.. Enumerable.Range(0, 3000).Select(i => $"{i * 7919L % 100_003:D5}é")];
        int[] people = new int[Rows], code = new int[Rows], days = new int[Rows];
        bool[] valid = new bool[Rows];
        for (int row = 1; row < Rows; row++)
            people[row] = people[row - 1] + (random.Next(30) == 0 ? 1 : 0);
        for (int row = 0; row < Rows; row++)
        {
            code[row] = random.Next(10) == 0 ? -1 : (int)(3000 * Math.Pow(random.NextDouble(), 3));
            valid[row] = row % 1000 < 700;
            days[row] = random.Next(11_000);
        }

        TestValues ids = new([.. Enumerable.Range(0, people[^1] + 1).Select(i => i.ToString("D8", CultureInfo.InvariantCulture))]);
        TestColumn codeColumn = TestColumn.String(new(2, "code", ColumnType.String, true, ""), code, new TestValues(codes), ascending: false);
        TestColumn dayColumn = TestColumn.Int32(new(3, "day", ColumnType.Date, true, ""), days, valid);
        _comparison.Write("default", new TestTable(TestColumn.String(new(1, "person", ColumnType.String, false, ""), people, ids, ascending: true), codeColumn, dayColumn), new ParquetOptions { RowGroupRows = Rows });
        // And in a single page.
        _comparison.Write("page", new TestTable(codeColumn), new ParquetOptions { RowGroupRows = Rows, PageVersion = 2, PageRows = Rows, EncodeThreads = 2, Codec = Codec.Snappy });
        _comparison.Check();
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void On_hundreds_of_row_groups_of_one_row(int pageVersion)
    {
        Readers.Require();
        const int Rows = 300;
        RandomColumns random = new(96) { Bloom = true };
        ColumnType[] types = [.. Enum.GetValues<ColumnType>(), .. Enum.GetValues<ColumnType>()];
        TestTable table = new([.. types.Select((type, i) => random.Next(i + 1, type, Rows, i % 2 == 0 ? null : 0.3, 20))]);
        _comparison.Write("ones", table, new ParquetOptions { PageVersion = pageVersion, EncodeThreads = pageVersion, RowGroupRows = 1, Encodings = ColumnEncodings.All }, [.. Enumerable.Repeat(1, Rows)]);
        _comparison.Check();
    }

    [SkippableFact]
    public void On_values_of_a_megabyte_in_every_encoding()
    {
        Readers.Require();
        string long1 = new('x', 1 << 20), long2 = new string('☃', 1 << 18) + "end", long3 = long1 + "y";
        TestValues values = new(long1, "short", null, long2, "", long3);
        int[] ids = [0, 5, 1, 2, 3, -1, 4, 0, 3, 3, 1];
        TestTable table = new(
            TestColumn.String(new(1, "text", ColumnType.String, true, ""), ids, values, ascending: false),
            TestColumn.StringList(new(2, "list", ColumnType.StringList, true, ""), [0, 2, 2, 5, 5, 6, 6, 6, 6, 6, 6, 7], [0, 1, 4, 5, 3, 0, 4], values, [true, false, true, true, true, true, true, true, true, true, true]));
        ParquetOptions none = new() { DictionaryBytes = 0 };
        _comparison.Write("dictionary", table, new ParquetOptions { DictionaryBytes = 1 << 26 });
        _comparison.Write("plain", table, none with { Codec = Codec.None, Encodings = ColumnEncodings.Plain });
        _comparison.Write("told", table, none with { Encodings = ColumnEncodings.Plain, PageVersion = 2 });
        _comparison.Write("prefixes", table, none with { Codec = Codec.Lz4Raw, Encodings = ColumnEncodings.Plain | ColumnEncodings.DeltaByteArray });
        _comparison.Write("lengths", table, none with { Codec = Codec.Gzip, Encodings = ColumnEncodings.Plain | ColumnEncodings.DeltaLengthByteArray, PageVersion = 2 });
        _comparison.Write("snappy", table, none with { Codec = Codec.Snappy }, [1, 1, 9]);
        _comparison.Check();
    }

    /// <summary>A column of distinct values.</summary>
    private static TestColumn Single(int id, string name, ColumnType type, bool[] valid)
    {
        ColumnSchema schema = new(id, name, type, true, "");
        IEnumerable<int> rows = Enumerable.Range(0, valid.Length);
        switch (type)
        {
            case ColumnType.Boolean:
                return TestColumn.Boolean(schema, [.. rows.Select(row => row % 3 == 0)], valid);
            case ColumnType.Int32 or ColumnType.Date:
                return TestColumn.Int32(schema, [.. rows.Select(row => 5 - (row * row))], valid);
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                return TestColumn.Int64(schema, [.. rows.Select(row => row * 1_000_000_007L)], valid);
            case ColumnType.Double:
                return TestColumn.Double(schema, [.. rows.Select(row => row / 3.0)], valid);
            case ColumnType.StringList:
                int[] offsets = [0, .. rows.Select(row => valid[row] ? 1 + (row % 2) : 0)];
                for (int row = 0; row < valid.Length; row++)
                    offsets[row + 1] += offsets[row];
                return TestColumn.StringList(schema, offsets, [.. Enumerable.Range(0, offsets[^1])], new TestValues([.. Enumerable.Range(0, offsets[^1]).Select(i => $"é{i}")]), valid);
            default:
                return TestColumn.String(schema, [.. rows.Select(row => valid[row] ? row : -1)], new TestValues([.. rows.Select(row => $"{row}漢")]), ascending: false);
        }
    }
}
