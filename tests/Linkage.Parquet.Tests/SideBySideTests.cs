using Linkage.Testing;

namespace Linkage.Parquet.Tests;

/// <summary>Columns that are encoded side by side make the same file as columns in order, and fail as clearly.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class SideBySideTests : IDisposable
{
    private readonly ParquetScratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    [InlineData(64, 1)]
    public void Bytes_and_summary_do_not_depend_on_threads(int threads, int pageVersion)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            RandomColumns random = new(seed);
            ColumnType[] types = [.. Enum.GetValues<ColumnType>(), .. Enum.GetValues<ColumnType>()];
            TestTable table = new([.. types.Select((type, i) => random.Next(i + 1, type, 6000, i % 3 == 0 ? null : 0.2, 20 << (2 * (i % 4))))]);
            ParquetOptions options = new() { PageRows = 700, PageVersion = pageVersion };
            using MemoryStream inOrder = new(), sideBySide = new();
            ParquetFileSummary first = table.Write(inOrder, options, _scratch, [4000, 1, 1999]);
            using (ParquetFileWriter writer = new(sideBySide, table.Schema, options with { EncodeThreads = threads }, TestTable.Metadata, _scratch))
            {
                foreach ((int start, int rows) in ((int, int)[])[(0, 4000), (4000, 1), (4001, 1999)])
                    writer.WriteRowGroup(rows, new TestTable.Group(table, start, rows));
                ParquetFileSummary second = writer.Close();
                Assert.Equal((first.Rows, first.Bytes), (second.Rows, second.Bytes));
                Assert.Equal(first.Columns.Select(column => (column.NullCount, column.Encodings, column.CompressedBytes)), second.Columns.Select(column => (column.NullCount, column.Encodings, column.CompressedBytes)));
            }

            Assert.True(inOrder.ToArray().AsSpan().SequenceEqual(sideBySide.ToArray()), $"seed {seed}: the files differ");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_a_source_throws_comes_to_the_writer_whichever_column_it_is(int threads)
    {
        TestTable table = new([.. Enumerable.Range(1, 9).Select(i => new RandomColumns(i).Next(i, ColumnType.Int64, 5000, 0.1, 100))]);
        for (int failing = 0; failing < 9; failing++)
        {
            using ParquetFileWriter writer = new(Stream.Null, table.Schema, new ParquetOptions { EncodeThreads = threads }, [], _scratch);
            FailingSource source = new(table, failing, (_, _) => throw new TimeoutException($"column {failing}"));
            Assert.Equal($"column {failing}", Assert.Throws<TimeoutException>(() => writer.WriteRowGroup(5000, source)).Message);
            Assert.Contains("failed", Assert.Throws<InvalidOperationException>(() => writer.Close()).Message, StringComparison.Ordinal);
        }

        // Afterwards all is as before.
        using MemoryStream after = new(), alone = new();
        using ParquetScratch fresh = new();
        table.Write(after, new ParquetOptions { EncodeThreads = threads }, _scratch);
        table.Write(alone, new ParquetOptions(), fresh);
        Assert.Equal(alone.ToArray(), after.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_column_is_written_once_and_as_what_it_is(int threads)
    {
        TestTable table = new([.. Enumerable.Range(1, 4).Select(i => new RandomColumns(i).Next(i, ColumnType.Int64, 100, null, 100))]);
        foreach ((Action<ColumnSink, int> write, string message) in ((Action<ColumnSink, int>, string)[])[
            ((_, _) => { }, "was asked for, but not written"),
            ((sink, rows) => { sink.WriteInt64(new long[rows], []); sink.WriteInt64(new long[rows], []); }, "is written already"),
            ((sink, rows) => sink.WriteInt32(new int[rows], []), "(3 of 4) of table 'test' is Int64")])
        {
            using ParquetFileWriter writer = new(Stream.Null, table.Schema, new ParquetOptions { EncodeThreads = threads }, [], _scratch);
            Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => writer.WriteRowGroup(100, new FailingSource(table, 2, write))).Message, StringComparison.Ordinal);
            Assert.Contains("failed", Assert.Throws<InvalidOperationException>(() => writer.BeginRowGroup(1)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_stream_that_fails_ends_all_threads()
    {
        TestTable table = new([.. Enumerable.Range(1, 6).Select(i => new RandomColumns(i).Next(i, ColumnType.Double, 40_000, null, 40_000))]);
        using ParquetFileWriter writer = new(new FullStream(), table.Schema, new ParquetOptions { EncodeThreads = 3, Codec = Codec.None }, [], _scratch);
        Assert.Throws<IOException>(() => writer.WriteRowGroup(40_000, new TestTable.Group(table, 0, 40_000)));
        using MemoryStream after = new();
        table.Write(after, new ParquetOptions { EncodeThreads = 3 }, _scratch);
    }

    [Fact]
    public void A_row_group_allocates_no_more_for_more_rows()
    {
        long Allocated(int rows)
        {
            RandomColumns random = new(41);
            TestTable table = new([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, rows, 0.3, 500))]);
            using ParquetScratch scratch = new();
            long All() => Allocations.Least(() => table.Write(Stream.Null, new ParquetOptions { EncodeThreads = 2 }, scratch, [rows]));
            table.Write(Stream.Null, new ParquetOptions { EncodeThreads = 2 }, scratch, [rows]);
            return All();
        }

        Assert.InRange(Allocated(100_000), 0, 16 * 1024);
        Assert.InRange(Allocated(1000), 0, 16 * 1024);
    }

    private sealed class FailingSource(TestTable table, int failing, Action<ColumnSink, int> fail) : IRowGroupSource
    {
        public void WriteColumn(int column, ColumnSink sink, int worker)
        {
            if (column == failing)
                fail(sink, table.Rows);
            else
                table.Columns[column].WriteTo(sink, 0, table.Rows);
        }
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > 100_000)
                throw new IOException("The disk is full.");
            base.Write(buffer);
        }
    }
}
