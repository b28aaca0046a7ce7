using System.Text;

namespace Linkage.Parquet.Tests;

/// <summary>Random columns of every type and character: what a writer may meet, seeded.</summary>
internal sealed class RandomColumns(int seed)
{
    private static readonly string[] Texts = ["", "a", "Å", "e\u0301", "x ☃ y", "漢字", "\U0001F600", "\U0010FFFF", "\uFFFD", "\0", "tab\t\"quote\"", "mmol/L"];
    private static readonly double[] Doubles = [0.0, -0.0, double.NaN, -double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 1.5, -273.15];
    private readonly Random _random = new(seed);

    /// <summary>Whether columns that can have a bloom filter have one.</summary>
    public bool Bloom { get; init; }

    /// <summary>A column of <paramref name="rows"/> rows.</summary>
    /// <param name="id">Field id; part of the name.</param>
    /// <param name="type">Type.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="nullRate">Share of nulls; null for a required column.</param>
    /// <param name="distinct">How many different values there may be.</param>
    public TestColumn Next(int id, ColumnType type, int rows, double? nullRate, int distinct)
    {
        ColumnSchema schema = new(id, $"c{id}_{type}", type, nullRate is not null, "Random.") { Bloom = Bloom && type is not (ColumnType.Double or ColumnType.Boolean) };
        bool[]? valid = nullRate is null || (nullRate == 0 && _random.Next(2) == 0) ? null : Many(rows, () => _random.NextDouble() >= nullRate);
        switch (type)
        {
            case ColumnType.Boolean:
                return TestColumn.Boolean(schema, Many(rows, () => distinct > 1 && _random.Next(2) == 0), valid);
            case ColumnType.Int32 or ColumnType.Date:
                int[] ints = Pool(distinct, Int);
                return TestColumn.Int32(schema, Ordered(Many(rows, () => Pick(ints)), (start, step, i) => unchecked((int)start + ((int)step * i))), valid);
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                long[] longs = Pool(distinct, Long);
                return TestColumn.Int64(schema, Ordered(Many(rows, () => Pick(longs)), (start, step, i) => unchecked(start + (step * i))), valid);
            case ColumnType.Double:
                double[] doubles = Pool(distinct, Double);
                return TestColumn.Double(schema, Ordered(Many(rows, () => Pick(doubles)), (start, step, i) => 1000 + ((start + (step * i)) % 1_000_003 / 7.0)), valid);
            case ColumnType.StringList:
                return Lists(schema, rows, valid, distinct);
            default:
                return Strings(schema, rows, nullRate, distinct);
        }
    }

    private TestColumn Strings(ColumnSchema schema, int rows, double? nullRate, int distinct)
    {
        // Equal bytes under two ids happen by themselves: the pool of texts is small.
        string?[] texts = Pool(distinct, () => (string?)Text());
        if (_random.Next(3) == 0)
        {
            // Values that begin as the one before does, as identifiers in order.
            string start = Pick(Texts);
            texts = [.. Enumerable.Range(0, distinct).Select(i => $"{start}{i / 3:D7}{Pick(["", "x"])}")];
        }

        if (nullRate > 0)
            texts = [.. texts, null];
        TestValues values = new(texts);
        int[] ids = Many(rows, () => _random.NextDouble() < (nullRate ?? 0) ? Pick([-1, values.Count - 1]) : _random.Next(distinct));
        bool ascending = _random.Next(3) == 0;
        if (ascending)
            Array.Sort(ids);
        return TestColumn.String(schema, ids, values, ascending);
    }

    private TestColumn Lists(ColumnSchema schema, int rows, bool[]? valid, int distinct)
    {
        TestValues values = new(Pool(distinct, () => (string?)Text()));
        int[] offsets = new int[rows + 1];
        int longest = Pick([1, 3, 40]);
        for (int row = 0; row < rows; row++)
            offsets[row + 1] = offsets[row] + (valid is null || valid[row] ? _random.Next(longest + 1) : 0);
        return TestColumn.StringList(schema, offsets, Many(offsets[rows], () => _random.Next(distinct)), values, valid);
    }

    /// <summary>As they are; or in order, as times of events are; or with a steady step, as serial numbers are.</summary>
    private T[] Ordered<T>(T[] values, Func<long, long, int, T> sequence)
    {
        switch (_random.Next(4))
        {
            case 0:
                Array.Sort(values);
                return values;
            case 1:
                (long start, long step) = (_random.NextInt64(), _random.Next(2) == 0 ? _random.Next(-3, 4) : _random.NextInt64(int.MaxValue));
                return [.. values.Select((_, i) => sequence(start, step, i))];
            default:
                return values;
        }
    }

    private int Int() => _random.Next(4) switch
    {
        0 => Pick([int.MinValue, int.MaxValue, 0, -1]),
        1 => _random.Next(int.MinValue, int.MaxValue),
        _ => _random.Next(10_000, 25_000),
    };

    private long Long() => _random.Next(4) switch
    {
        0 => Pick([long.MinValue, long.MaxValue, 0, -1]),
        1 => _random.NextInt64(),
        _ => _random.Next(100_000),
    };

    private double Double() => _random.Next(3) == 0 ? Pick(Doubles) : Math.Round(_random.NextDouble() * 200, _random.Next(4));

    private string Text()
    {
        if (_random.Next(3) == 0)
            return Pick(Texts);
        StringBuilder text = new();
        for (int i = _random.Next(_random.Next(10) == 0 ? 200 : 12); i > 0; i--)
            text.Append(_random.Next(8) == 0 ? Pick(Texts) : (char)_random.Next('0', 'z'));
        return text.ToString();
    }

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private static T[] Many<T>(int count, Func<T> next)
    {
        T[] values = new T[count];
        for (int i = 0; i < count; i++)
            values[i] = next();
        return values;
    }

    private static T[] Pool<T>(int distinct, Func<T> next) => Many(distinct, next);
}
