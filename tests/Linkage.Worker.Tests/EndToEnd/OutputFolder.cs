using System.Globalization;
using System.Text.Json.Nodes;
using Linkage.Worker.Reports;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>An output folder as a reader without this program's code sees it: logs as JSON lines, data through DuckDB.</summary>
internal sealed class OutputFolder(string path)
{
    /// <summary>The tables, in the order they commit.</summary>
    public static readonly string[] Tables = ["gp_clinical", "gp_scripts", "gp_registrations", "participant_links", "review", "rejects"];

    /// <summary>Columns that say where in the topic a batch stood, which differs from one sending to the next.</summary>
    public static readonly string[] Places = ["source_partition", "source_offset", "message_at"];

    /// <summary>Columns that say what a link is in the light of earlier batches: which batch is the earlier one differs from one run to the next, where partitions are read side by side.</summary>
    public static readonly string[] History = ["change", "previous_participant_id", "previous_tier", "previous_weight"];

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>Report of a run, oldest first; those whose run ended in order.</summary>
    public RunReport[] Reports() => [.. Directory.GetFiles(System.IO.Path.Combine(Path, "_runs"), "*.json").Order(StringComparer.Ordinal).Select(f => RunReport.FromJson(File.ReadAllText(f))!).OrderBy(r => r.StartedAt)];

    /// <summary>Log entries of a table, oldest first.</summary>
    public string[] Entries(string table)
    {
        var log = System.IO.Path.Combine(Path, table, "_delta_log");
        return Directory.Exists(log) ? [.. Directory.GetFiles(log, "*.json").Where(static f => char.IsAsciiDigit(System.IO.Path.GetFileName(f)[0])).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Actions of a table's log, oldest first.</summary>
    public IEnumerable<JsonObject> Actions(string table) =>
        Entries(table).SelectMany(File.ReadLines).Where(static l => l.Length > 0).Select(static l => JsonNode.Parse(l)!.AsObject());

    /// <summary>Next offset by partition of the topic, as a table's log has it.</summary>
    public SortedDictionary<int, long> Progress(string table)
    {
        var progress = new SortedDictionary<int, long>();
        foreach (var action in Actions(table))
        {
            if (action["txn"] is { } txn)
            {
                var parts = txn["appId"]!.GetValue<string>().Split('/');
                Assert.Equal(table, parts[0]);
                var next = txn["version"]!.GetValue<long>();
                var partition = int.Parse(parts[^1], CultureInfo.InvariantCulture);
                Assert.True(next > progress.GetValueOrDefault(partition, -1), $"{table} [{partition}]: the log goes back to {next}");
                progress[partition] = next;
            }
        }

        return progress;
    }

    /// <summary>Whether every table's log has reached these offsets.</summary>
    public bool HasReached(IReadOnlyDictionary<int, long> ends) =>
        Tables.All(t => Progress(t) is var p && ends.All(end => p.GetValueOrDefault(end.Key) >= end.Value));

    /// <summary>Data files the log names, relative to the table.</summary>
    public HashSet<string> Committed(string table)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var action in Actions(table))
        {
            if (action["add"] is { } add)
            {
                Assert.True(files.Add(Uri.UnescapeDataString(add["path"]!.GetValue<string>())), $"{table}: a file was added twice");
            }

            if (action["remove"] is { } remove)
            {
                files.Remove(Uri.UnescapeDataString(remove["path"]!.GetValue<string>()));
            }
        }

        return files;
    }

    /// <summary>Rows of a table by its log's statistics.</summary>
    public long RowsByLog(string table) => Actions(table)
        .Where(static a => a["add"]?["dataChange"]?.GetValue<bool>() == true)
        .Select(static a => a["add"]!["stats"])
        .OfType<JsonNode>()
        .Sum(static s => JsonNode.Parse(s.GetValue<string>())!["numRecords"]!.GetValue<long>());

    /// <summary>Data files on disk, temporary ones too.</summary>
    public List<string> FilesOnDisk(string table) =>
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Path, table), "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(System.IO.Path.Combine(Path, table), f))
            .Where(static f => !f.StartsWith("_delta_log/", StringComparison.Ordinal))];

    /// <summary>The same while a run goes on: none where the table is not there yet, or a folder of it has just gone.</summary>
    public IReadOnlyList<string> TryFilesOnDisk(string table) => Directory.Exists(System.IO.Path.Combine(Path, table)) ? FilesOnDisk(table) : [];

    /// <summary>Fails if anything is there that a log or a report does not account for.</summary>
    public void AssertNothingLeftOver()
    {
        foreach (var table in TablesOnDisk())
        {
            Assert.Equal(Committed(table).Order(StringComparer.Ordinal), FilesOnDisk(table).Order(StringComparer.Ordinal));
        }

        // The locks of the gate stay: whoever removed one would lock another than those who have it.
        string[] locks = [".tables", ".tables-queue", ".compaction"];
        var others = Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Where(f => !locks.Contains(System.IO.Path.GetRelativePath(System.IO.Path.Combine(Path, "_runs"), f), StringComparer.Ordinal)).Where(static f => !f.EndsWith(".json", StringComparison.Ordinal) && !f.EndsWith(".parquet", StringComparison.Ordinal) && !f.EndsWith(".links", StringComparison.Ordinal) && !f.EndsWith("_last_checkpoint", StringComparison.Ordinal));
        Assert.Empty(others);
        AssertLedgerIsThatOfTheLog();
    }

    /// <summary>Files of the link ledger that are attached to a log entry, oldest first.</summary>
    public string[] AttachedLinks() => [.. Actions(Tables[0]).Select(static a => a["commitInfo"]?["linkage"]?["attached"]?.GetValue<string>()).OfType<string>()];

    /// <summary>Files of the link ledger that are there.</summary>
    public string[] LinksOnDisk() =>
        Directory.Exists(System.IO.Path.Combine(Path, "_links")) ? [.. Directory.GetFiles(System.IO.Path.Combine(Path, "_links")).Select(static f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal)] : [];

    // Whatever findings are there are named by the log, and those that no base stands for are there.
    private void AssertLedgerIsThatOfTheLog()
    {
        var (attached, files) = (AttachedLinks(), LinksOnDisk());
        var bases = files.Where(static f => f.StartsWith("base-", StringComparison.Ordinal)).ToArray();
        Assert.InRange(bases.Length, files.Length == 0 ? 0 : 1, 2);
        Assert.Subset(attached.ToHashSet(StringComparer.Ordinal), files.Except(bases, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal));
        if (bases.Length == 1)
        {
            Assert.Equal(attached.Order(StringComparer.Ordinal), files.Except(bases, StringComparer.Ordinal));
        }
    }

    /// <summary>Tables that are there.</summary>
    public string[] TablesOnDisk() => [.. Directory.GetDirectories(Path).Select(static d => System.IO.Path.GetFileName(d)).Where(static d => d is not "_runs" and not "_links" and not "_compaction").Order(StringComparer.Ordinal)];

    /// <summary>A table by glob, as SQL; null when it has no files and so nothing to read. The folders are named, for the log has Parquet files of its own.</summary>
    public string? Sql(string table)
    {
        if (Committed(table).Order(StringComparer.Ordinal).FirstOrDefault() is not { } file)
        {
            return null;
        }

        var folders = file.Contains('/', StringComparison.Ordinal) ? file.Split('=')[0] + "=*/" : "";
        return $"read_parquet({Duck.Quote($"{Path}/{table}/{folders}*.parquet")}, hive_partitioning = {(folders.Length > 0 ? "true" : "false")})";
    }

    /// <summary>Fails unless both hold the same rows in every table of this one, in whatever order and files.</summary>
    /// <param name="other">The other.</param>
    /// <param name="except">Columns not to be compared; they need not be there.</param>
    /// <param name="rejects">Condition on the rejects to be compared.</param>
    /// <param name="sideBySide">Whether workers read side by side: then two of them may meet a patient first.</param>
    public void AssertSameRows(OutputFolder other, IReadOnlyCollection<string>? except = null, string rejects = "true", bool sideBySide = false)
    {
        var queries = new List<string>();
        foreach (var table in Tables)
        {
            var (here, there) = (Sql(table), other.Sql(table));
            if (here is null || there is null)
            {
                Assert.True(RowsByLog(table) == 0 && other.RowsByLog(table) == 0, $"{table}: {RowsByLog(table)} rows in one, {other.RowsByLog(table)} in the other");
                continue;
            }

            if (table == "participant_links")
            {
                AssertSameHistory(here, there, sideBySide);
            }

            except = [.. except ?? [], .. History];
            var columns = $"COLUMNS(lambda c: c NOT IN ({string.Join(',', except.Select(Duck.Quote))}))";
            var where = table == "rejects" ? $" WHERE {rejects}" : "";
            var (a, b) = ($"(SELECT {columns} FROM {here}{where})", $"(SELECT {columns} FROM {there}{where})");
            queries.Add($"SELECT '{table}' AS name, (SELECT count(*) FROM {a}) AS here, (SELECT count(*) FROM {b}) AS there, (SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})) AS onlyHere, (SELECT count(*) FROM (FROM {b} EXCEPT ALL FROM {a})) AS onlyThere");
        }

        foreach (var row in Duck.Rows(string.Join(" UNION ALL ", queries)))
        {
            Assert.True(
                row["here"]!.ToString() == row["there"]!.ToString() && Duck.Number(row["onlyHere"]) == 0 && Duck.Number(row["onlyThere"]) == 0,
                $"rows differ: {row.ToJsonString()} in {Path} and {other.Path}");
        }
    }

    // Every patient is new exactly once, whatever crashed, however often a batch was read; in whichever batch that was.
    private static void AssertSameHistory(string here, string there, bool sideBySide)
    {
        static string Count(string table, string where) => $"(SELECT count(*) FROM {table} WHERE {where})";
        var counts = Duck.Numbers(
            $"SELECT {Count(here, "change = 'new'")} AS a, {Count(there, "change = 'new'")} AS b, {Count(here, "change = 'untracked'")} AS c, {Count(there, "change = 'untracked'")} AS d, {Count(here, "change IS NULL")} AS e");
        Assert.True(counts[0] == counts[1] || (sideBySide && counts[0] > counts[1]), $"{counts[0]} new patients here, {counts[1]} there");
        Assert.Equal((counts[2], 0), (counts[3], counts[4]));
        Assert.True(counts[1] > 0, "nobody was new");
    }
}
