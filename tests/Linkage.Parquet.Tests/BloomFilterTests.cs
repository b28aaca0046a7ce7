using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;
using Linkage.Testing;

namespace Linkage.Parquet.Tests;

/// <summary>Bloom filters: what went in is always found, what did not hardly ever, and readers of others look it up alike.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class BloomFilterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Hashes_as_the_format_says()
    {
        // From the XXH64 specification's own test vectors, seed 0.
        Assert.Equal(0xEF46DB3751D8E999UL, BloomBuilder.Hash([]));
        Assert.Equal(0xD24EC4F1A98C6E5BUL, BloomBuilder.Hash("a"u8));
        Assert.Equal(0x44BC2CF5AD770999UL, BloomBuilder.Hash("abc"u8));
    }

    [Fact]
    public void Sets_the_bits_that_the_specification_sets()
    {
        // One value in a filter of four blocks, worked out from the specification: block = high half × 4 >> 32; in word i the bit low half × salt[i] >> 27.
        byte[] filter = new byte[4 * BloomBuilder.BlockBytes];
        const ulong Hash = 0xD24EC4F1A98C6E5B;
        BloomBuilder.Insert(filter, Hash);
        uint[] salts = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];
        byte[] expected = new byte[filter.Length];
        for (int word = 0; word < 8; word++)
        {
            int bit = (int)((unchecked(0xA98C6E5Bu * salts[word])) >> 27);
            // 0xD24EC4F1 × 4 is 3 times 2^32 and something: the last block.
            expected[(3 * 32) + (4 * word) + (bit / 8)] = (byte)(1 << (bit % 8));
        }

        Assert.Equal(expected, filter);
        Assert.True(BloomBuilder.MayContain(filter, Hash));
        Assert.False(BloomBuilder.MayContain(filter, Hash ^ 1));
    }

    [Theory]
    [InlineData(0.0001)]
    [InlineData(0.01)]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Lets_no_more_pass_than_it_is_set_to(double falsePositives)
    {
        foreach (int distinct in (int[])[1, 10, 100, 2_500, 20_000, 61_234])
        {
            (byte[] filter, ulong[] hashes) = Build(distinct, falsePositives);
            Assert.All(hashes, hash => Assert.True(BloomBuilder.MayContain(filter, hash), "a value that went in is not found"));
            const int Absent = 100_000;
            int passed = Enumerable.Range(0, Absent).Count(i => BloomBuilder.MayContain(filter, BloomBuilder.Hash(Encoding.UTF8.GetBytes($"absent {i}"))));
            Assert.True(passed <= 2 * falsePositives * Absent, $"{passed} of {Absent} absent values pass a filter of {distinct} values set to {falsePositives}");
        }
    }

    [Fact]
    public void Is_a_power_of_two_in_size_and_no_larger_than_need_be()
    {
        foreach (double falsePositives in (double[])[0.001, 0.02, 0.3])
        {
            foreach (int distinct in (int[])[1, 100, 5_000, 1_000_000])
            {
                int size = BloomBuilder.Size(distinct, falsePositives);
                Assert.True(int.IsPow2(size) && size >= BloomBuilder.BlockBytes, "size");
                // Half of it would not do: (1 − e^(−8 n / bits))^8 is the rate.
                double half = Math.Pow(1 - Math.Exp(-8.0 * distinct / (4.0 * size)), 8);
                Assert.True(size == BloomBuilder.BlockBytes || half > falsePositives, $"{size} bytes for {distinct} at {falsePositives}");
            }
        }

        Assert.Equal(128 << 20, BloomBuilder.Size(long.MaxValue / 1000, 0.0001));
    }

    [SkippableFact]
    public void Of_every_encoding_and_type_hold_every_value()
    {
        Readers.Require();
        const int Rows = 4000;
        Random random = new(52);
        string?[] texts = [.. Enumerable.Range(0, 700).Select(i => $"value {i} ☃"), null];
        int[] ids = Many(Rows, _ => random.Next(701)), runs = [.. Many(Rows, _ => random.Next(701)).Order()];
        int[] ints = Many(Rows, _ => random.Next(300)), many = Many(Rows, _ => random.Next());
        long[] longs = Many(Rows, _ => random.NextInt64());
        bool[] valid = Many(Rows, i => i % 3 != 0);
        ColumnSchema Column(int id, ColumnType type, bool bloom = true) => new(id, $"c{id}", type, true, "") { Bloom = bloom };
        TestTable table = new(
            TestColumn.String(Column(1, ColumnType.String), ids, new TestValues(texts), ascending: false),
            TestColumn.String(Column(2, ColumnType.String), runs, new TestValues(texts), ascending: true),
            TestColumn.Int32(Column(3, ColumnType.Int32), ints, valid),
            TestColumn.Int32(Column(4, ColumnType.Date), many, null),
            TestColumn.Int64(Column(5, ColumnType.Int64), longs, valid),
            TestColumn.Int64(Column(6, ColumnType.TimestampMicros), longs, null),
            TestColumn.String(Column(7, ColumnType.String, bloom: false), ids, new TestValues(texts), ascending: false),
            TestColumn.Int32(Column(8, ColumnType.Int32), ints, new bool[Rows]));
        foreach (int dictionaryBytes in (int[])[0, 1 << 20])
        {
            string path = _folder.File($"file-{dictionaryBytes}");
            table.Write(path, new ParquetOptions { DictionaryBytes = dictionaryBytes, PageRows = 300, PageBytes = 1024 }, _scratch, [3000, 1000]);
            byte[] bytes = File.ReadAllBytes(path);
            int start = 0;
            foreach (JsonObject group in Objects(Readers.Pages(path)[0]["rowGroups"]))
            {
                int rows = (int)group["rows"]!;
                foreach ((int c, JsonObject column) in Objects(group["columns"]).Index())
                {
                    if (c >= 6)
                    {
                        Assert.Null(column["bloom"]);
                        continue;
                    }

                    int size = (int)column["bloom"]!["bytes"]!;
                    ReadOnlyMemory<byte> filter = bytes.AsMemory((int)column["bloom"]!["offset"]! + (int)column["bloom"]!["length"]! - size, size);
                    object[] values = [.. Enumerable.Range(start, rows).Select(table.Columns[c].Value).OfType<object>()];
                    Assert.All(values, value => Assert.True(BloomBuilder.MayContain(filter.Span, BloomBuilder.Hash(Plain(value))), $"column {c + 1} lacks a value"));
                }

                start += rows;
            }
        }
    }

    [SkippableFact]
    public void Are_looked_up_alike_by_others()
    {
        Readers.Require();
        const int Distinct = 5000;
        string?[] texts = [.. Enumerable.Range(0, Distinct).Select(i => $"P{2 * i:D6}")];
        ColumnSchema schema = new(1, "id", ColumnType.String, false, "") { Bloom = true };
        TestTable table = new(TestColumn.String(schema, [.. Enumerable.Range(0, 20_000).Select(i => i % Distinct)], new TestValues(texts), ascending: false));
        string path = _folder.File("file.parquet"), without = _folder.File("without.parquet");
        table.Write(path, new ParquetOptions { BloomFalsePositives = 0.01 }, _scratch, [10_000, 10_000]);
        table.Write(without, new ParquetOptions { BloomFalsePositives = 0 }, _scratch);
        Assert.Null(Objects(Objects(Readers.Pages(without)[0]["rowGroups"]).Single()["columns"]).Single()["bloom"]);

        // hyparquet: every value passes, hardly one of the others.
        int Passed(int odd) => Objects(Readers.Pages([.. Enumerable.Range(0, 2000).Select(i => $"--probe=P{(2 * i) + odd:D6}"), path])[0]["rowGroups"]).Sum(group => (int)Objects(group["columns"]).Single()["bloom"]!["passed"]!);
        Assert.Equal(4000, Passed(0));
        Assert.InRange(Passed(1), 0, 80);

        // DuckDB.
        JsonObject probe = Readers.Query(
            $"SELECT count(*) FILTER (bloom_filter_excludes AND i % 2 = 0)::INTEGER AS lost, count(*) FILTER (NOT bloom_filter_excludes AND i % 2 = 1)::INTEGER AS passed, count(*)::INTEGER AS n FROM ("
            + string.Join(" UNION ALL ", Enumerable.Range(0, 200).Select(i => $"SELECT *, {i} AS i FROM parquet_bloom_probe('{path}', 'id', 'P{i:D6}')")) + ")").Single();
        Assert.Equal((0, 400), ((int)probe["lost"]!, (int)probe["n"]!));
        Assert.InRange((int)probe["passed"]!, 0, 10);
    }

    [SkippableFact]
    public void Keep_DuckDb_from_row_groups_that_lack_a_value()
    {
        Readers.Require();
        const int Rows = 8000;
        // Statistics cannot tell: every row group goes from the first value to the last but one of its own.
        string?[] texts = [.. Enumerable.Range(0, Rows).Select(i => $"{(i * 7919) % Rows:D6}")];
        ColumnSchema schema = new(1, "code", ColumnType.String, false, "") { Bloom = true };
        TestTable table = new(
            TestColumn.String(schema, [.. Enumerable.Range(0, Rows)], new TestValues(texts), ascending: false),
            TestColumn.Int32(new(2, "n", ColumnType.Int32, false, ""), [.. Enumerable.Range(0, Rows)], null));
        string with = Wrecked("with.parquet", 0.0001), without = Wrecked("without.parquet", 0);
        Assert.Equal(1, Count(with));
        Assert.Throws<InvalidOperationException>(() => Count(without));

        // All row groups but the value's own are wrecked: an answer proves that they were left alone.
        string Wrecked(string name, double falsePositives)
        {
            string path = _folder.File(name);
            table.Write(path, new ParquetOptions { BloomFalsePositives = falsePositives }, _scratch, [.. Enumerable.Repeat(1000, 8)]);
            IReadOnlyList<JsonObject> pages = Readers.Pages(path);
            using FileStream file = new(path, FileMode.Open);
            foreach (JsonObject column in Objects(pages[0]["rowGroups"]).Where((_, i) => i != 3).SelectMany(group => Objects(group["columns"])))
            {
                file.Position = (long)column["first"]!;
                file.Write([.. Enumerable.Repeat((byte)0xFF, (int)column["compressed"]!)]);
            }

            return path;
        }

        long Count(string path) => (long)Readers.Query($"SELECT count(n)::INTEGER AS n FROM '{path}' WHERE code = '{texts[3500]}'").Single()["n"]!;
    }

    [Fact]
    public void Are_refused_of_types_that_readers_look_up_in_several_forms()
    {
        foreach (ColumnType type in (ColumnType[])[ColumnType.Double, ColumnType.Boolean])
        {
            TableSchema schema = new("t", "", [new(1, "c", type, false, "") { Bloom = true }]);
            Assert.Contains("bloom", Assert.Throws<ArgumentException>(() => new ParquetFileWriter(Stream.Null, schema, new ParquetOptions(), [], _scratch)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_column_that_failed_leaves_no_values_behind()
    {
        ColumnSchema schema = new(1, "c", ColumnType.String, false, "") { Bloom = true };
        TestTable table = new(TestColumn.String(schema, [0, 1, 0], new TestValues("x", "y"), ascending: false));
        using ParquetScratch fresh = new();
        using MemoryStream expected = new(), found = new();
        table.Write(expected, new ParquetOptions { DictionaryBytes = 0 }, fresh);
        using (ParquetFileWriter broken = new(Stream.Null, table.Schema, new ParquetOptions { DictionaryBytes = 0 }, [], _scratch))
        {
            broken.BeginRowGroup(3);
            Assert.Throws<ArgumentException>(() => broken.WriteString([0, 1, -1], new TestValues("p", "q"), idsAscending: false));
        }

        table.Write(found, new ParquetOptions { DictionaryBytes = 0 }, _scratch);
        Assert.Equal(expected.ToArray(), found.ToArray());
    }

    [Fact]
    public void Allocate_nothing_for_another_chunk()
    {
        BloomBuilder builder = new();
        ByteBuffer output = new();
        ThriftWriter thrift = new(output);
        byte[] plain = new byte[40_000];
        new Random(53).NextBytes(plain);
        void Fill()
        {
            output.Clear();
            builder.AddAll(plain, 8);
            builder.Write(0.01, output, thrift);
        }

        Fill();
        Assert.Equal(0, Allocations.Least(Fill));
    }

    private static (byte[] Filter, ulong[] Hashes) Build(int distinct, double falsePositives)
    {
        BloomBuilder builder = new();
        ByteBuffer output = new();
        byte[][] values = [.. Enumerable.Range(0, distinct).Select(i => Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)))];
        foreach (byte[] value in values)
            builder.Add(value);
        int length = builder.Write(falsePositives, output, new ThriftWriter(output));
        Assert.Equal(output.Length, length);
        int size = BloomBuilder.Size(distinct, falsePositives);
        Assert.InRange(length - size, 10, 30);
        return (output.Written[^size..].ToArray(), [.. values.Select(value => BloomBuilder.Hash(value))]);
    }

    private static byte[] Plain(object value)
    {
        byte[] bytes = new byte[value is int ? 4 : 8];
        if (value is int number)
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        else if (value is long wide)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, wide);
        return value as byte[] ?? bytes;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? array) => array!.AsArray().Select(node => node!.AsObject());

    private static T[] Many<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
}
