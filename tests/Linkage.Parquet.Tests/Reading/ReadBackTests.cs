using FsCheck;
using FsCheck.Fluent;

namespace Linkage.Parquet.Tests.Reading;

public sealed class ReadBackTests
{
    private static readonly Gen<(ColumnType Type, double? Nulls, int Distinct)> Columns =
        from type in Gen.Elements(Enum.GetValues<ColumnType>())
        from nulls in Gen.Elements<double?>(null, 0, 0.01, 0.3, 0.9, 1)
        from distinct in Gen.Elements(1, 2, 3, 17, 300, 5000)
        select (type, nulls, distinct);

    private static readonly Gen<ParquetOptions> Options =
        from codec in Gen.Elements(Enum.GetValues<Codec>())
        from level in Gen.Choose(1, 6)
        from pageRows in Gen.Frequency((1, Gen.Constant(1)), (3, Gen.Constant(5)), (12, Gen.Elements(64, 1000, 20_000)))
        from pageBytes in Gen.Elements(1024, 1 << 20)
        from dictionaryBytes in Gen.Elements(0, 50, 2000, 1 << 20)
        from encodings in Gen.Choose(0, (int)ColumnEncodings.All).Select(bits => ColumnEncodings.Plain | (ColumnEncodings)bits)
        from pageVersion in Gen.Choose(1, 2)
        from threads in Gen.Choose(1, 3)
        select new ParquetOptions
        {
            Codec = codec,
            ZstdLevel = level,
            PageRows = pageRows,
            PageBytes = pageBytes,
            DictionaryBytes = dictionaryBytes,
            Encodings = encodings,
            PageVersion = pageVersion,
            EncodeThreads = threads,
        };

    public static TheoryData<Codec> AllCodecs { get; } = [.. Enum.GetValues<Codec>()];

    [Fact]
    public void Whatever_is_written_is_read_back()
    {
        var tables =
            from seed in Gen.Choose(0, int.MaxValue)
            from columns in Columns.NonEmptyListOf()
            from groups in Gen.Elements(1, 2, 7, 33, 256, 2500).ListOf()
            from options in Options
            select (seed, columns, groups, options);
        using var folder = new TemporaryFolder();
        using var scratch = new ParquetScratch();
        var number = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150),
            Prop.ForAll(tables.ToArbitrary(), shape =>
            {
                var (seed, columns, groups, options) = shape;
                var sizes = groups.Take(4).ToArray();
                var random = new RandomColumns(seed) { Bloom = true };
                var table = new TestTable([.. columns.Take(9).Select((c, i) => random.Next(i + 1, c.Type, sizes.Sum(), c.Nulls, c.Distinct))]);
                var path = folder.File($"{number++}.parquet");
                table.Write(path, options, scratch, sizes);
                ReadBack.AssertHolds(path, table, $"seed {seed}, row groups [{string.Join(' ', sizes)}], {options}");
                File.Delete(path);
            }));
    }

    [Theory]
    [MemberData(nameof(AllCodecs))]
    public void Long_strings_and_large_row_groups_are_read_back(Codec codec)
    {
        using var folder = new TemporaryFolder();
        using var scratch = new ParquetScratch();
        var random = new Random(7);
        var texts = Enumerable.Range(0, 6).Select(i => new string((char)('a' + i), i * 300_000)).ToArray();
        const int rows = 200_000;
        var table = new TestTable(
            TestColumn.String(new(1, "long", ColumnType.String, false, ""), [.. Enumerable.Range(0, rows).Select(i => i < 6 ? i : 0)], new TestValues(texts), ascending: false),
            TestColumn.Int64(new(2, "number", ColumnType.Int64, true, ""), [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64())], [.. Enumerable.Range(0, rows).Select(_ => random.Next(3) > 0)]),
            TestColumn.Boolean(new(3, "flag", ColumnType.Boolean, true, ""), [.. Enumerable.Range(0, rows).Select(i => i % 3 == 0)], [.. Enumerable.Range(0, rows).Select(i => i % 7 > 0)]));
        var path = folder.File("large.parquet");
        table.Write(path, new ParquetOptions { Codec = codec, RowGroupRows = rows }, scratch);
        ReadBack.AssertHolds(path, table, codec.ToString());
    }

    [Fact]
    public void A_file_without_rows_has_none()
    {
        using var folder = new TemporaryFolder();
        using var scratch = new ParquetScratch();
        var table = new TestTable(TestColumn.Int32(new(1, "a", ColumnType.Int32, true, ""), [], null));
        table.Write(folder.File("empty.parquet"), new ParquetOptions(), scratch);
        ReadBack.AssertHolds(folder.File("empty.parquet"), table, "empty");
    }
}
