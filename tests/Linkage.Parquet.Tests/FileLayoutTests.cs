using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Linkage.Parquet.Tests;

/// <summary>Footer, pages, checksums and offsets as they lie in the file, read by tests/interop/pages.mjs.</summary>
public sealed class FileLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void Checksums_sizes_offsets_and_page_rows_are_true()
    {
        Readers.Require();
        RandomColumns random = new(11);
        TestTable table = new([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, 5000, 0.2, 40))]);
        ParquetOptions options = new() { PageRows = 300 };
        table.Write(_folder.File("zstd"), options, _scratch, [4000, 1000]);
        table.Write(_folder.File("none"), options with { Codec = Codec.None, DictionaryBytes = 0 }, _scratch, [4000, 1000]);
        table.Write(_folder.File("version2"), options with { PageVersion = 2 }, _scratch, [4000, 1000]);
        table.Write(_folder.File("version2none"), options with { PageVersion = 2, Codec = Codec.None }, _scratch, [4000, 1000]);
        foreach (JsonObject file in Readers.Pages(_folder.File("zstd"), _folder.File("none"), _folder.File("version2"), _folder.File("version2none")))
        {
            Assert.Equal("PAR1PAR1", (string?)file["magic"]);
            Assert.Equal(5000, (long)file["rows"]!);
            Assert.Equal("naïve ☃", (string?)file["metadata"]!["linkage.test"]);
            Assert.Equal(1, (int)file["version"]!);
            Assert.Equal(Enumerable.Repeat("type", 8), file["columnOrders"]!.AsArray().Select(order => (string)order!));
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], file["fieldIds"]!.AsArray().Select(id => (int)id!));
            // What parquet-java parses: org.apache.parquet.VersionParser.
            Assert.Matches(new Regex(@"^(.*?)\s+version\s*(?:([^(]*?)\s*(?:\(\s*build\s*([^)]*?)\s*\))?)?$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)), (string)file["createdBy"]!);
            Assert.StartsWith("linkage version ", (string)file["createdBy"]!, StringComparison.Ordinal);
            int ordinal = 0;
            foreach (JsonObject group in Objects(file["rowGroups"]))
            {
                Assert.Equal(ordinal++, (int)group["ordinal"]!);
                Assert.True((bool)group["fileOffsetMatches"]! && (bool)group["compressedMatches"]! && (bool)group["uncompressedMatches"]!, "row group offset and sizes");
                foreach (JsonObject column in Objects(group["columns"]))
                    CheckChunk(column, (int)group["rows"]!, options.PageRows);
            }
        }
    }

    [SkippableFact]
    public void Encodings_follow_the_data()
    {
        Readers.Require();
        const int Rows = 50_000;
        Random random = new(12);
        string?[] codes = [.. Enumerable.Range(0, 500).Select(i => $"code {i}")];
        string?[] distinct = [.. Enumerable.Range(0, Rows).Select(i => $"a distinct value numbered {i}")];
        TestTable table = new(
            Strings(1, "few", codes, Many(Rows, _ => random.Next(500))),
            Strings(2, "many", distinct, Many(Rows, i => (i * 7) % Rows)),
            Strings(3, "null", codes, Many(Rows, _ => -1)),
            Strings(4, "one", codes, Many(Rows, _ => 3)),
            TestColumn.Int32(new(5, "provider", ColumnType.Int32, false, ""), Many(Rows, _ => random.Next(4)), null),
            TestColumn.Int32(new(6, "day", ColumnType.Date, false, ""), Many(Rows, _ => random.Next(5000)), null),
            TestColumn.Int64(new(7, "random", ColumnType.Int64, false, ""), Many(Rows, _ => random.NextInt64()), null),
            TestColumn.Double(new(8, "measure", ColumnType.Double, false, ""), Many(Rows, _ => random.Next(1000) / 10.0), null),
            TestColumn.Double(new(9, "real", ColumnType.Double, false, ""), Many(Rows, _ => random.NextDouble()), null),
            TestColumn.Int64(new(10, "hour", ColumnType.TimestampMicros, true, ""), new long[Rows], new bool[Rows]));
        ParquetFileSummary summary = table.Write(_folder.File("file"), new ParquetOptions(), _scratch);
        Assert.Equal(Rows, summary.Columns[2].NullCount);
        JsonObject group = Objects(Readers.Pages(_folder.File("file"))[0]["rowGroups"]).Single();
        Dictionary<string, JsonObject> columns = Objects(group["columns"]).ToDictionary(column => (string)column["name"]!, StringComparer.Ordinal);
        Assert.Equal(
            ["few", "one", "provider", "day", "measure"],
            columns.Where(pair => pair.Value["encodings"]!.AsArray().Any(encoding => (string?)encoding == "RLE_DICTIONARY")).Select(pair => pair.Key),
            StringComparer.Ordinal);
        foreach (string name in (string[])["null", "one", "hour"])
        {
            Assert.Equal("UNCOMPRESSED", (string?)columns[name]["codec"]);
            // Three pages of a few run lengths, and at most one dictionary page.
            Assert.InRange((long)columns[name]["compressed"]!, 1, 200);
        }
    }

    [SkippableFact]
    public void Encodings_are_those_allowed_that_take_least()
    {
        Readers.Require();
        const int Rows = 30_000;
        Random random = new(13);
        string?[] sorted = [.. Enumerable.Range(0, Rows).Select(i => $"PERSON-{i * 37:D10}")];
        string?[] words = [.. Enumerable.Range(0, Rows).Select(_ => new string('a', random.Next(20)) + random.Next())];
        long time = 0;
        TestTable table = new(
            TestColumn.Int64(new(1, "serial", ColumnType.Int64, false, ""), Many(Rows, i => 5_000_000_000L + (i * 3)), null),
            TestColumn.Int64(new(2, "time", ColumnType.TimestampMicros, true, ""), Many(Rows, _ => time += random.Next(100_000)), Many(Rows, i => i % 20_000 < 5000)),
            TestColumn.Int32(new(3, "day", ColumnType.Date, false, ""), [.. Many(Rows, _ => random.Next(3_000_000)).Order()], null),
            TestColumn.String(new(4, "person", ColumnType.String, false, ""), Many(Rows, i => i), new TestValues(sorted), ascending: true),
            Strings(5, "words", words, Many(Rows, i => i)),
            TestColumn.Double(new(6, "track", ColumnType.Double, false, ""), Many(Rows, i => 51.5 + (i / 1e6) + (random.NextDouble() / 1e7)), null));
        ParquetOptions mainstream = new() { PageRows = 1000 }, none = mainstream with { Codec = Codec.None };
        table.Write(_folder.File("mainstream"), mainstream, _scratch);
        table.Write(_folder.File("none"), none, _scratch);
        table.Write(_folder.File("basic"), mainstream with { Encodings = ColumnEncodings.Basic }, _scratch);
        table.Write(_folder.File("all"), none with { Encodings = ColumnEncodings.All & ~ColumnEncodings.DeltaByteArray }, _scratch);
        table.Write(_folder.File("split"), mainstream with { Encodings = ColumnEncodings.All }, _scratch);

        string[][] used = [.. Readers.Pages(_folder.File("mainstream"), _folder.File("none"), _folder.File("basic"), _folder.File("all"), _folder.File("split"))
            .Select(file => Objects(Objects(file["rowGroups"]).Single()["columns"]).Select(ValueEncodings).ToArray())];
        Assert.Equal(["DELTA_BINARY_PACKED", "DELTA_BINARY_PACKED PLAIN", "DELTA_BINARY_PACKED"], used[0][..3]);
        Assert.Equal(["DELTA_BINARY_PACKED", "DELTA_BINARY_PACKED PLAIN", "DELTA_BINARY_PACKED", "DELTA_BYTE_ARRAY"], used[1][..4]);
        Assert.All(used[2], encoding => Assert.True(encoding is "PLAIN" or "RLE_DICTIONARY", encoding));
        Assert.Equal("DELTA_LENGTH_BYTE_ARRAY", used[3][4]);
        Assert.Equal("BYTE_STREAM_SPLIT", used[4][5]);
        // What is allowed is chosen for its size.
        long[] sizes = [.. new[] { "mainstream", "basic", "split" }.Select(name => new FileInfo(_folder.File(name)).Length)];
        Assert.InRange(sizes[0], 1, sizes[1] * 9 / 10);
        Assert.InRange(sizes[2], 1, sizes[0]);
    }

    private static string ValueEncodings(JsonObject column) => string.Join(' ', Objects(column["pages"])
        .Where(page => (string?)page["type"] != "DICTIONARY_PAGE").Select(page => (string)page["encoding"]!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [SkippableFact]
    public void Long_values_end_pages_early()
    {
        Readers.Require();
        string?[] texts = [.. Enumerable.Range(0, 30).Select(i => new string((char)('a' + (i % 26)), 700) + i)];
        // Whether values differ or repeat makes no difference to a page's size.
        TestTable table = new(Strings(1, "different", texts, Many(30, i => i)), Strings(2, "same", texts, Many(30, _ => 0)));
        table.Write(_folder.File("file"), new ParquetOptions { PageBytes = 2048, DictionaryBytes = 0 }, _scratch);
        foreach (JsonObject column in Objects(Objects(Readers.Pages(_folder.File("file"))[0]["rowGroups"]).Single()["columns"]))
            Assert.Equal(Enumerable.Repeat(3, 10), Objects(column["pages"]).Select(page => (int)page["values"]!));
    }

    [SkippableFact]
    public void Statistics_state_exact_values()
    {
        Readers.Require();
        string longest = new('x', 70);
        TestTable table = new(
            Strings(1, "text", ["b", "ä", null], [0, 1, 2, 0]),
            Strings(2, "long", [longest], [0, 0, 0, 0]),
            TestColumn.Double(new(3, "double", ColumnType.Double, true, ""), [double.NegativeInfinity, -0.0, 5, 9], [false, true, true, true]),
            TestColumn.Double(new(4, "nan", ColumnType.Double, false, ""), [double.NaN, double.NaN, double.NaN, double.NaN], null),
            TestColumn.Double(new(7, "some", ColumnType.Double, false, ""), [1, double.NaN, double.PositiveInfinity, 2], null),
            TestColumn.Double(new(8, "far", ColumnType.Double, false, ""), [double.NegativeInfinity, 0, double.PositiveInfinity, 2], null),
            TestColumn.Boolean(new(5, "bool", ColumnType.Boolean, false, ""), [true, true, true, true], null),
            TestColumn.Int32(new(6, "day", ColumnType.Date, true, ""), [5, int.MinValue, 9, 7], [true, false, true, true]));
        ParquetFileSummary summary = table.Write(_folder.File("file"), new ParquetOptions(), _scratch, [3, 1]);
        JsonObject group = Objects(Readers.Pages(_folder.File("file"))[0]["rowGroups"]).First();
        List<JsonObject> statistics = [.. Objects(group["columns"]).Select(column => column["statistics"]!.AsObject())];
        Assert.Equal((1, Hex("b"), Hex("ä"), true, true), Stated(statistics[0]));
        Assert.Equal((0, Hex(new string('x', 64)), Hex(new string('x', 63) + "y"), false, false), Stated(statistics[1]));
        Assert.Equal((1, Hex(-0.0), Hex(5.0), true, true), Stated(statistics[2]));
        // Among NaN there are no bounds: to DuckDB NaN is larger than any number.
        Assert.Equal((0, null, null, null, null), Stated(statistics[3]));
        Assert.Equal((0, null, null, null, null), Stated(statistics[4]));
        Assert.Equal((0, Hex(double.NegativeInfinity), Hex(double.PositiveInfinity), true, true), Stated(statistics[5]));
        Assert.Equal((0, "01", "01", true, true), Stated(statistics[6]));
        Assert.Equal((1, "05000000", "09000000", true, true), Stated(statistics[7]));
        Assert.Equal([null, null, 0, 3, 1, 0, null, null], statistics.Select(of => (int?)of["nans"]));

        // The summary is of the whole file and never cut short.
        Assert.Equal(longest, Encoding.UTF8.GetString((byte[])summary.Columns[1].Max!));
        Assert.Equal([(object)5, 9], [summary.Columns[7].Min, summary.Columns[7].Max]);
        Assert.All((int[])[3, 4], column => Assert.True(summary.Columns[column] is { Min: null, Max: null }, "bounds among NaN"));
        Assert.Equal([(object)(-0.0), 9.0], [summary.Columns[2].Min, summary.Columns[2].Max]);
    }

    [SkippableFact]
    public void Sorting_is_stated_for_the_first_columns_that_ascend_bytewise()
    {
        Readers.Require();
        string?[] rising = [null, "a", "b", "c"], falling = ["c", "b", "a", "0"];
        TestColumn Column(int id, string?[] values, int[] ids) =>
            TestColumn.String(new(id, $"c{id}", ColumnType.String, true, ""), ids, new TestValues(values), ascending: true);

        new TestTable(Column(1, rising, [0, 1, 2, 2]), Column(2, rising, [1, 1, 2, 3]), Column(3, falling, [0, 1, 2, 3]), Column(4, rising, [0, 1, 2, 3]))
            .Write(_folder.File("two"), new ParquetOptions(), _scratch);
        new TestTable(Column(1, ["a", null, "b"], [0, 1, 2]), Column(2, rising, [1, 2, 3])).Write(_folder.File("plain"), new ParquetOptions(), _scratch);
        new TestTable(Column(1, ["a", null, "b"], Many(300, i => i / 100))).Write(_folder.File("dictionary"), new ParquetOptions(), _scratch);
        IReadOnlyList<JsonObject> files = Readers.Pages(_folder.File("two"), _folder.File("plain"), _folder.File("dictionary"));
        Assert.Equal(
            ["0 ascending nulls first", "1 ascending nulls first"],
            Objects(files[0]["rowGroups"]).Single()["sorting"]!.AsArray().Select(sort => (string)sort!),
            StringComparer.Ordinal);
        // A null after a value is out of order, however the column is encoded.
        Assert.Equal(
            ["PLAIN", "RLE_DICTIONARY"],
            files.Skip(1).Select(file => (string)Objects(Objects(Objects(file["rowGroups"]).Single()["columns"]).First()["pages"]).Last()["encoding"]!),
            StringComparer.Ordinal);
        Assert.All(files.Skip(1), file => Assert.Empty(Objects(file["rowGroups"]).Single()["sorting"]!.AsArray()));
    }

    [SkippableFact]
    public void DuckDb_skips_row_groups_by_our_statistics()
    {
        Readers.Require();
        const int Rows = 8000;
        string?[] texts = [.. Enumerable.Range(0, Rows).Select(i => $"P{i:D6}")];
        TestTable table = new(
            TestColumn.String(new(1, "id", ColumnType.String, false, ""), Many(Rows, i => i), new TestValues(texts), ascending: true),
            TestColumn.Int32(new(2, "day", ColumnType.Date, false, ""), Many(Rows, i => i), null));
        string path = _folder.File("file.parquet");
        table.Write(path, new ParquetOptions(), _scratch, [.. Enumerable.Repeat(1000, 8)]);
        // Row groups that a query needs not look at are wrecked: an answer proves that they were left alone.
        using (FileStream file = new(path, FileMode.Open))
        {
            foreach (JsonObject column in Objects(Readers.Pages(path)[0]["rowGroups"]).Where((_, i) => i != 4).SelectMany(group => Objects(group["columns"])))
            {
                file.Position = (long)column["first"]!;
                file.Write([.. Enumerable.Repeat((byte)0xFF, (int)column["compressed"]!)]);
            }
        }

        string[] conditions = ["id = 'P004321'", "id BETWEEN 'P004000' AND 'P004999'", "day BETWEEN DATE '1970-01-01' + 4100 AND DATE '1970-01-01' + 4199", "id > 'Q'", "id LIKE '%9'"];
        // The last one looks at every row group, and must fail.
        Assert.Equal(
            [1, 1000, 100, 0, null],
            Readers.QueryEach([.. conditions.Select(where => $"SELECT count(*)::INTEGER AS n FROM '{path}' WHERE {where}")]).Select(outcome => (int?)outcome["rows"]?[0]!["n"]));
    }

    private static void CheckChunk(JsonObject column, int rows, int pageRows)
    {
        string name = (string)column["name"]!;
        Assert.True((bool)column["sizesMatch"]! && (bool)column["dataOffsetMatches"]!, $"{name}: sizes and offsets");
        bool isList = name.EndsWith(".list.element", StringComparison.Ordinal);
        int levels = (int)column["values"]!;
        Assert.True(isList ? levels >= rows : levels == rows, $"{name}: {levels} values of {rows} rows");
        List<JsonObject> pages = [.. Objects(column["pages"])];
        Assert.All(pages, page => Assert.True((bool)page["crcMatches"]! && (bool)page["sizeMatches"]!, $"{name}: checksum and size of a page"));
        List<JsonObject> data = [.. pages.Where(page => (string?)page["type"] is "DATA_PAGE" or "DATA_PAGE_V2")];
        string type = Assert.Single(data.Select(page => (string)page["type"]!).Distinct(StringComparer.Ordinal));
        // A page of lists ends with the row that brings it to as many levels as a page has rows.
        if (!isList)
            Assert.Equal((rows + pageRows - 1) / pageRows, data.Count);
        Assert.All(data, page => Assert.InRange((int)page["values"]!, 1, pageRows + (isList ? 40 : 0)));
        Assert.Equal(levels, data.Sum(page => (int)page["values"]!));
        // What the levels say, and in version 2 the header, too.
        Assert.Equal(rows, data.Sum(page => (int)page["rows"]!));
        Assert.Equal((int)column["statistics"]!["nulls"]!, data.Sum(page => (int)page["nulls"]!));
        Assert.All(data, page => Assert.True((bool)page["countsMatch"]!, $"{name}: counts of a page of version 2"));
        Assert.All(data, page => Assert.False((string?)column["codec"] == "UNCOMPRESSED" && (bool)page["isCompressed"]!, $"{name}: compressed without a codec"));
        // Encodings and their pages: all there are, and no others; RLE is that of the levels.
        string[] encodings = [.. pages.Select(page => (string)page["encoding"]!).Append("RLE").Distinct(StringComparer.Ordinal)];
        Assert.Equal(encodings.Order(StringComparer.Ordinal), column["encodings"]!.AsArray().Select(encoding => (string)encoding!).Order(StringComparer.Ordinal));
        Assert.Equal(
            pages.GroupBy(page => $"{page["type"]} {page["encoding"]}", StringComparer.Ordinal).Select(encoded => $"{encoded.Key} {encoded.Count()}").Order(StringComparer.Ordinal),
            column["encodingStats"]!.AsArray().Select(stat => (string)stat!).Order(StringComparer.Ordinal));
        // A dictionary comes first; it is for indices, and they need one.
        Assert.Equal(data.Any(page => (string?)page["encoding"] == "RLE_DICTIONARY") ? 1 : 0, pages.Count - data.Count);
        Assert.DoesNotContain(pages.Skip(1), page => (string?)page["type"] == "DICTIONARY_PAGE");
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? array) => array!.AsArray().Select(node => node!.AsObject());

    private static (int Nulls, string? Min, string? Max, bool? MinExact, bool? MaxExact) Stated(JsonObject statistics) =>
        ((int)statistics["nulls"]!, (string?)statistics["min"], (string?)statistics["max"], (bool?)statistics["minExact"], (bool?)statistics["maxExact"]);

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static string Hex(double value)
    {
        byte[] bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return Convert.ToHexStringLower(bytes);
    }

    private static TestColumn Strings(int id, string name, string?[] values, int[] ids) =>
        TestColumn.String(new(id, name, ColumnType.String, true, ""), ids, new TestValues(values), ascending: false);

    private static T[] Many<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
}
