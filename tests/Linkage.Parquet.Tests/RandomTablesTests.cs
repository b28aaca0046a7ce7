using FsCheck;
using FsCheck.Fluent;

namespace Linkage.Parquet.Tests;

/// <summary>Random schemas, data, row groups and options: readers must agree on all of them.</summary>
public sealed class RandomTablesTests
{
    /// <summary>Tables a reader process looks at: starting one costs as much as many files.</summary>
    private const int Batch = 60;

    private static readonly Gen<ColumnShape> Columns =
        from type in Gen.Elements(Enum.GetValues<ColumnType>())
        from nulls in Gen.Elements<double?>(null, 0, 0.01, 0.3, 0.9, 1)
        from distinct in Gen.Elements(1, 2, 3, 17, 300, 5000)
        select new ColumnShape(type, nulls, distinct);

    private static readonly Gen<ParquetOptions> Options =
        from codec in Gen.Elements(Codecs.Present.ToArray())
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

    private static readonly Gen<TableShape> Tables =
        from seed in Gen.Choose(0, int.MaxValue)
        from columns in Columns.NonEmptyListOf()
        from groups in Gen.Elements(1, 2, 7, 33, 256, 1500).ListOf()
        from options in Options
        select new TableShape(seed, [.. columns.Take(9)], [.. groups.Take(3)], options);

    private sealed record ColumnShape(ColumnType Type, double? Nulls, int Distinct);

    private sealed record TableShape(int Seed, IReadOnlyList<ColumnShape> Columns, IReadOnlyList<int> Groups, ParquetOptions Options)
    {
        public override string ToString() =>
            $"seed {Seed}, row groups [{string.Join(' ', Groups)}], {Options}, columns [{string.Join("; ", Columns)}]";
    }

    [SkippableFact]
    public void Mean_the_same_to_every_reader()
    {
        Readers.Require();
        // A failure prints the seed to replay; shrinking would start readers hundreds of times.
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2),
            Prop.ForAll(Tables.ArrayOf(Batch).ToArbitrary(), Agree));
    }

    private static void Agree(TableShape[] shapes)
    {
        using ReaderComparison comparison = new();
        for (int i = 0; i < shapes.Length; i++)
        {
            TableShape shape = shapes[i];
            RandomColumns random = new(shape.Seed) { Bloom = true };
            TestTable table = new([.. shape.Columns.Select((column, c) => random.Next(c + 1, column.Type, shape.Groups.Sum(), column.Nulls, column.Distinct))]);
            comparison.Write($"table-{i}", table, shape.Options, shape.Groups, shape.ToString());
        }

        comparison.Check();
    }
}
