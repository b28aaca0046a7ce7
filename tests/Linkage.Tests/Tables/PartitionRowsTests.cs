using FsCheck;
using FsCheck.Fluent;
using Linkage.Parquet;
using Linkage.Tables;

namespace Linkage.Tests.Tables;

/// <summary>A key leads to its own rows, near other keys or far from them.</summary>
public sealed class PartitionRowsTests
{
    [Fact]
    public void A_key_leads_to_its_own_rows() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var rows = new PartitionRows<Rows>(static () => new Rows());
        for (var flush = 0; flush < 4; flush++)
        {
            var written = new Dictionary<int, List<int>>();
            var count = random.Next(300);
            for (var row = 0; row < count; row++)
            {
                var key = Key(random);
                rows[key].Values.Append(row);
                if (!written.TryGetValue(key, out var list))
                    written[key] = list = [];
                list.Add(row);
            }

            Assert.Equal(written.Keys.Order(), rows.Keys);
            Assert.Equal(written.Count, rows.Open);
            Assert.Equal(count, rows.Rows);
            Assert.All(written, w => Assert.Equal(w.Value.Count, rows.Find(w.Key)!.Count));
            Assert.All(written, w => Assert.Same(rows.Find(w.Key), rows[w.Key]));
            rows.Clear();
            Assert.Equal((0, 0L), (rows.Open, rows.Rows));
            Assert.All(written.Keys, key => Assert.Null(rows.Find(key)));
        }

        return true.Label($"seed {seed}");
    }));

    // Years, months, providers, buckets, and numbers that no partitioning has.
    private static int Key(Random random) => random.Next(6) switch
    {
        0 => random.Next(1900, 2038),
        1 => random.Next(21_600, 26_400),
        2 => random.Next(256),
        3 => random.Next(4096),
        4 => random.Next(-5, 5) + (random.Next(2) == 0 ? int.MaxValue - 5 : int.MinValue + 5),
        _ => random.Next(int.MinValue, int.MaxValue),
    };

    private sealed class Rows : RowBuffer
    {
        public Rows()
            : this(new Int32Builder())
        {
        }

        private Rows(Int32Builder values)
            : base([values], sortKey: null) => Values = values;

        public Int32Builder Values { get; }
    }
}
