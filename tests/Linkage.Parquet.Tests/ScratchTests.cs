using Linkage.Parquet.Columns;
using Linkage.Testing;

namespace Linkage.Parquet.Tests;

/// <summary>Buffers are reused: by the next file, and by files that are open at the same time.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class ScratchTests
{
    /// <summary>What a file may allocate: writer, page writer, summary with its boxed values, schema checks.</summary>
    private const long FileBudget = 8 * 1024;

    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(50_000, 1)]
    [InlineData(50_000, 10)]
    public void The_second_file_allocates_no_more_for_more_rows(int rows, int groups)
    {
        RandomColumns random = new(21);
        TestTable table = new([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, rows, 0.3, 500))]);
        TestTable plain = new([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, rows, null, rows))]);
        int[] sizes = [.. Enumerable.Repeat(rows / groups, groups)];
        using ParquetScratch scratch = new();
        ParquetOptions options = new() { PageRows = 5000, RowGroupRows = rows };
        long Allocated(TestTable written) => Allocations.Least(() => written.Write(Stream.Null, options, scratch, sizes));

        foreach (TestTable written in (TestTable[])[table, plain])
        {
            written.Write(Stream.Null, options, scratch, sizes);
            Assert.InRange(Allocated(written), 0, FileBudget);
        }
    }

    [Fact]
    public void Files_open_at_the_same_time_do_not_mix()
    {
        RandomColumns random = new(22);
        TestTable[] tables = [.. Enumerable.Range(0, 3).Select(_ => new TestTable([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, 200, 0.3, 20))]))];
        using ParquetScratch scratch = new();
        byte[][] alone = [.. tables.Select(table =>
        {
            using MemoryStream stream = new();
            table.Write(stream, new ParquetOptions(), scratch, [100, 100]);
            return stream.ToArray();
        })];

        MemoryStream[] streams = [.. tables.Select(_ => new MemoryStream())];
        ParquetFileWriter[] writers = [.. tables.Select((table, i) => new ParquetFileWriter(streams[i], table.Schema, new ParquetOptions(), TestTable.Metadata, scratch))];
        for (int start = 0; start < 200; start += 100)
        {
            foreach (ParquetFileWriter writer in writers)
                writer.BeginRowGroup(100);
            for (int column = 0; column < tables[0].Schema.Columns.Length; column++)
            {
                for (int i = 0; i < tables.Length; i++)
                    tables[i].Columns[column].Write(writers[i], start, 100);
            }

            foreach (ParquetFileWriter writer in writers)
                writer.EndRowGroup();
        }

        for (int i = 0; i < tables.Length; i++)
        {
            Assert.Equal(alone[i].Length, writers[i].Close().Bytes);
            Assert.Equal(alone[i], streams[i].ToArray());
            writers[i].Dispose();
            streams[i].Dispose();
        }
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes()
    {
        TestTable table = new([.. Enum.GetValues<ColumnType>().Select((type, i) => new RandomColumns(23 + i).Next(i + 1, type, 3000, 0.1, 100))]);
        byte[][] files = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using ParquetScratch scratch = new();
            using MemoryStream stream = new();
            table.Write(stream, new ParquetOptions(), scratch);
            return stream.ToArray();
        })];
        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public void A_file_that_is_given_up_leaves_the_scratch_usable()
    {
        TestTable table = new(new RandomColumns(25).Next(1, ColumnType.String, 100, null, 10));
        using ParquetScratch scratch = new();
        using (ParquetFileWriter writer = new(Stream.Null, table.Schema, new ParquetOptions(), [], scratch))
            writer.BeginRowGroup(100);
        using MemoryStream first = new(), second = new();
        table.Write(first, new ParquetOptions(), scratch);
        using ParquetScratch fresh = new();
        table.Write(second, new ParquetOptions(), fresh);
        Assert.Equal(second.ToArray(), first.ToArray());
    }

    [Fact]
    public void Outsized_buffers_are_given_back()
    {
        ByteBuffer buffer = new();
        buffer.Write(new byte[ByteBuffer.MaxRetained + 1]);
        buffer.Clear();
        Assert.Equal(0, buffer.Capacity);
        buffer.Write(new byte[1000]);
        buffer.Clear();
        Assert.InRange(buffer.Capacity, 1000, 2000);
    }

    [Fact]
    public void A_map_forgets_the_chunk_before_even_when_its_numbers_run_out()
    {
        DistinctMap map = new(int.MaxValue - 1);
        for (int chunk = 0; chunk < 3; chunk++)
        {
            map.BeginHashed(10);
            int place = map.Find(42, out bool found);
            Assert.False(found);
            Assert.True(map.TryAdd(place, 42, 7));
            Assert.Equal(7, map.IndexAt(map.Find(42, out found)));
            Assert.True(found);
            Span<int> places = map.Positions(5);
            Assert.Equal(new int[5], places.ToArray());
            places.Fill(7);
        }
    }

    [Fact]
    public void A_full_map_says_so()
    {
        DistinctMap map = new();
        map.BeginHashed(2);
        foreach (long key in (long[])[long.MinValue, long.MaxValue])
            Assert.True(map.TryAdd(map.Find(key, out _), key, 0));
        Assert.False(map.TryAdd(map.Find(0, out _), 0, 0));
    }


    [Fact]
    public void A_disposed_scratch_takes_no_file()
    {
        ParquetScratch scratch = new();
        scratch.Dispose();
        TableSchema schema = new("t", "", [new(1, "n", ColumnType.Int32, false, "")]);
        Assert.Throws<ObjectDisposedException>(() => new ParquetFileWriter(Stream.Null, schema, new ParquetOptions(), [], scratch));
    }
}
