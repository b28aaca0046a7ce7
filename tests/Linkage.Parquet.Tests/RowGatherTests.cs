using System.Globalization;
using Linkage.Parquet.Tests.Reading;

namespace Linkage.Parquet.Tests;

/// <summary>Rows of several lanes come out sorted by their key, each whole: whatever the lanes' shapes, columns that are the same throughout, sizes of row groups and threads.</summary>
public sealed class RowGatherTests : IDisposable
{
    private const int Keys = 600;

    private static readonly TableSchema Schema = new("rows", "Rows.", [
        new(1, "key", ColumnType.String, true, "Key."),
        new(2, "other", ColumnType.String, true, "Another text of the key."),
        new(3, "list", ColumnType.StringList, true, "A list of the key's."),
        new(4, "number", ColumnType.Int32, false, "Place of the row in its lane."),
        new(5, "text", ColumnType.String, true, "Lane's own text."),
        new(6, "some", ColumnType.Int32, true, "Null in some rows of one lane."),
        new(7, "none", ColumnType.Int32, true, "Null throughout."),
        new(8, "long", ColumnType.Int64, false, "Lane and row."),
        new(9, "double", ColumnType.Double, true, "Zeros of either sign, and nulls."),
        new(10, "no_double", ColumnType.Double, true, "Null throughout."),
        new(11, "same_number", ColumnType.Int32, false, "The same throughout."),
        new(12, "same_text", ColumnType.String, false, "The same throughout, under another id in every lane."),
        new(13, "same_long", ColumnType.Int64, false, "The same throughout."),
        new(14, "lane_text", ColumnType.String, false, "The same in a lane, under one id in all."),
        new(15, "no_text", ColumnType.String, true, "Null throughout."),
        new(16, "late_double", ColumnType.Double, true, "Null throughout in short lanes, and at the start of long ones for more rows than a chunk has."),
    ]);

    private readonly TemporaryFolder _folder = new();
    private readonly GatherScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    public void Every_row_comes_out_whole_and_in_its_place(int threads, bool ownKeys)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        int[][] shapes = [[1], [5000], [0, 3000], [2500, 0, 2048, 1], [2049, 4096, 700]];
        foreach (var shape in shapes)
        {
            foreach (var (inOrder, groupRows) in ((bool, int)[])[(true, 1 << 20), (true, 777), (false, 1 << 20), (false, 777), (false, 2048)])
            {
                var origin = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, lanes {string.Join('+', shape)}, {(inOrder ? "in order" : "in disorder")}, groups of {groupRows}");
                Check(new Rows(random, shape, inOrder, ownKeys), new ParquetOptions { RowGroupRows = groupRows, EncodeThreads = threads }, origin);
            }
        }
    }

    [Fact]
    public void A_column_of_doubles_forgets_its_nulls_and_values()
    {
        var column = new DoubleBuilder();
        for (var round = 0; round < 3; round++)
        {
            column.Append(0, hasValue: false);
            Assert.Equal((1, 0L), (column.Count, column.AllocatedBytes));
            column.Append(1.5, hasValue: true);
            column.Append(0, hasValue: false);
            Assert.Equal(3, column.Count);
            Assert.NotEqual(0, column.AllocatedBytes);
            column.Clear();
            Assert.Equal((0, 0L), (column.Count, column.AllocatedBytes));
        }
    }

    private void Check(Rows rows, ParquetOptions options, string origin)
    {
        _scratch.Merge = rows.Merge;
        var path = _folder.File("rows.parquet");
        using (var file = File.Create(path))
        using (var writer = new ParquetFileWriter(file, Schema, options, [], _scratch.Pages))
        {
            RowBufferWriter.Write(writer, rows.Lanes, options, _scratch);
            writer.Close();
        }

        var found = ReadBack.Texts(path).Values.ToArray();
        var expected = rows.Expected.OrderBy(static r => r[0], StringComparer.Ordinal).ToArray();
        for (var column = 0; column < found.Length; column++)
        {
            Assert.Equal(expected.Length, found[column].Count);
            for (var row = 0; row < expected.Length; row++)
            {
                Assert.True(expected[row][column] == found[column][row], $"{origin}: column {column}, row {row}: '{found[column][row]}' instead of '{expected[row][column]}'");
            }
        }
    }

    /// <summary>Lanes' buffers, and what rows they hold as text, in the order of lanes and rows.</summary>
    private sealed class Rows
    {
        // In bytewise order, as a registry has them; each third has no list, each fifth no other text.
        private static readonly TestValues KeyTexts = new([.. Enumerable.Range(0, Keys).Select(Key)]);
        private static readonly TestValues OtherTexts = new([.. Enumerable.Range(0, Keys).Select(Other)]);
        private static readonly TestValues ListTexts = new([.. Enumerable.Range(0, Keys).Select(static i => List(i) is { } list ? string.Join(';', list) : null)]);

        public Rows(Random random, int[] shape, bool inOrder, bool ownKeys)
        {
            var keys = Enumerable.Range(0, shape.Sum()).Select(_ => random.Next(-1, Keys)).ToArray();
            if (inOrder)
            {
                Array.Sort(keys);
            }

            var dictionaries = shape.Select(_ => Enumerable.Range(0, 3).Select(static _ => new Utf8Dictionary()).ToArray()).ToArray();
            var row = 0;
            Lanes = [.. shape.Select((count, lane) => Lane(random, lane, keys.AsSpan((row += count) - count, count), dictionaries[lane], ownKeys))];
            for (var kind = 0; kind < 3; kind++)
            {
                Merge.Add([.. dictionaries.Select(d => d[kind])]);
            }
        }

        public DictionaryMerge Merge { get; } = new();

        public RowBuffer[] Lanes { get; }

        public List<string?[]> Expected { get; } = [];

        private static string Key(int i) => i.ToString("D5", CultureInfo.InvariantCulture);

        private static string? Other(int i) => i % 5 == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"G{(uint)i * 2_654_435_761u}");

        private static string[]? List(int i) => i % 3 == 0 ? null : [.. Enumerable.Range(0, 1 + (i % 4)).Select(e => string.Create(CultureInfo.InvariantCulture, $"L{i}-{e}"))];

        private RowBuffer Lane(Random random, int lane, ReadOnlySpan<int> keys, Utf8Dictionary[] own, bool ownKeys)
        {
            // Ids of one text differ from lane to lane.
            for (var i = 0; i < lane; i++)
            {
                own[2].GetOrAdd([(byte)('0' + i)]);
            }

            var same = own[2].GetOrAdd("same"u8);
            var key = new IdBuilder(ownKeys ? own[0] : KeyTexts);
            var (text, sameText, laneText, noText) = (new IdBuilder(own[1]), new IdBuilder(own[2]), new IdBuilder(KeyTexts), new IdBuilder(own[1]));
            var (number, some, none, sameNumber) = (new Int32Builder(), new Int32Builder(), new Int32Builder(), new Int32Builder());
            var (@long, sameLong) = (new Int64Builder(), new Int64Builder());
            var (value, noValue, lateValue) = (new DoubleBuilder(), new DoubleBuilder(), new DoubleBuilder());
            for (var row = 0; row < keys.Length; row++)
            {
                var id = keys[row];
                key.Append(id < 0 || !ownKeys ? id : own[0].GetOrAdd(KeyTexts[id]));
                number.Append(row);
                var word = random.Next(4) == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"w{random.Next(200)}");
                text.Append(word is null ? -1 : own[1].GetOrAdd(System.Text.Encoding.UTF8.GetBytes(word)));
                var isNull = lane == 1 && random.Next(3) == 0;
                if (isNull)
                {
                    some.AppendNull();
                }
                else
                {
                    some.Append(row * 3);
                }

                none.AppendNull();
                @long.Append(((long)lane << 40) + row);
                var (number8, hasValue) = (random.Next(4) switch { 0 => 0.0, 1 => -0.0, var n => n + 0.5 }, random.Next(3) > 0);
                value.Append(number8, hasValue);
                noValue.Append(0, hasValue: false);
                var isLate = row >= 2_100 && row % 7 != 0;
                lateValue.Append(isLate ? row : double.NaN, isLate);
                Assert.Equal(row + 1, lateValue.Count);
                sameNumber.Append(42);
                sameText.Append(same);
                sameLong.Append(-7);
                laneText.Append(lane);
                noText.Append(-1);
                var ofKey = ownKeys ? -1 : id;
                Expected.Add([
                    id < 0 ? null : Key(id), ofKey < 0 ? null : Other(ofKey), ofKey < 0 || List(ofKey) is not { } list ? null : $"[{string.Join(',', list)}]",
                    ExpectedColumn.Text(row), word, isNull ? null : ExpectedColumn.Text(row * 3), null, ExpectedColumn.Text(((long)lane << 40) + row),
                    hasValue ? ExpectedColumn.Text(number8) : null, null, ExpectedColumn.Text(42), "same", ExpectedColumn.Text(-7L), Key(lane), null, isLate ? ExpectedColumn.Text((double)row) : null]);
            }

            // Where the key is by the lane's own numbers, nothing of the registry can go by it.
            var reference = ownKeys ? Nulls(keys.Length) : key;
            return new RowBuffer(
                [key, new ReferenceColumn(reference, OtherTexts), new ReferenceListColumn(reference, ListTexts, (byte)';'), number, text, some, none, @long, value, noValue, sameNumber, sameText, sameLong, laneText, noText, lateValue], key);
        }

        private static IdBuilder Nulls(int rows)
        {
            var nulls = new IdBuilder(KeyTexts);
            for (var row = 0; row < rows; row++)
            {
                nulls.Append(-1);
            }

            return nulls;
        }
    }
}
