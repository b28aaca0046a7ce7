using Linkage.Delta.Compaction;
using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Tests.Compaction;

public sealed class RowChecksumTests : IDisposable
{
    private static readonly TableSchema Schema = new("t", "", [new(1, "a", ColumnType.Int32, true, ""), new(2, "b", ColumnType.String, true, ""), new(3, "c", ColumnType.Double, true, "")]);
    private readonly TempFolder _folder = new();
    private int _files;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Follows_from_the_rows_whatever_their_order_and_files()
    {
        (int? A, string? B, double? C)[] rows = [(1, "x", 0.5), (null, "y", null), (1, null, -0.0), (7, "", double.NaN), (1, "x", 0.5)];
        var whole = Sum(rows);
        Assert.Equal(5, whole.Rows);
        Assert.Equal(whole, Sum([.. rows.Reverse()]));
        Assert.Equal(whole, Sum(rows[..2]) + Sum(rows[2..]));
    }

    [Fact]
    public void Tells_rows_that_were_lost_doubled_changed_or_mixed()
    {
        (int? A, string? B, double? C)[] rows = [(1, "x", 0.5), (2, "y", null), (0, "z", 0.0), (null, null, null)];
        (int? A, string? B, double? C)[][] others =
        [
            rows[1..],
            [.. rows, rows[0]],
            [rows[0], rows[0], .. rows[2..]],
            [(1, "y", 0.5), (2, "x", null), .. rows[2..]],
            [(2, "x", 0.5), (1, "y", null), .. rows[2..]],
            [(1, "x", null), (2, "y", 0.5), .. rows[2..]],
            [.. rows[..2], (null, "z", 0.0), (0, null, null)],
            [.. rows[..2], (0, "z", -0.0), rows[3]],
            [.. rows[..3], (null, "", null)],
            [.. rows[..3], (0, null, null)],
        ];
        var sums = others.Append(rows).Select(Sum).ToList();
        Assert.Equal(sums.Count, sums.Distinct().Count());
    }

    private RowChecksum Sum((int? A, string? B, double? C)[] rows)
    {
        var path = _folder[$"{_files++}.parquet"];
        using var pages = new ParquetScratch();
        using (var stream = File.Create(path))
        {
            using var writer = new ParquetFileWriter(stream, Schema, new ParquetOptions(), [], pages);
            var texts = new Utf8Dictionary();
            writer.BeginRowGroup(rows.Length);
            writer.WriteInt32([.. rows.Select(r => r.A ?? 0)], [.. rows.Select(r => r.A is not null)]);
            writer.WriteString([.. rows.Select(r => r.B is null ? -1 : texts.GetOrAdd(System.Text.Encoding.UTF8.GetBytes(r.B)))], texts, idsAscending: false);
            writer.WriteDouble([.. rows.Select(r => r.C ?? 0)], [.. rows.Select(r => r.C is not null)]);
            writer.EndRowGroup();
            writer.Close();
        }
        using var scratch = new ReadScratch();
        var input = new MergeInput(path, ParquetFooter.Read(path), Schema.Columns, sortColumn: -1);
        var sum = default(RowChecksum);
        input.Advance(0, scratch, new RowHasher(), ref sum);
        return sum;
    }
}
