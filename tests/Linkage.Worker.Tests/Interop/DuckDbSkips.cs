using System.Globalization;
using System.Text.Json.Nodes;
using Linkage.Parquet.Tests;

namespace Linkage.Worker.Tests.Interop;

/// <summary>DuckDB leaves out what partitions and statistics say it need not read, and loses nothing by it.</summary>
[Collection(InteropTests.Name)]
public class DuckDbSkips(IngestedFeed feed)
{
    [SkippableFact]
    public void Partitions_by_their_value()
    {
        Readers.Require();
        var tables = feed.ByYear;
        const int year = 2015;
        foreach (var table in IngestedTables.EventTables)
        {
            var date = table switch { "gp_clinical" => "event_dt", "gp_scripts" => "issue_date", _ => "reg_date" };
            var from = $"read_parquet('{tables.Glob(table)}', hive_partitioning = true)";
            var outcomes = Readers.QueryEach(
                $"EXPLAIN (ANALYZE, FORMAT JSON) SELECT count(participant_id) FROM {from} WHERE event_year = {year}",
                $"SELECT count(*) AS rows FROM {from} WHERE event_year = {year}",
                $"SELECT count(*) AS rows FROM {from} WHERE year({date}) = {year}",
                $"SELECT count(*) AS rows FROM {from} WHERE event_year <> year({date})");
            var files = tables.Files(table);
            var inYear = files.Where(file => file.StartsWith($"event_year={year}/", StringComparison.Ordinal)).ToArray();
            Assert.InRange(inYear.Length, 1, files.Count - 1);

            var scan = Scan(Rows(outcomes[0])[0]!["explain_value"]!.GetValue<string>());
            Assert.Equal($"{inYear.Length}/{files.Count}", scan["extra_info"]!["Scanning Files"]!.GetValue<string>());
            var rows = Count(outcomes[1]);
            Assert.Equal(rows, Count(outcomes[2]));
            Assert.Equal(0, Count(outcomes[3]));
            Assert.Equal(rows, scan["operator_cardinality"]!.GetValue<long>());
            Assert.True(rows > 0);
        }
    }

    /// <summary>
    /// A copy of the file in which every row group but those that a query needs is overwritten: the query still answers, so that the
    /// statistics kept DuckDB from reading the others; without a condition it cannot.
    /// </summary>
    [SkippableFact]
    public void Row_groups_by_their_statistics()
    {
        Readers.Require();
        var tables = feed.InOneFile;
        var file = Path.Combine(tables["gp_clinical"], Assert.Single(tables.Files("gp_clinical")));
        var groups = Readers.Query(
            $"SELECT row_group_id, min(stats_min_value) FILTER (path_in_schema = 'participant_id') AS low, max(stats_max_value) FILTER (path_in_schema = 'participant_id') AS high, "
            + "min(coalesce(dictionary_page_offset, data_page_offset)) AS first, max(coalesce(dictionary_page_offset, data_page_offset) + total_compressed_size) AS beyond "
            + $"FROM parquet_metadata('{file}') GROUP BY ALL ORDER BY row_group_id");
        Assert.InRange(groups.Count, 20, int.MaxValue);

        var wanted = IngestedTables.Text(groups[groups.Count / 2], "low");
        var last = IngestedTables.Text(groups[(groups.Count / 2) + 3], "high");
        foreach (var (name, condition, kept) in new (string, string, Func<JsonObject, bool>)[]
        {
            ("equality", $"participant_id = '{wanted}'", group => Covers(group, wanted, wanted)),
            ("range", $"participant_id BETWEEN '{wanted}' AND '{last}'", group => Covers(group, wanted, last)),
        })
        {
            var bytes = File.ReadAllBytes(file);
            var keptGroups = groups.Count(kept);
            Assert.InRange(keptGroups, 1, groups.Count / 2);
            foreach (var group in groups.Where(group => !kept(group)))
            {
                var (first, beyond) = (int.Parse(IngestedTables.Text(group, "first"), CultureInfo.InvariantCulture), int.Parse(IngestedTables.Text(group, "beyond"), CultureInfo.InvariantCulture));
                Array.Fill(bytes, (byte)0xEE, first, beyond - first);
            }

            var damaged = Path.Combine(feed.NewFolder("damaged-" + name), "part.parquet");
            File.WriteAllBytes(damaged, bytes);
            const string sum = "count(*) AS rows, count(event_dt) AS dates, sum(hash(columns(*)))";
            var outcomes = Readers.QueryEach(
                $"SELECT {sum} FROM read_parquet('{file}') WHERE {condition}",
                $"SELECT {sum} FROM read_parquet('{damaged}') WHERE {condition}",
                $"SELECT {sum} FROM read_parquet('{damaged}')");
            Assert.True(Rows(outcomes[0])[0]!["rows"]!.ToString() != "0");
            Assert.Equal(Rows(outcomes[0])[0]!.ToJsonString(), Rows(outcomes[1])[0]!.ToJsonString());
            Assert.NotNull(outcomes[2]["error"]);
        }
    }

    [SkippableFact]
    public void Nothing_that_a_condition_admits()
    {
        Readers.Require();
        var tables = feed.InOneFile;
        string[] conditions =
        [
            "value1 > 1e300", "value1 >= 0", "value1 < -1e300", "value1 = 0", "isnan(value1)", "value1 = 'nan'::DOUBLE", "value1 = 'inf'::DOUBLE", "value1 <= '-inf'::DOUBLE", "value1 IS NULL",
            "value3 = 'µmol/L'", "value3 > 'é'", "value3 >= chr(1114111)", "value3 LIKE 'éééé%'", "read_2 = 'H33z.'", "read_2 = 'h33Zz'", "snomed_ct < '3'",
            "event_dt = DATE '1900-01-01'", "event_dt > DATE '2030-01-01'", "event_dt < DATE '1902-12-31'", "data_provider = 7", "data_provider = 0",
        ];

        // The same condition over a materialised copy, which has no Parquet statistics.
        var outcomes = Readers.QueryEach(
        [
            $"CREATE TABLE copy AS FROM read_parquet('{tables.Glob("gp_clinical")}')",
            .. conditions.SelectMany(condition => new[]
            {
                $"SELECT count(*) AS rows FROM read_parquet('{tables.Glob("gp_clinical")}') WHERE {condition}",
                $"SELECT count(*) AS rows FROM copy WHERE {condition}",
            }),
        ]);
        foreach (var (index, condition) in conditions.Index())
        {
            var (found, expected) = (Count(outcomes[(2 * index) + 1]), Count(outcomes[(2 * index) + 2]));
            Assert.True(expected > 0, $"{condition} has no row");
            Assert.True(expected == found, $"{condition}: {found} rows instead of {expected}");
        }
    }

    [SkippableFact]
    public void Because_statistics_are_true_to_the_row_group()
    {
        Readers.Require();
        var tables = feed.InOneFile;
        foreach (var table in IngestedTables.EventTables)
        {
            var file = Path.Combine(tables[table], Assert.Single(tables.Files(table)));
            var types = Readers.Query($"DESCRIBE SELECT * FROM read_parquet('{file}')").ToDictionary(row => IngestedTables.Text(row, "column_name"), row => IngestedTables.Text(row, "column_type"));
            var stated = Readers.Query($"SELECT row_group_id, row_group_num_rows, path_in_schema, stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata('{file}')");
            var groups = stated.DistinctBy(row => IngestedTables.Text(row, "row_group_id")).OrderBy(row => int.Parse(IngestedTables.Text(row, "row_group_id"))).ToArray();
            Assert.True(table == "gp_registrations" || groups.Length > 5);
            Assert.All(groups[..^1], row => Assert.Equal("500", IngestedTables.Text(row, "row_group_num_rows")));

            // NaN has no place in Parquet's bounds, and bounds of zero are stated with both signs.
            string Value(string column) => types[column] == "DOUBLE" ? $"CASE WHEN isnan({column}) THEN NULL WHEN {column} = 0 THEN 0.0 ELSE {column} END" : column;
            var selects = types.Keys.Select(column =>
                $"SELECT file_row_number // 500 AS g, '{column}' AS c, min({Value(column)})::VARCHAR AS low, max({Value(column)})::VARCHAR AS high, count(*) - count({column}) AS nulls "
                + $"FROM read_parquet('{file}', file_row_number = true) GROUP BY ALL");
            var real = Readers.Query(string.Join(" UNION ALL ", selects)).ToDictionary(row => (IngestedTables.Text(row, "g"), IngestedTables.Text(row, "c")));
            Assert.Equal(real.Count, stated.Count);
            foreach (var row in stated)
            {
                var (group, column) = (IngestedTables.Text(row, "row_group_id"), IngestedTables.Text(row, "path_in_schema"));
                var found = real[(group, column)];
                var where = $"{table}, row group {group}, {column}";
                Assert.True(found["nulls"]!.ToString() == row["stats_null_count"]!.ToString(), $"{where}: {row["stats_null_count"]} nulls stated, {found["nulls"]} found");
                Check(where, row["stats_min_value"]?.ToString(), found["low"]?.ToString(), upper: false);
                Check(where, row["stats_max_value"]?.ToString(), found["high"]?.ToString(), upper: true);
            }
        }
    }

    [SkippableFact]
    public void As_every_file_is_sorted_by_participant()
    {
        Readers.Require();
        foreach (var (tables, table) in new[] { feed.ByYear, feed.InOneFile }.SelectMany(tables => IngestedTables.EventTables.Append("participant_links").Select(table => (tables, table))))
        {
            var row = Assert.Single(Readers.Query(
                "SELECT count(*) FILTER (participant_id < before) AS unsorted, count(*) FILTER (participant_id > before) AS rising FROM (SELECT participant_id, "
                + $"lag(participant_id) OVER (PARTITION BY filename ORDER BY file_row_number) AS before FROM read_parquet('{tables.Glob(table)}', filename = true, file_row_number = true))"));
            Assert.Equal("0", IngestedTables.Text(row, "unsorted"));
            Assert.NotEqual("0", IngestedTables.Text(row, "rising"));
        }
    }

    private static void Check(string where, string? stated, string? real, bool upper)
    {
        stated = stated is "-0.0" ? "0.0" : stated;
        if (stated == real)
        {
            return;
        }

        // DuckDB's parquet_metadata() shows no bound that is infinite.
        if (stated is null && real is "inf" or "-inf")
        {
            return;
        }

        // A long text's bound may be cut, as long as it is one.
        var text = System.Text.Encoding.UTF8;
        var bounds = stated is not null && real is not null && real.Length > 32 && stated.Length < real.Length
            && (upper ? text.GetBytes(stated).AsSpan().SequenceCompareTo(text.GetBytes(real)) >= 0 : real.StartsWith(stated, StringComparison.Ordinal));
        Assert.True(bounds, $"{where}, {(upper ? "maximum" : "minimum")}: {stated} stated, {real} found");
    }

    private static bool Covers(JsonObject group, string low, string high) =>
        string.CompareOrdinal(IngestedTables.Text(group, "low"), high) <= 0 && string.CompareOrdinal(IngestedTables.Text(group, "high"), low) >= 0;

    private static JsonArray Rows(JsonObject outcome) => outcome["rows"]?.AsArray() ?? throw new InvalidOperationException(outcome["error"]?.ToString());

    private static long Count(JsonObject outcome) => long.Parse(Rows(outcome)[0]!["rows"]!.ToString(), CultureInfo.InvariantCulture);

    private static JsonNode Scan(string plan)
    {
        for (var node = JsonNode.Parse(plan)!; ; node = Assert.Single(node["children"]!.AsArray())!)
        {
            if (node["operator_type"]?.GetValue<string>() == "TABLE_SCAN")
            {
                return node;
            }
        }
    }
}
