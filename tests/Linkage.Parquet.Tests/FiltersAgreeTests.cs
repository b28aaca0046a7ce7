using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Linkage.Parquet.Tests;

/// <summary>
/// Statistics, bloom filters and page index must never cost a reader a row: what a query finds with them is what it finds without. Random tables and values, those that are in and those that are
/// not; a wrong bound anywhere loses rows here.
/// </summary>
public sealed class FiltersAgreeTests : IDisposable
{
    private static readonly int[] Groups = [700, 300, 1, 499];
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void DuckDb_finds_with_statistics_what_it_finds_without()
    {
        Readers.Require();
        List<string> queries = [];
        for (int seed = 0; seed < 4; seed++)
        {
            (TestTable table, string path) = Write(seed, [.. Enum.GetValues<ColumnType>().Where(type => type != ColumnType.StringList)]);
            Random random = new(seed);
            // DuckDB's own table is the file without anything to skip by.
            queries.Add($"CREATE OR REPLACE TEMP TABLE m AS SELECT * FROM '{path}'");
            foreach (TestColumn column in table.Columns)
            {
                string name = column.Schema.Name;
                queries.Add(string.Join(" UNION ALL ", ((string[])["min", "max", "count"]).Select(aggregate => $"""
                    SELECT '{aggregate} of {name}' AS what FROM range(1) WHERE (SELECT {aggregate}({name}) FROM '{path}') IS DISTINCT FROM (SELECT {aggregate}({name}) FROM m)
                    """)));
                queries.Add(string.Join(" UNION ALL ", Conditions(column, random).Select(condition => $"""
                    SELECT '{condition.Replace("'", "''", StringComparison.Ordinal)}' AS what FROM range(1) WHERE (SELECT count(*) FROM '{path}' WHERE {condition}) <> (SELECT count(*) FROM m WHERE {condition})
                    """)));
            }
        }

        IReadOnlyList<JsonObject> outcomes = Readers.QueryEach([.. queries]);
        foreach ((int i, JsonObject outcome) in outcomes.Index())
        {
            Assert.True(outcome["rows"] is not null, $"{outcome["error"]}: {queries[i]}");
            if (queries[i].StartsWith("SELECT", StringComparison.Ordinal))
                Assert.True(outcome["rows"]!.AsArray().Count == 0, $"with statistics DuckDB finds something else: {outcome["rows"]!.ToJsonString()}");
        }
    }

    [SkippableFact]
    public void Hyparquet_finds_with_filters_and_page_index_what_is_there()
    {
        Readers.Require();
        for (int seed = 10; seed < 13; seed++)
        {
            (TestTable table, string path) = Write(seed, [ColumnType.String, ColumnType.Int32, ColumnType.String]);
            Random random = new(seed);
            List<(JsonObject Filter, int Expected)> filters = [];
            foreach (TestColumn column in table.Columns)
            {
                object[] values = [.. Enumerable.Range(0, table.Rows).Select(column.Value).OfType<object>()];
                for (int i = 0; i < 3 && values.Length > 0; i++)
                {
                    object one = values[random.Next(values.Length)], other = values[random.Next(values.Length)];
                    filters.Add((new() { [column.Schema.Name] = new JsonObject { ["$eq"] = Json(one) } }, values.Count(value => Same(value, one))));
                    filters.Add((new() { [column.Schema.Name] = new JsonObject { ["$in"] = new JsonArray(Json(one), Json(other)) } }, values.Count(value => Same(value, one) || Same(value, other))));
                    if (one is int low && other is int high)
                        filters.Add((new() { [column.Schema.Name] = new JsonObject { ["$gte"] = low, ["$lt"] = high } }, values.Count(value => (int)value >= low && (int)value < high)));
                }
            }

            foreach ((int i, IReadOnlyDictionary<string, ReadingCost> costs) in Readers.Skip(path, [.. filters.Select(filter => filter.Filter)]).Index())
                Assert.All((string[])["statistics", "bloom", "pages"], way => Assert.True(costs[way].Rows == filters[i].Expected, $"seed {seed}, {way}: {costs[way].Rows} rows instead of {filters[i].Expected} for {filters[i].Filter.ToJsonString()}"));
        }
    }

    private static bool Same(object value, object other) => value is byte[] bytes ? bytes.AsSpan().SequenceEqual((byte[])other) : value.Equals(other);

    private static JsonNode Json(object value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : (int)value;

    private static IEnumerable<string> Conditions(TestColumn column, Random random)
    {
        string name = column.Schema.Name;
        yield return $"{name} IS NULL";
        yield return $"{name} IS NOT NULL";
        object[] values = [.. Enumerable.Range(0, column.Rows).Select(column.Value).OfType<object>(), .. Others(column.Schema.Type)];
        string[] literals = [.. Enumerable.Range(0, 200).Select(_ => Literal(column.Schema.Type, values[random.Next(values.Length)])).OfType<string>().Distinct(StringComparer.Ordinal).Take(5)];
        foreach (string literal in literals)
        {
            foreach (string comparison in (string[])["=", "<", "<=", ">", ">=", "<>"])
                yield return $"{name} {comparison} {literal}";
            string other = literals[random.Next(literals.Length)];
            yield return $"{name} IN ({literal}, {other})";
            yield return $"{name} BETWEEN {literal} AND {other}";
        }
    }

    /// <summary>Values that are likely not there.</summary>
    private static object[] Others(ColumnType type) => type switch
    {
        ColumnType.Boolean => [true, false],
        ColumnType.Int32 or ColumnType.Date => [12_345, 0, -77],
        ColumnType.Int64 or ColumnType.TimestampMicros => [12_345L, 0L, -77L],
        ColumnType.Double => [double.NaN, 0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, 1.25],
        _ => new[] { "", "a", "é", "zzz", "\U0010FFFF", new string('x', 70) }.Select(text => (object)Encoding.UTF8.GetBytes(text)).ToArray(),
    };

    /// <summary>A value as DuckDB reads it; null for one it has no literal for.</summary>
    private static string? Literal(ColumnType type, object value) => (type, value) switch
    {
        (ColumnType.Boolean, bool flag) => flag ? "true" : "false",
        (ColumnType.Int32, int number) => $"'{number.ToString(CultureInfo.InvariantCulture)}'::INTEGER",
        (ColumnType.Date, int days) => Math.Abs((long)days) > 1_000_000 ? null : $"DATE '1970-01-01' + ({days.ToString(CultureInfo.InvariantCulture)})",
        (ColumnType.Int64, long number) => $"'{number.ToString(CultureInfo.InvariantCulture)}'::BIGINT",
        (ColumnType.TimestampMicros, long micros) => micros is < -1L << 60 or > 1L << 60 ? null : $"TIMESTAMPTZ '1970-01-01 00:00:00Z' + to_microseconds({micros.ToString(CultureInfo.InvariantCulture)})",
        (ColumnType.Double, double.NaN) => "'nan'::DOUBLE",
        (ColumnType.Double, double number) => $"'{number.ToString("R", CultureInfo.InvariantCulture).Replace("∞", "inf", StringComparison.Ordinal).Replace("Infinity", "inf", StringComparison.Ordinal)}'::DOUBLE",
        (_, byte[] bytes) => bytes.Contains((byte)0) || bytes.Length > 1000 ? null : $"'{Encoding.UTF8.GetString(bytes).Replace("'", "''", StringComparison.Ordinal)}'",
        _ => throw new ArgumentException($"No column of type {type} holds {value}.", nameof(value)),
    };

    /// <summary>Two columns of each type, one required, in row groups of several pages, with bloom filters.</summary>
    private (TestTable Table, string Path) Write(int seed, ColumnType[] types)
    {
        RandomColumns random = new(300 + seed) { Bloom = true };
        int[] distinct = [1, 3, 40, 1200];
        TestTable table = new([.. types.SelectMany(type => new[] { type, type }).Select((type, i) => random.Next(i + 1, type, Groups.Sum(), i % 2 == 0 ? null : 0.4, distinct[(i + seed) % 4]))]);
        string path = _folder.File($"{seed}.parquet");
        table.Write(path, new ParquetOptions { PageRows = 50, DictionaryBytes = seed % 2 == 0 ? 1 << 20 : 0, PageVersion = 1 + (seed % 2) }, _scratch, Groups);
        return (table, path);
    }
}
