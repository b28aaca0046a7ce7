using System.Text.Json.Nodes;
using Linkage.Testing;

namespace Linkage.Parquet.Tests;

/// <summary>Lists of strings: what no list is and what an empty one, long ones, shapes that do not fit, and columns that repeat another's ids.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class ListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void No_list_an_empty_one_and_one_of_an_empty_text_are_three_things()
    {
        Readers.Require();
        TestColumn column = Lists(1, "l", true, [null, [], [""], ["a", "", "a"], null]);
        List<string> paths = [];
        foreach ((string name, ParquetOptions options) in Ways())
        {
            paths.Add(_folder.File(name + ".parquet"));
            new TestTable(column).Write(paths[^1], options, _scratch);
        }

        IReadOnlyList<JsonObject> lengths = Readers.QueryEach([.. paths.Select(path => $"SELECT coalesce(len(l)::VARCHAR, 'none') AS n FROM '{path}'")]), files = Readers.Pages([.. paths]);
        for (int i = 0; i < paths.Count; i++)
        {
            Assert.Equal(["none", "0", "1", "3", "none"], lengths[i]["rows"]!.AsArray().Select(row => (string?)row!["n"]));
            JsonNode chunk = files[i]["rowGroups"]![0]!["columns"]![0]!;
            // Seven levels: two nulls, an empty list, one element and three.
            Assert.Equal((7, 3), ((int)chunk["values"]!, (int)chunk["statistics"]!["nulls"]!));
            Assert.Equal(("", "61"), ((string?)chunk["statistics"]!["min"], (string?)chunk["statistics"]!["max"]));
        }
    }

    [SkippableFact]
    public void Lists_of_many_shapes_mean_the_same_to_every_reader()
    {
        Readers.Require();
        using ReaderComparison comparison = new();
        Random random = new(61);
        foreach (bool nullable in (bool[])[false, true])
        {
            TestTable table = new(
                Lists(1, "empty", nullable, [.. Enumerable.Range(0, 300).Select(_ => Array.Empty<string>())]),
                Lists(2, "none", true, new string[]?[300]),
                Lists(3, "one", nullable, [.. Enumerable.Range(0, 300).Select(i => new[] { $"id {i}" })]),
                Lists(4, "long", nullable, [.. Enumerable.Range(0, 300).Select(i => i == 150 ? [.. Enumerable.Range(0, 5000).Select(e => $"e{e % 900}")] : Array.Empty<string>())]),
                Lists(5, "mixed", true, [.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? null : Enumerable.Range(0, random.Next(6)).Select(_ => $"é {random.Next(40)}").ToArray())]),
                Lists(6, "large", nullable, [.. Enumerable.Range(0, 300).Select(i => i == 7 ? [new string('☃', 1 << 12), "x"] : new[] { "y" })]));
            foreach ((string name, ParquetOptions options) in Ways())
            {
                comparison.Write($"{name}-{nullable}", table, options, [1, 149, 1, 100, 49]);
            }
        }

        comparison.Check();
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_refused()
    {
        TableSchema schema = new("t", "", [new(1, "l", ColumnType.StringList, true, "")]);
        TestValues values = new("a", null);
        foreach ((int[] offsets, int[] ids, bool[] valid, string what) in ((int[], int[], bool[], string)[])[
            ([0, 1], [0], [], "has 1 rows"),
            ([0, 1, 0], [0], [], "row 1"),
            ([0, 1, 3], [0, 0], [], "row 1"),
            ([-1, 1, 1], [0], [], "row 0"),
            ([0, 1, 2], [0, 0], [true, false], "no list, but elements"),
            ([0, 1, 2], [0, 7], [], "id 7"),
            ([0, 1, 2], [0, -1], [], "id -1"),
            ([0, 1, 2], [0, 1], [], "stands for a null")])
        {
            foreach (int dictionaryBytes in (int[])[0, 1000])
            {
                using ParquetFileWriter writer = new(Stream.Null, schema, new ParquetOptions { DictionaryBytes = dictionaryBytes }, [], _scratch);
                writer.BeginRowGroup(2);
                Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(() => writer.WriteStringList(offsets, ids, values, valid)).Message, StringComparison.Ordinal);
            }
        }

        TableSchema required = new("t", "", [new(1, "l", ColumnType.StringList, false, "")]);
        using ParquetFileWriter other = new(Stream.Null, required, new ParquetOptions(), [], _scratch);
        other.BeginRowGroup(1);
        Assert.Contains("'l' is required", Assert.Throws<ArgumentException>(() => other.WriteStringList([0, 0], [], values, [false])).Message, StringComparison.Ordinal);
        Assert.Contains("StringList", Assert.Throws<InvalidOperationException>(() => other.WriteString([0], values, false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_footer_says_that_it_is_a_list()
    {
        string path = _folder.File("file.parquet");
        new TestTable(Lists(3, "ids", true, [["a"]]), Lists(9, "more", false, [["a"]])).Write(path, new ParquetOptions(), _scratch);
        Assert.Equal(
            [("ids.list.element", "ids", (ColumnType?)ColumnType.StringList, true, (int?)3), ("more.list.element", "more", ColumnType.StringList, false, 9)],
            ParquetFooter.Read(path).Columns.Select(c => (c.Path, c.Name, c.RowType, c.Nullable, c.FieldId)));
    }

    [SkippableFact]
    public void A_column_of_joined_texts_is_written_in_the_order_of_the_rows()
    {
        Readers.Require();
        TestValues people = new("p0", "p1", "p2", "p3"), joined = new("a;b", null, "c", "a;c;dd");
        TableSchema schema = new("t", "", [new(1, "person", ColumnType.String, false, ""), new(2, "ids", ColumnType.StringList, true, "")]);
        RowBuffer Lane(params int[] ids)
        {
            IdBuilder person = new(people);
            foreach (int id in ids)
                person.Append(id);
            return new RowBuffer([person, new ReferenceListColumn(person, joined, (byte)';')], person);
        }

        string path = _folder.File("file.parquet");
        using (FileStream stream = new(path, FileMode.CreateNew))
        using (GatherScratch scratch = new())
        using (ParquetFileWriter writer = new(stream, schema, new ParquetOptions(), [], scratch.Pages))
        {
            RowBufferWriter.Write(writer, [Lane(3, 1, 0), Lane(2, 3)], new ParquetOptions { RowGroupRows = 3 }, scratch);
            ParquetFileSummary summary = writer.Close();
            Assert.Equal((5, 1), (summary.Rows, summary.Columns[1].NullCount));
            Assert.Null(summary.Columns[1].Min);
        }

        Assert.Equal(
            ["p0 a+b", "p1 none", "p2 c", "p3 a+c+dd", "p3 a+c+dd"],
            Readers.Query($"SELECT person || ' ' || coalesce(array_to_string(ids, '+'), 'none') AS t FROM '{path}'").Select(row => (string?)row["t"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_list_of_one_element_takes_hardly_more_than_the_element(int version)
    {
        int[] ids = [.. Enumerable.Range(0, 40_000).SelectMany(i => Enumerable.Repeat(i, 1 + (i % 7 / 5)))];
        TestValues people = new([.. Enumerable.Range(0, 40_000).Select(i => $"G{1_000_000 + (i * 13)}")]);
        TableSchema schema = new("t", "", [new(1, "id", ColumnType.String, false, ""), new(2, "ids", ColumnType.StringList, true, "")]);
        IdBuilder person = new(people);
        foreach (int id in ids)
            person.Append(id);
        ParquetOptions options = new() { PageVersion = version };
        using GatherScratch scratch = new();
        using ParquetFileWriter writer = new(Stream.Null, schema, options, [], scratch.Pages);
        RowBufferWriter.Write(writer, [new RowBuffer([person, new ReferenceListColumn(person, people, (byte)';')], person)], options, scratch);
        ParquetFileSummary summary = writer.Close();
        Assert.InRange(summary.Columns[1].CompressedBytes, 1, summary.Columns[0].CompressedBytes + (ids.Length / 100));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("a;b;c", 3)]
    public void A_list_that_many_rows_share_is_kept_once(string list, int elements)
    {
        // As a table has it whose rows are many to a person: a dictionary and runs of it.
        TestValues people = new([.. Enumerable.Range(0, 50).Select(i => string.Join(';', list.Split(';').Select(e => $"{e} of person {i:D4} and some more text")))]);
        TableSchema schema = new("t", "", [new(1, "ids", ColumnType.StringList, true, "")]);
        IdBuilder person = new(people);
        for (int row = 0; row < 50_000; row++)
            person.Append(row / 1000);
        ParquetOptions options = new() { Codec = Codec.None };
        using GatherScratch scratch = new();
        using ParquetFileWriter writer = new(Stream.Null, schema, options, [], scratch.Pages);
        RowBufferWriter.Write(writer, [new RowBuffer([new ReferenceListColumn(person, people, (byte)';')], person)], options, scratch);
        ParquetFileSummary summary = writer.Close();
        Assert.True(summary.Columns[0].Encodings.HasFlag(ColumnEncodings.Dictionary), $"{summary.Columns[0].Encodings}");
        // A byte a level of either kind, and an index an element.
        Assert.InRange(summary.Columns[0].CompressedBytes, 1, (50 * elements * 64) + (50_000 * elements * 3 / 2));
    }

    [Fact]
    public void Another_chunk_of_lists_allocates_a_constant()
    {
        TestTable Table(int rows) => new(new RandomColumns(63).Next(1, ColumnType.StringList, rows, 0.2, 300));
        TestTable small = Table(100), large = Table(50_000);
        ParquetOptions options = new();
        large.Write(Stream.Null, options, _scratch);
        long least = Allocations.Least(() => small.Write(Stream.Null, options, _scratch));
        Assert.InRange(Allocations.Least(() => large.Write(Stream.Null, options, _scratch)), 0, least + 512);
    }

    private static IEnumerable<(string Name, ParquetOptions Options)> Ways() =>
        from codec in Codecs.Present
        from dictionary in (int[])[0, 1 << 20]
        from version in codec is Codec.Zstd or Codec.None ? (int[])[1, 2] : [2]
        from pageRows in codec == Codec.Zstd ? (int[])[1, 7, 20_000] : [20_000]
        select ($"{codec}-{dictionary}-{version}-{pageRows}", new ParquetOptions { Codec = codec, DictionaryBytes = dictionary, PageVersion = version, PageRows = pageRows, PageBytes = 1024 });

    private static TestColumn Lists(int id, string name, bool nullable, string[]?[] lists)
    {
        string?[] texts = [.. lists.OfType<string[]>().SelectMany(list => list).Distinct(StringComparer.Ordinal).DefaultIfEmpty("unused")];
        int[] offsets = [0, .. lists.Select(list => list?.Length ?? 0)];
        for (int row = 0; row < lists.Length; row++)
            offsets[row + 1] += offsets[row];
        int[] ids = [.. lists.OfType<string[]>().SelectMany(list => list).Select(text => Array.IndexOf(texts, text))];
        return TestColumn.StringList(
            new(id, name, ColumnType.StringList, nullable, ""), offsets, ids, new TestValues(texts), lists.Contains(null) ? [.. lists.Select(list => list is not null)] : null);
    }
}
