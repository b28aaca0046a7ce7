using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Linkage.Parquet.Tests;

namespace Linkage.Worker.Tests.Interop;

/// <summary>The Delta log, read as PROTOCOL.md says and without the product's reader, agrees with the files and with what is in them.</summary>
[Collection(InteropTests.Name)]
public class DeltaLogIsTrue(IngestedFeed feed)
{
    private static readonly DateTime Epoch = DateTime.UnixEpoch;

    [SkippableFact]
    public void About_files_rows_and_offsets()
    {
        Readers.Require();
        foreach (var tables in new[] { feed.ByYear, feed.InOneFile })
        {
            var rows = Readers.QueryEach([.. IngestedTables.Names.Select(table => $"SELECT count(*) AS rows FROM read_parquet('{tables.Glob(table)}')")]);
            foreach (var (index, table) in IngestedTables.Names.Index())
            {
                var log = Log(tables, table);
                var adds = Actions(log, "add");
                Assert.Empty(Actions(log, "remove"));
                Assert.Single(Actions(log, "protocol"));
                Assert.Single(Actions(log, "metaData"));
                Assert.Equal(tables.Files(table), adds.Select(PathOf).Order(StringComparer.Ordinal));
                Assert.All(adds, add => Assert.Equal(new FileInfo(Path.Combine(tables[table], PathOf(add))).Length, add["size"]!.GetValue<long>()));
                Assert.Equal(rows[index]["rows"]![0]!["rows"]!.ToString(), adds.Sum(add => Stats(add)["numRecords"]!.GetValue<long>()).ToString(CultureInfo.InvariantCulture));

                // Every table has taken every message of every partition.
                var offsets = Actions(log, "txn").GroupBy(txn => txn["appId"]!.GetValue<string>()).ToDictionary(group => group.Key, group => group.Max(txn => txn["version"]!.GetValue<long>()));
                Assert.Equal(
                    tables.Report.Source.Partitions.Select(partition => $"/{IngestedFeed.Topic}/{partition.Partition}: {partition.End}"),
                    offsets.OrderBy(offset => offset.Key, StringComparer.Ordinal).Select(offset => $"{offset.Key[offset.Key.IndexOf('/', StringComparison.Ordinal)..]}: {offset.Value}"));
            }
        }
    }

    [SkippableFact]
    public void About_the_schema()
    {
        Readers.Require();
        var tables = feed.ByYear;
        foreach (var table in IngestedTables.Names)
        {
            var metaData = Assert.Single(Actions(Log(tables, table), "metaData"));
            var partitions = metaData["partitionColumns"]!.AsArray().Select(name => name!.GetValue<string>()).ToArray();
            Assert.Equal(IngestedTables.EventTables.Contains(table) ? ["event_year"] : [], partitions);
            var fields = JsonNode.Parse(metaData["schemaString"]!.GetValue<string>())!["fields"]!.AsArray()
                .ToDictionary(field => field!["name"]!.GetValue<string>(), field => (field!["type"] as JsonValue)?.GetValue<string>() switch
                {
                    null => field["type"]!.ToJsonString() == """{"type":"array","elementType":"string","containsNull":false}""" ? "VARCHAR[]" : field["type"]!.ToJsonString(),
                    "integer" => "INTEGER",
                    "long" => "BIGINT",
                    "double" => "DOUBLE",
                    "string" => "VARCHAR",
                    "date" => "DATE",
                    "timestamp" => "TIMESTAMP WITH TIME ZONE",
                    var other => other,
                });
            var found = Readers.Query($"DESCRIBE SELECT * FROM read_parquet('{tables.Glob(table)}', hive_partitioning = true, hive_types = {{{string.Join(", ", partitions.Select(name => $"'{name}': INTEGER"))}}})".Replace(", hive_types = {}", "", StringComparison.Ordinal))
                .Select(row => (Name: IngestedTables.Text(row, "column_name"), Type: IngestedTables.Text(row, "column_type")));
            Assert.Equal(fields.Select(field => (field.Key, field.Value)), found);
        }
    }

    [SkippableFact]
    public void About_statistics_of_every_file()
    {
        Readers.Require();
        foreach (var tables in new[] { feed.ByYear, feed.InOneFile })
        {
            var reports = Readers.ReadFiles("duckdb", tables.Directory);
            var checks = 0;
            foreach (var table in IngestedTables.Names)
            {
                foreach (var add in Actions(Log(tables, table), "add"))
                {
                    var stats = Stats(add);
                    var report = reports[Path.Combine(tables[table], PathOf(add))];
                    Assert.Equal(report.Rows, stats["numRecords"]!.GetValue<long>());
                    foreach (var (name, column) in report.Columns!.Where(column => !add["partitionValues"]!.AsObject().ContainsKey(column.Key)))
                    {
                        var where = $"{table}, {PathOf(add)}, {name}";
                        Assert.True(column.Nulls == stats["nullCount"]![name]!.GetValue<long>(), $"{where}: {stats["nullCount"]![name]} nulls stated, {column.Nulls} found");
                        Check(where, stats["minValues"]![name], column, column.Min, upper: false);
                        Check(where, stats["maxValues"]![name], column, column.Max, upper: true);
                        checks++;
                    }
                }
            }

            Assert.True(checks > 50);
        }
    }

    /// <summary>A bound as the reader's canonical text: exact, but for texts cut to 32 characters and for what JSON cannot say.</summary>
    private static void Check(string where, JsonNode? stated, ReportedColumn column, string? real, bool upper)
    {
        if (stated is null)
        {
            // Nothing to state, or an infinity.
            Assert.True(real is null || column.Type == "double" && double.IsInfinity(Double(real)), $"{where}: no {(upper ? "maximum" : "minimum")} stated, {real} found");
            return;
        }

        Assert.True(real is not null, $"{where}: {stated} stated, nothing found");
        var matches = column.Type switch
        {
            "double" => stated.GetValue<double>() == Double(real),
            "date" => stated.GetValue<string>() == Epoch.AddDays(long.Parse(real, CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "timestamp_us" => DateTime.Parse(stated.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) == Epoch.AddMicroseconds(long.Parse(real, CultureInfo.InvariantCulture)),
            "string" => IsBound(stated.GetValue<string>(), real, upper),
            _ => stated.GetValue<long>().ToString(CultureInfo.InvariantCulture) == real,
        };
        Assert.True(matches, $"{where}: {(upper ? "maximum" : "minimum")} {stated} stated, {real} found");
    }

    private static bool IsBound(string stated, string real, bool upper)
    {
        const int cut = 32;
        var runes = real.EnumerateRunes().ToArray();
        var prefix = string.Concat(runes.Take(cut));
        return runes.Length <= cut ? stated == real : upper ? stated == prefix + "\U0010FFFF" : stated == prefix;
    }

    private static double Double(string bits) => BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private static JsonNode[] Log(IngestedTables tables, string table)
    {
        var entries = Directory.GetFiles(Path.Combine(tables[table], "_delta_log"), "*.json").Order(StringComparer.Ordinal).ToArray();

        // Versions without a gap, from 0.
        Assert.Equal(Enumerable.Range(0, entries.Length).Select(version => version.ToString("D20", CultureInfo.InvariantCulture) + ".json"), entries.Select(Path.GetFileName));
        return [.. entries.SelectMany(entry => File.ReadAllLines(entry, Encoding.UTF8)).Select(line => JsonNode.Parse(line)!)];
    }

    private static JsonNode[] Actions(JsonNode[] log, string name) => [.. log.Select(action => action[name]).OfType<JsonNode>()];

    private static string PathOf(JsonNode add) => Uri.UnescapeDataString(add["path"]!.GetValue<string>());

    private static JsonNode Stats(JsonNode add) => JsonNode.Parse(add["stats"]!.GetValue<string>())!;
}
