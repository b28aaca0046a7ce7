using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Tests;

/// <summary>The page index, read back by tests/interop/pages.mjs, held against the rows that went into each page.</summary>
public sealed class PageIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void States_where_each_page_is_and_what_it_holds()
    {
        Readers.Require();
        Dictionary<string, (TestTable Table, int[] Groups)> files = [];
        RandomColumns random = new(41);
        foreach (double? nulls in (double?[])[null, 0.02, 0.6, 0.99, 1])
        {
            foreach (int distinct in (int[])[1, 3, 40, 3000])
            {
                foreach (int dictionaryBytes in (int[])[0, 1 << 20])
                {
                    TestTable table = new([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, 2500, nulls, distinct))]);
                    string path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"{nulls ?? -1}-{distinct}-{dictionaryBytes}"));
                    int[] groups = [1200, 1, 1299];
                    table.Write(path, new ParquetOptions { PageRows = 100, PageBytes = 1024, DictionaryBytes = dictionaryBytes }, _scratch, groups);
                    files.Add(path, (table, groups));
                }
            }
        }

        int indexed = 0;
        foreach (JsonObject file in Readers.Pages([.. files.Keys]))
        {
            (TestTable table, int[] groups) = files[(string)file["path"]!];
            int start = 0;
            foreach ((int g, JsonObject group) in Objects(file["rowGroups"]).Index())
            {
                foreach ((int c, JsonObject column) in Objects(group["columns"]).Index())
                    indexed += CheckChunk(table.Columns[c], column, start, groups[g], $"{file["path"]}, row group {g}, {column["name"]}") ? 1 : 0;
                start += groups[g];
            }
        }

        // Pages with NaN are all that keeps a chunk from its index.
        Assert.InRange(indexed, files.Count * 3 * 6, int.MaxValue);
    }

    [SkippableFact]
    public void Is_left_out_by_setting()
    {
        Readers.Require();
        string path = _folder.File("file");
        new TestTable(new RandomColumns(42).Next(1, ColumnType.String, 500, 0.1, 20)).Write(path, new ParquetOptions { PageIndex = false }, _scratch);
        JsonObject column = Objects(Objects(Readers.Pages(path)[0]["rowGroups"]).Single()["columns"]).Single();
        Assert.Null(column["offsetIndex"]);
        Assert.Null(column["columnIndex"]);
    }

    [SkippableFact]
    public void Says_when_pages_rise_or_fall()
    {
        Readers.Require();
        const int Rows = 1000;
        TestColumn Days(int id, string name, Func<int, int> day, bool[]? valid = null) =>
            TestColumn.Int32(new(id, name, ColumnType.Date, valid is not null, ""), [.. Enumerable.Range(0, Rows).Select(day)], valid);
        TestTable table = new(
            Days(1, "rising", i => i),
            Days(2, "falling", i => -i),
            Days(3, "mixed", i => i % 200 < 100 ? i : -i),
            Days(4, "same", i => 7),
            Days(5, "gaps", i => i, [.. Enumerable.Range(0, Rows).Select(i => i is < 100 or >= 400)]),
            TestColumn.Double(new(6, "nan", ColumnType.Double, false, ""), [.. Enumerable.Range(0, Rows).Select(i => i < 100 ? double.NaN : i)], null),
            TestColumn.Double(new(7, "zeros", ColumnType.Double, false, ""), [.. Enumerable.Range(0, Rows).Select(i => i % 2 == 0 ? 0.0 : -0.0)], null),
            TestColumn.String(
                new(8, "text", ColumnType.String, false, ""), [.. Enumerable.Range(0, Rows)], new TestValues([.. Enumerable.Range(0, Rows).Select(i => $"{i:D5}")]), ascending: true));
        string path = _folder.File("file");
        table.Write(path, new ParquetOptions { PageRows = 100 }, _scratch);
        JsonObject[] columns = [.. Objects(Objects(Readers.Pages(path)[0]["rowGroups"]).Single()["columns"])];
        Assert.Equal(
            ["ascending", "descending", "unordered", "ascending", "ascending", null, "ascending", "ascending"],
            columns.Select(column => (string?)column["columnIndex"]?["order"]));
        // A page with NaN has no bounds, and a column index would have to state some; where pages are, is known all the same.
        Assert.Equal(10, columns[5]["offsetIndex"]!.AsArray().Count);
        Assert.Equal([false, true, true, true, false], columns[4]["columnIndex"]!["nullPages"]!.AsArray().Take(5).Select(page => (bool)page!));
    }

    [SkippableFact]
    public void Bounds_long_texts_from_both_sides()
    {
        Readers.Require();
        string?[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 7)), 80) + (char)('a' + (i % 5)))];
        int[] ids = [.. Enumerable.Range(0, 400).Select(i => (i * 13) % 40)];
        foreach (int dictionaryBytes in (int[])[0, 1 << 20])
        {
            string path = _folder.File($"file-{dictionaryBytes}");
            new TestTable(TestColumn.String(new(1, "long", ColumnType.String, false, ""), ids, new TestValues(texts), ascending: false))
                .Write(path, new ParquetOptions { PageRows = 10, DictionaryBytes = dictionaryBytes }, _scratch);
            JsonObject column = Objects(Objects(Readers.Pages(path)[0]["rowGroups"]).Single()["columns"]).Single();
            for (int page = 0; page < 40; page++)
            {
                byte[][] values = [.. ids.Skip(10 * page).Take(10).Select(id => Encoding.UTF8.GetBytes(texts[id]!))];
                byte[] min = Bytes(column["columnIndex"]!["min"]![page]), max = Bytes(column["columnIndex"]!["max"]![page]);
                Assert.InRange(max.Length, 1, 64);
                Assert.All(values, value => Assert.True(min.AsSpan().SequenceCompareTo(value) <= 0 && max.AsSpan().SequenceCompareTo(value) >= 0));
                Assert.Contains(values, value => value.AsSpan().StartsWith(min));
            }
        }
    }

    [Fact]
    public void Bounds_of_indices_are_those_of_the_strings()
    {
        Gen<string> texts = Gen.Elements("", "a", "prefix", "\0", "é", "\U0010FFFF", "z").ListOf().Select(parts => string.Concat(parts));
        DictionaryBounds found = new();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            texts.NonEmptyListOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), (values, seed, pageRows) =>
            {
                byte[][] all = [.. values.Select(Encoding.UTF8.GetBytes)];
                Random random = new(seed);
                int[] indices = [.. Enumerable.Range(0, 40).Select(_ => random.Next(all.Length)), .. Enumerable.Range(0, all.Length)];
                bool[] valid = [.. Enumerable.Range(0, 3 * indices.Length).Select(i => i % 3 == 1)];
                ByteBuffer dictionary = new(), store = new();
                StringBounds chunk = default;
                foreach (byte[] value in all)
                {
                    dictionary.WriteByteArray(value);
                    chunk.Add(value);
                }

                PageBounds pages = new();
                found.State(pages, dictionary.Written, all.Length, in chunk, indices, valid, valid.Length, pageRows, store);
                Assert.Equal((valid.Length + pageRows - 1) / pageRows, pages.Count);
                int at = 0;
                for (int page = 0; page < pages.Count; page++)
                {
                    int present = valid.Skip(page * pageRows).Take(pageRows).Count(has => has);
                    StringBounds expected = default;
                    foreach (int index in indices.AsSpan(at, present))
                        expected.Add(all[index]);
                    at += present;
                    ChunkBounds stated = pages[page];
                    Assert.Equal(present > 0, stated.HasMin);
                    ByteBuffer other = new();
                    ChunkBounds wanted = expected.State(other);
                    Assert.Equal((wanted.MinLength, wanted.MaxLength, wanted.HasMax, wanted.MinExact, wanted.MaxExact), (stated.MinLength, stated.MaxLength, stated.HasMax, stated.MinExact, stated.MaxExact));
                    Assert.Equal(other.Written.Slice((int)wanted.Min, wanted.MinLength).ToArray(), store.Written.Slice((int)stated.Min, stated.MinLength).ToArray());
                    Assert.Equal(other.Written.Slice((int)wanted.Max, wanted.MaxLength).ToArray(), store.Written.Slice((int)stated.Max, stated.MaxLength).ToArray());
                }
            }));
    }

    /// <summary>Whether the chunk has a column index; throws where an index is not true.</summary>
    private static bool CheckChunk(TestColumn column, JsonObject chunk, int start, int rows, string where)
    {
        JsonObject[] pages = [.. Objects(chunk["pages"]).Where(page => (string?)page["type"] != "DICTIONARY_PAGE")];
        JsonObject[] located = [.. Objects(chunk["offsetIndex"])];
        Assert.Equal(pages.Select(page => ((long)page["offset"]!, (int)page["bytes"]!)), located.Select(page => ((long)page["offset"]!, (int)page["bytes"]!)));
        Assert.Equal(0, (int)located[0]["firstRow"]!);
        CheckStatistics([.. Enumerable.Range(start, rows).Select(column.Value).SelectMany(Levels)], column.Schema.Type, chunk["statistics"]!, where);
        JsonObject? index = chunk["columnIndex"]?.AsObject();
        bool unbounded = false;
        for (int page = 0; page < pages.Length; page++)
        {
            int first = (int)located[page]["firstRow"]!, end = page + 1 < pages.Length ? (int)located[page + 1]["firstRow"]! : rows;
            // A list is as many values as it has elements, and one that is no value when it has none.
            object?[] all = [.. Enumerable.Range(start + first, end - first).Select(column.Value).SelectMany(Levels)];
            Assert.Equal((int)pages[page]["values"]!, all.Length);
            object[] values = [.. all.OfType<object>()];
            Assert.Equal((all.Length - values.Length, end - first), ((int)pages[page]["nulls"]!, (int)pages[page]["rows"]!));
            unbounded |= values.Contains(double.NaN);
            if (index is null || unbounded)
                continue;
            Assert.True(values.Length == 0 == (bool)index["nullPages"]![page]!, $"{where}, page {page}: null page");
            Assert.True(all.Length - values.Length == (int)index["nulls"]![page]!, $"{where}, page {page}: nulls");
            Assert.True(NaNs(column.Schema.Type, values) == (int?)index["nans"]?[page], $"{where}, page {page}: NaN");
            if (values.Length == 0)
            {
                Assert.Equal(("", ""), ((string?)index["min"]![page], (string?)index["max"]![page]));
                continue;
            }

            Assert.True(Plain(values.Min(Order), upper: false) == (string?)index["min"]![page], $"{where}, page {page}: minimum");
            Assert.True(Plain(values.Max(Order), upper: true) == (string?)index["max"]![page], $"{where}, page {page}: maximum");
        }

        Assert.True(unbounded == index is null || Texts(column, start, rows).Any(text => text.Length > 64), $"{where}: a column index {(index is null ? "is missing" : "states what has no bounds")}");
        return index is not null;
    }

    /// <summary>Nulls, different values, NaN, bounds and whether they occur, as the footer states them of a chunk.</summary>
    private static void CheckStatistics(object?[] all, ColumnType type, JsonNode statistics, string where)
    {
        object[] values = [.. all.OfType<object>()], ordered = values.Contains(double.NaN) ? [] : values;
        Assert.True(all.Length - values.Length == (int)statistics["nulls"]!, $"{where}: nulls");
        Assert.True(NaNs(type, values) == (int?)statistics["nans"], $"{where}: NaN");
        if ((int?)statistics["distinct"] is { } distinct)
            Assert.True(distinct == values.Select(value => value as byte[] is { } text ? Convert.ToHexString(text) : value).Distinct().Count(), $"{where}: different values");
        (object? min, object? max) = ordered.Length == 0 ? (null, null) : (ordered.Min(Order), ordered.Max(Order));
        (string? low, string? high) = min is null ? (null, null) : (Plain(min, upper: false), Plain(max, upper: true));
        // A string may have no upper bound of the stated length.
        high = high?.Length == 0 && max is byte[] { Length: > 0 } ? null : high;
        Assert.True((low, high) == ((string?)statistics["min"], (string?)statistics["max"]), $"{where}: bounds");
        Assert.True((low is null ? null : min is not byte[] { Length: > StringBounds.MaxStated }) == (bool?)statistics["minExact"], $"{where}: whether the minimum occurs");
        Assert.True((high is null ? null : max is not byte[] { Length: > StringBounds.MaxStated }) == (bool?)statistics["maxExact"], $"{where}: whether the maximum occurs");
    }

    private static int? NaNs(ColumnType type, object[] values) => type == ColumnType.Double ? values.Count(value => value is double.NaN) : null;

    private static IEnumerable<byte[]> Texts(TestColumn column, int start, int rows) =>
        Enumerable.Range(start, rows).Select(column.Value).SelectMany(Levels).OfType<byte[]>();

    /// <summary>What a row is at the leaf: a list is as many values as it has elements, and one that is none when it has none.</summary>
    private static IEnumerable<object?> Levels(object? value) => value is not byte[][] list ? [value] : list.Length > 0 ? list : new object?[1];

    private static readonly Comparer<object> Order = Comparer<object>.Create((left, right) => (left, right) switch
    {
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        _ => Comparer<object>.Default.Compare(left, right),
    });

    private static string Plain(object? value, bool upper)
    {
        byte[] bytes = new byte[8];
        switch (value)
        {
            case bool flag:
                return flag ? "01" : "00";
            case int number:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
                return Convert.ToHexStringLower(bytes.AsSpan(0, 4));
            case long number:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                return Convert.ToHexStringLower(bytes);
            case double number:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, number == 0 ? (upper ? 0.0 : -0.0) : number);
                return Convert.ToHexStringLower(bytes);
            default:
                ByteBuffer store = new();
                StringBounds bounds = default;
                bounds.Add((byte[])value!);
                ChunkBounds stated = bounds.State(store);
                return Convert.ToHexStringLower(upper ? store.Written.Slice((int)stated.Max, stated.MaxLength) : store.Written.Slice((int)stated.Min, stated.MinLength));
        }
    }

    private static byte[] Bytes(JsonNode? hex) => Convert.FromHexString((string)hex!);

    private static IEnumerable<JsonObject> Objects(JsonNode? array) => array!.AsArray().Select(node => node!.AsObject());
}
