namespace Linkage.Parquet.Tests;

/// <summary>
/// Every encoding of every type that has it, behind every codec, in data pages of both versions. The table has a column that is best stored so for each of them; that it is, is part of the
/// test, because a reader that is never given an encoding cannot fail on it.
/// </summary>
public sealed class EncodingMatrixTests
{
    private const int Rows = 1500;
    private const int PageRows = 300;

    private static readonly IReadOnlyDictionary<ColumnEncodings, ColumnType[]> Expected = new Dictionary<ColumnEncodings, ColumnType[]>
    {
        [ColumnEncodings.Plain] = Enum.GetValues<ColumnType>(),
        [ColumnEncodings.Dictionary] = [.. Enum.GetValues<ColumnType>().Where(type => type != ColumnType.Boolean)],
        [ColumnEncodings.DeltaBinaryPacked] = [ColumnType.Int32, ColumnType.Int64, ColumnType.Date, ColumnType.TimestampMicros],
        [ColumnEncodings.DeltaByteArray] = [ColumnType.String],
        [ColumnEncodings.DeltaLengthByteArray] = [ColumnType.String],
        [ColumnEncodings.ByteStreamSplit] = [ColumnType.Double],
    };

    private readonly Random _random = new(91);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_encoding_behind_every_codec(int pageVersion)
    {
        Readers.Require();
        using ReaderComparison comparison = new();
        TestTable table = Table();
        foreach ((ColumnEncodings encoding, ColumnType[] types) in Expected)
        {
            foreach (Codec codec in Codecs.Present)
            {
                ParquetOptions options = new()
                {
                    Encodings = ColumnEncodings.Plain | encoding,
                    Codec = codec,
                    PageVersion = pageVersion,
                    PageRows = PageRows,
                    PageBytes = 4096,
                    EncodeThreads = 1 + (int)codec % 2,
                };
                ParquetFileSummary summary = comparison.Write($"{encoding}-{codec}", table, options, [Rows - 1, 1]);
                // Bytes that only change places are no fewer without a codec.
                if (encoding != ColumnEncodings.ByteStreamSplit || codec != Codec.None)
                    Assert.Equal(types, summary.Columns.Where(column => column.Encodings.HasFlag(encoding)).Select(column => column.Column.Type).Distinct().Order());
            }
        }

        comparison.Check();
    }

    private TestTable Table()
    {
        // The second page has no value, and others lack some.
        bool[] valid = Many(row => row is < PageRows or >= 2 * PageRows && _random.Next(20) > 0);
        int id = 1;
        ColumnSchema Column(string name, ColumnType type, bool nullable) => new(id++, name, type, nullable, "");
        TestColumn Text(string name, string[] texts, Func<int, int> pick, bool nullable) =>
            TestColumn.String(Column(name, ColumnType.String, nullable), Many(row => nullable && !valid[row] ? -1 : pick(row)), new TestValues(texts), ascending: false);
        string[] codes = [.. Enumerable.Range(0, 20).Select(i => $"code é {i * 7919}")];
        string[] paths = Many(row => $"a/beginning/that/all/have/{row / 40:D4}/{new string('x', row % 7)}{row}");
        string[] words = Many(_ => new string([.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => (char)('0' + _random.Next(64)))]));
        int day = 0;
        long time = 1_000_000_000_000;
        int[] lists = [0, .. Many(row => valid[row] ? _random.Next(4) : 0)];
        for (int row = 0; row < Rows; row++)
            lists[row + 1] += lists[row];
        return new TestTable(
            TestColumn.Boolean(Column("flag", ColumnType.Boolean, true), Many(_ => _random.Next(2) == 0), valid),
            TestColumn.Int32(Column("few int", ColumnType.Int32, true), Many(_ => _random.Next(20) * 100_000_007), valid),
            TestColumn.Int64(Column("few long", ColumnType.Int64, false), Many(_ => _random.Next(20) * 100_000_000_007L), null),
            TestColumn.Int32(Column("few date", ColumnType.Date, true), Many(_ => _random.Next(20)), valid),
            TestColumn.Int64(Column("few time", ColumnType.TimestampMicros, false), Many(_ => _random.Next(20) * 86_400_000_000L), null),
            TestColumn.Double(Column("few double", ColumnType.Double, true), Many(_ => _random.Next(20) switch { 0 => double.NaN, 1 => -0.0, 2 => double.NegativeInfinity, int n => n / 7.0 }), valid),
            Text("few text", codes, _ => _random.Next(20), nullable: true),
            TestColumn.StringList(Column("few list", ColumnType.StringList, true), lists, [.. Enumerable.Range(0, lists[Rows]).Select(_ => _random.Next(20))], new TestValues(codes), valid),
            TestColumn.Int32(Column("rising int", ColumnType.Int32, true), Many(row => int.MinValue + (row * 37) + _random.Next(20)), valid),
            TestColumn.Int64(Column("rising long", ColumnType.Int64, false), Many(row => long.MinValue + (row * 1000L) + _random.Next(500)), null),
            TestColumn.Int32(Column("rising date", ColumnType.Date, false), Many(_ => day += _random.Next(9)), null),
            TestColumn.Int64(Column("rising time", ColumnType.TimestampMicros, true), Many(_ => time += _random.Next(100_000)), valid),
            TestColumn.Double(Column("track", ColumnType.Double, true), Many(row => 51.5 + (row / 1e6) + (_random.NextDouble() / 1e7)), valid),
            TestColumn.Double(Column("other track", ColumnType.Double, false), Many(row => 0.1 - (row / 1e6) - (_random.NextDouble() / 1e7)), null),
            Text("path", paths, row => row, nullable: true),
            Text("other path", paths, row => row, nullable: false),
            Text("word", words, row => row, nullable: true),
            Text("other word", words, row => row, nullable: false));
    }

    private static T[] Many<T>(Func<int, T> value) => [.. Enumerable.Range(0, Rows).Select(value)];
}
