using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Tests;

/// <summary>How a partition's rows become files.</summary>
public sealed class PartitionedWriterTests : IDisposable
{
    private static readonly TableSchema Schema = new("t", "Rows.", [new(1, "id", ColumnType.Int32, false, ""), new(2, "number", ColumnType.Int64, false, "")]);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_within_the_target_are_one_file()
    {
        var files = Write(1 << 20, rows: 50_000, groupRows: 1000);
        Assert.Equal(50_000, Assert.Single(files).Rows);
    }

    [Fact]
    public void Rows_beyond_it_are_cut_between_row_groups_into_files_near_it()
    {
        const int target = 100_000;
        var files = Write(target, rows: 100_000, groupRows: 1000);
        Assert.InRange(files.Count, 12, 13);
        Assert.Equal(100_000, files.Sum(f => f.Rows));
        // A row group is 12 KB: no file is further than half of one from the target, but for its footer, and the last.
        Assert.All(files.SkipLast(1), file => Assert.InRange(file.Bytes, target - 6_500, target + 9_000));
        Assert.Equal(Enumerable.Range(0, 100_000), files.SelectMany(f => f.Ids));
        Assert.All(files.SkipLast(1), file => Assert.Equal(0, file.Rows % 1000));
    }

    [Fact]
    public void A_file_has_a_row_group_however_large_that_is()
    {
        var files = Write(1, rows: 3500, groupRows: 1000);
        Assert.Equal([1000, 1000, 1000, 500], files.Select(f => f.Rows));
    }

    [Fact]
    public void A_file_has_no_more_row_groups_than_readers_take()
    {
        var files = Write(1L << 40, rows: ParquetFileWriter.MaxRowGroups + 1000, groupRows: 1);
        Assert.Equal([ParquetFileWriter.MaxRowGroups, 1000], files.Select(f => f.Rows));
    }

    [Fact]
    public void A_disk_that_fails_at_a_later_file_leaves_none()
    {
        var disk = new SteppedDisk();
        var created = 0;
        disk.Before = step =>
        {
            if (step.Operation == "create" && ++created == 3)
                throw new OutputUnavailableException("create", step.Path, 28, null);
        };
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease, disk);
        using var scratch = new GatherScratch();
        Assert.Throws<OutputUnavailableException>(() => new PartitionedWriter(data, Schema, null, Options(1000), 1, []).Write(null, [Rows(5000)], scratch));
        Assert.Empty(Directory.EnumerateFiles(_folder["t"], "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }));
    }

    private static ParquetOptions Options(int groupRows) => new() { RowGroupRows = groupRows, Codec = Codec.None, Encodings = ColumnEncodings.Plain };

    private static RowBuffer Rows(int count)
    {
        var (id, number) = (new Int32Builder(), new Int64Builder());
        var random = new Random(71);
        for (var i = 0; i < count; i++)
        {
            id.Append(i);
            number.Append(random.NextInt64());
        }
        return new RowBuffer([id, number], null);
    }

    private List<Found> Write(long target, int rows, int groupRows)
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease);
        using var scratch = new GatherScratch();
        var pending = new PartitionedWriter(data, Schema, null, Options(groupRows), target, []).Write(null, [Rows(rows)], scratch);
        DataFolder.SyncAll([.. pending.Select(f => f.Staged)]);
        data.PublishAll([.. pending.Select(f => f.Staged)]);
        var found = pending.Select(f => new Found((int)f.File.Summary.Rows, new FileInfo(_folder["t/" + f.File.Path]).Length, Ids(_folder["t/" + f.File.Path]))).ToList();
        Assert.Equal(pending.Select(f => f.File.Summary.Bytes), found.Select(f => f.Bytes));
        return found;
    }

    private static List<int> Ids(string path)
    {
        using var reader = ParquetFileReader.Open(path);
        using var scratch = new ReadScratch();
        var (column, ids) = (new ColumnValues(), new List<int>());
        for (var group = 0; group < reader.Footer.RowGroups.Length; group++)
        {
            reader.Read(group, 0, column, scratch);
            ids.AddRange(column.Int32);
        }
        return ids;
    }

    private sealed record Found(int Rows, long Bytes, List<int> Ids);
}
