namespace Linkage.Parquet.Tests;

/// <summary>What a caller can get wrong is refused at once, by name, and never becomes a file.</summary>
public sealed class MisuseTests : IDisposable
{
    private static readonly TableSchema Schema = new("events", "Events.", [
        new(1, "id", ColumnType.String, false, "Id."),
        new(2, "day", ColumnType.Date, true, "Day."),
    ]);

    private static readonly TestValues Values = new("a", "b", null);
    private readonly ParquetScratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Calls_out_of_order()
    {
        using ParquetFileWriter writer = Open();
        Assert.Contains("no row group", Throws<InvalidOperationException>(() => writer.WriteInt32([1], [])), StringComparison.Ordinal);
        Assert.Contains("no row group", Throws<InvalidOperationException>(writer.EndRowGroup), StringComparison.Ordinal);
        writer.BeginRowGroup(1);
        Assert.Contains("is open", Throws<InvalidOperationException>(() => writer.BeginRowGroup(1)), StringComparison.Ordinal);
        Assert.Contains("is open", Throws<InvalidOperationException>(() => writer.Close()), StringComparison.Ordinal);
        Assert.Contains("'id' (1 of 2)", Throws<InvalidOperationException>(writer.EndRowGroup), StringComparison.Ordinal);
        writer.WriteString([0], Values, idsAscending: false);
        Assert.Contains("'day' (2 of 2)", Throws<InvalidOperationException>(writer.EndRowGroup), StringComparison.Ordinal);
        writer.WriteInt32([1], []);
        Assert.Contains("all are written", Throws<InvalidOperationException>(() => writer.WriteInt32([1], [])), StringComparison.Ordinal);
        writer.EndRowGroup();
        Assert.Equal(1, writer.Close().Rows);
        Assert.Contains("closed", Throws<InvalidOperationException>(() => writer.BeginRowGroup(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_another_column()
    {
        using ParquetFileWriter writer = Open();
        writer.BeginRowGroup(1);
        foreach (Action write in (Action[])[() => writer.WriteInt32([1], []), () => writer.WriteInt64([1], []), () => writer.WriteDouble([1], []), () => writer.WriteBoolean([true], [])])
            Assert.Contains("'id' (1 of 2) of table 'events' is String", Throws<InvalidOperationException>(write), StringComparison.Ordinal);
        writer.WriteString([0], Values, idsAscending: false);
        Assert.Contains("'day' (2 of 2) of table 'events' is Date", Throws<InvalidOperationException>(() => writer.WriteString([0], Values, false)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(11)]
    public void Row_groups_of_no_size(int rows)
    {
        using ParquetFileWriter writer = Open(new ParquetOptions { RowGroupRows = 10 });
        Assert.Contains("1 to 10", Throws<ArgumentOutOfRangeException>(() => writer.BeginRowGroup(rows)), StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_differ_from_the_row_group()
    {
        using ParquetFileWriter writer = Open();
        writer.BeginRowGroup(2);
        Assert.Contains("'id' has 1 rows, its row group 2", Throws<ArgumentException>(() => writer.WriteString([0], Values, false)), StringComparison.Ordinal);
        writer.WriteString([0, 1], Values, false);
        Assert.Contains("'day' has 3 rows, its row group 2", Throws<ArgumentException>(() => writer.WriteInt32([1, 2, 3], [])), StringComparison.Ordinal);
        Assert.Contains("1 entries of validity", Throws<ArgumentException>(() => writer.WriteInt32([1, 2], [true])), StringComparison.Ordinal);
        // Nothing was written by then: the file can go on.
        writer.WriteInt32([1, 2], []);
        writer.EndRowGroup();
        Assert.Equal(2, writer.Close().Rows);
    }

    [Theory]
    [InlineData(new[] { 0, -1 }, "row 1")]
    [InlineData(new[] { 0, 2 }, "row 1")]
    [InlineData(new[] { 3, 0 }, "id 3")]
    [InlineData(new[] { -2, 0 }, "id -2")]
    public void Nulls_in_a_required_column_and_ids_of_nothing(int[] ids, string what)
    {
        foreach (bool ascending in (bool[])[false, true])
        {
            foreach (int dictionaryBytes in (int[])[0, 1000])
            {
                using ParquetFileWriter writer = Open(new ParquetOptions { DictionaryBytes = dictionaryBytes });
                writer.BeginRowGroup(2);
                string message = Throws<ArgumentException>(() => writer.WriteString(ids, Values, ascending));
                Assert.Contains("'id'", message, StringComparison.Ordinal);
                Assert.Contains(what, message, StringComparison.Ordinal);
                Assert.Contains("failed", Throws<InvalidOperationException>(() => writer.Close()), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Nulls_in_required_columns_of_fixed_width()
    {
        TableSchema schema = new("t", "", [new(1, "n", ColumnType.Int64, false, "")]);
        using ParquetFileWriter writer = new(Stream.Null, schema, new ParquetOptions(), [], _scratch);
        writer.BeginRowGroup(3);
        Assert.Contains("'n' is required, but row 2", Throws<ArgumentException>(() => writer.WriteInt64([1, 2, 3], [true, true, false])), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_descend_though_said_to_ascend()
    {
        foreach (ParquetOptions options in (ParquetOptions[])[new(), new() { Codec = Codec.None }, new() { DictionaryBytes = 0 }, new() { Encodings = ColumnEncodings.Mainstream & ~ColumnEncodings.Dictionary }])
        {
            foreach (int row in (int[])[1, 499, 999])
            {
                using ParquetFileWriter writer = Open(options);
                writer.BeginRowGroup(1000);
                int[] ids = [.. Enumerable.Repeat(1, 1000)];
                ids[row] = 0;
                Assert.Contains($"'id', row {row}", Throws<ArgumentException>(() => writer.WriteString(ids, Values, idsAscending: true)), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Bytes_that_are_not_text()
    {
        foreach (int dictionaryBytes in (int[])[0, 1000])
        {
            using ParquetFileWriter writer = Open(new ParquetOptions { DictionaryBytes = dictionaryBytes });
            writer.BeginRowGroup(1);
            string message = Throws<ArgumentException>(() => writer.WriteString([0], new BrokenText(), false));
            Assert.Contains("'id'", message, StringComparison.Ordinal);
            Assert.Contains("UTF-8", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Schemas_that_readers_could_not_tell_apart()
    {
        ColumnSchema column = new(1, "a", ColumnType.Int32, false, "");
        foreach (ColumnSchema[] columns in (ColumnSchema[][])[[], [column, column with { FieldId = 2 }], [column, column with { Name = "b" }], [column with { Name = "" }], [column with { FieldId = 0 }], [column with { Type = (ColumnType)99 }]])
            Assert.Throws<ArgumentException>(() => new ParquetFileWriter(Stream.Null, new TableSchema("t", "", [.. columns]), new ParquetOptions(), [], _scratch));
    }

    [Fact]
    public void Options_out_of_range()
    {
        foreach ((ParquetOptions options, string name) in ((ParquetOptions, string)[])[
            (new() { ZstdLevel = 0 }, "ZstdLevel must be from 1 to 19"),
            (new() { ZstdLevel = 20 }, "ZstdLevel"),
            (new() { GzipLevel = 0 }, "GzipLevel must be from 1 to 9"),
            (new() { GzipLevel = 10 }, "GzipLevel"),
            (new() { PageRows = 0 }, "PageRows"),
            (new() { PageBytes = 10 }, "PageBytes"),
            (new() { RowGroupRows = 0 }, "RowGroupRows"),
            (new() { DictionaryBytes = -1 }, "DictionaryBytes"),
            (new() { BloomFalsePositives = 0.00001 }, "BloomFalsePositives must be 0 or from 0.0001 to 0.5"),
            (new() { BloomFalsePositives = 0.51 }, "BloomFalsePositives"),
            (new() { BloomFalsePositives = double.NaN }, "BloomFalsePositives"),
            (new() { PageVersion = 0 }, "PageVersion must be from 1 to 2"),
            (new() { PageVersion = 3 }, "PageVersion"),
            (new() { EncodeThreads = 0 }, "EncodeThreads"),
            (new() { EncodeThreads = 65 }, "EncodeThreads"),
            (new() { Encodings = ColumnEncodings.Dictionary }, "Encodings must be Plain"),
            (new() { Encodings = ColumnEncodings.All + 64 }, "Encodings"),
            (new() { Codec = (Codec)9 }, "Codec")])
            Assert.Contains(name, Throws<ArgumentOutOfRangeException>(() => Open(options).Dispose()), StringComparison.Ordinal);
    }

    private static string Throws<T>(Action action)
        where T : Exception => Assert.Throws<T>(action).Message;

    private ParquetFileWriter Open(ParquetOptions? options = null) => new(Stream.Null, Schema, options ?? new ParquetOptions(), [], _scratch);

    private sealed class BrokenText : IUtf8Values
    {
        public int Count => 1;

        public ReadOnlySpan<byte> this[int id] => [0x61, 0xFF];

        public bool IsNull(int id) => false;
    }
}
