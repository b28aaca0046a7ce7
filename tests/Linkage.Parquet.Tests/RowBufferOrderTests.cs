namespace Linkage.Parquet.Tests;

/// <summary>Rows of several lanes are sorted by their key, and those without one come first.</summary>
public sealed class RowBufferOrderTests
{
    private static readonly TableSchema Schema = new("review", "Review.", [
        new(1, "participant_id", ColumnType.String, true, "Key."),
        new(2, "n", ColumnType.Int32, false, "Number."),
    ]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_without_a_key_are_written_beside_rows_with_one(bool ownDictionaries)
    {
        var shared = new TestValues("p1", "p2", "p3");
        int[][] ids = [[1, -1, 0], [-1, 2, 1, -1]];
        using var scratch = new GatherScratch();
        var own = ids.Select(static _ => new Utf8Dictionary()).ToArray();
        var lanes = ids.Select((rows, lane) =>
        {
            var key = new IdBuilder(ownDictionaries ? own[lane] : shared);
            var number = new Int32Builder();
            foreach (var id in rows)
            {
                key.Append(id < 0 || !ownDictionaries ? id : own[lane].GetOrAdd(shared[id]));
                number.Append(id);
            }

            return new RowBuffer([key, number], key);
        }).ToArray();
        scratch.Merge.Add(own);
        using var output = new MemoryStream();
        using var writer = new ParquetFileWriter(output, Schema, new ParquetOptions(), [], scratch.Pages);
        RowBufferWriter.Write(writer, lanes, new ParquetOptions(), scratch);
        var summary = writer.Close();
        Assert.Equal(7, summary.Rows);
        Assert.Equal((3L, "p1", "p3"), (summary.Columns[0].NullCount, Text(summary.Columns[0].Min), Text(summary.Columns[0].Max)));
        Assert.Equal((0L, (object)-1, (object)2), (summary.Columns[1].NullCount, summary.Columns[1].Min!, summary.Columns[1].Max!));
    }

    [Theory]
    [InlineData(1 << 20, 1000, 1000)]
    [InlineData(1 << 20, 300, 300)]
    [InlineData(25_000, 1000, 250)]
    [InlineData(1024, 1000, 10)]
    public void Row_groups_end_at_their_rows_or_their_bytes(int bytes, int rows, int expected)
    {
        // 100 bytes a row: an id of 92 with its length, and a number.
        var values = new TestValues(new string('x', 92));
        var (id, number) = (new IdBuilder(values), new Int32Builder());
        for (var i = 0; i < 1000; i++)
        {
            id.Append(0);
            number.Append(i);
        }

        using var scratch = new GatherScratch();
        using var output = new MemoryStream();
        var options = new ParquetOptions { RowGroupBytes = bytes, RowGroupRows = rows };
        using var writer = new ParquetFileWriter(output, Schema, options, [], scratch.Pages);
        var next = new RowBufferWriter([new RowBuffer([id, number], null)], options, scratch);
        var sizes = new List<int>();
        while (next.Next > 0)
        {
            sizes.Add(next.Next);
            next.WriteGroup(writer);
        }

        Assert.Equal(1000, writer.Close().Rows);
        Assert.Equal(1000, sizes.Sum());
        Assert.All(sizes.SkipLast(1), size => Assert.Equal(expected, size));
    }

    private static string Text(object? bound) => System.Text.Encoding.UTF8.GetString((byte[])bound!);
}
