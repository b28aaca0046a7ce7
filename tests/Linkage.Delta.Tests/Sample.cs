using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Linkage.Parquet;

namespace Linkage.Delta.Tests;

/// <summary>A small table of every column type, and commits for it.</summary>
internal static class Sample
{
    public static readonly ImmutableArray<ColumnSchema> Columns =
    [
        new(1, "participant_id", ColumnType.String, false, "Who."),
        new(2, "event_dt", ColumnType.Date, true, "When."),
        new(3, "value", ColumnType.Double, true, "How much."),
        new(4, "count", ColumnType.Int32, true, "How often."),
        new(5, "offset", ColumnType.Int64, false, "Where from."),
        new(6, "seen", ColumnType.TimestampMicros, true, "When seen."),
        new(7, "flag", ColumnType.Boolean, true, "Whether \"quoted\"\nand broken."),
        new(8, "year", ColumnType.String, true, "Partition."),
    ];

    public static readonly TableDefinition Definition = new(new TableSchema("events", "One row an event.", Columns), ["year"]);

    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ParquetFileSummary Summary(long rows = 3, long bytes = 100) => new(rows, bytes,
    [
        new(Columns[0], 0, Encoding.UTF8.GetBytes("P1"), Encoding.UTF8.GetBytes("P9")),
        new(Columns[1], 1, 0, 20_000),
        new(Columns[2], 0, -1.5, 2.25),
        new(Columns[3], 3, null, null),
        new(Columns[4], 0, 1L, 9L),
        new(Columns[5], 0, 1_700_000_000_123_456L, 1_700_000_000_999_999L),
        new(Columns[6], 0, false, true),
    ]);

    /// <summary>Writes a real file of a few rows that follow from <paramref name="seed"/>.</summary>
    public static ParquetFileSummary WriteParquet(Stream output, int seed, int rows = 50)
    {
        var random = new Random(seed);
        var valid = Enumerable.Range(0, rows).Select(_ => random.Next(3) > 0).ToArray();
        using var scratch = new ParquetScratch();
        using var writer = new ParquetFileWriter(output, Definition.Schema with { Columns = Columns.RemoveAt(7) }, new ParquetOptions(), [], scratch);
        writer.BeginRowGroup(rows);
        writer.WriteString([.. Enumerable.Range(0, rows).Select(_ => random.Next(5))], new Names(), idsAscending: false);
        writer.WriteInt32([.. Enumerable.Range(0, rows).Select(_ => random.Next(20_000))], valid);
        writer.WriteDouble([.. Enumerable.Range(0, rows).Select(_ => (random.NextDouble() * 200) - 100)], valid);
        writer.WriteInt32(new int[rows], new bool[rows]);
        writer.WriteInt64([.. Enumerable.Range(0, rows).Select(_ => random.NextInt64())], []);
        writer.WriteInt64([.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(2_000_000_000_000_000))], valid);
        writer.WriteBoolean([.. Enumerable.Range(0, rows).Select(_ => random.Next(2) == 0)], []);
        writer.EndRowGroup();
        return writer.Close();
    }

    public static DataFile File(string path, string? year, long bytes = 100) => new(path, [new("year", year)], Summary(bytes: bytes));

    public static TableCommit Commit(string appId, long? expected, long next, params DataFile[] files) =>
        new(Guid.NewGuid(), "run-1", [.. files], [new(appId, expected, next)], Time);

    private sealed class Names : IUtf8Values
    {
        private readonly byte[][] _names = [[], "P1"u8.ToArray(), "P2 \"é\""u8.ToArray(), [.. Enumerable.Repeat((byte)'x', 40)], "y\u0001"u8.ToArray()];

        public int Count => _names.Length;

        public ReadOnlySpan<byte> this[int id] => _names[id];

        public bool IsNull(int id) => false;
    }

    public static string Name(long number) => $"year=y2020/part-run-1-{number.ToString("D6", CultureInfo.InvariantCulture)}.parquet";
}
