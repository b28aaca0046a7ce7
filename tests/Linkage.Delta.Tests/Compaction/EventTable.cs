using System.Globalization;
using System.Text;
using Linkage.Delta.Compaction;
using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Tests.Compaction;

/// <summary>A table of events sorted by participant in each file, of every column type, with rows that follow from seeds.</summary>
internal static class EventTable
{
    public const string AppId = "events/t/0";

    public static readonly TableDefinition Definition = new(
        new TableSchema(
            "events",
            "One row an event.",
            [
                new(1, "participant_id", ColumnType.String, true, "Who."),
                new(2, "event_dt", ColumnType.Date, true, "When."),
                new(3, "value", ColumnType.Double, true, "How much."),
                new(4, "count", ColumnType.Int32, false, "How often."),
                new(5, "offset", ColumnType.Int64, false, "Where from."),
                new(6, "seen", ColumnType.TimestampMicros, true, "When seen."),
                new(7, "flag", ColumnType.Boolean, true, "Whether."),
                new(8, "note", ColumnType.String, true, "What else."),
                new(10, "genomes", ColumnType.StringList, true, "Which."),
                new(9, "year", ColumnType.String, true, "Partition."),
            ]),
        ["year"]);

    public static readonly TableLayout Layout = new("participant_id", "event_dt", ["participant_id"]);

    /// <summary>One flush: a file in each of the years, committed inside the gate as a worker does.</summary>
    public static void Commit(string output, TableLog log, DataFolder data, string runId, IReadOnlyList<string?> years, int rows, ParquetOptions? options = null, string appId = AppId, long start = 0)
    {
        using var gate = TableGate.EnterAsWriter(output);
        var from = log.Refresh().Progress.TryGetValue(appId, out var offset) ? offset : (long?)null;
        var seed = (int)(from ?? start);
        var files = new List<StagedFile>();
        var commit = new List<DataFile>();
        for (var i = 0; i < years.Count; i++)
        {
            KeyValuePair<string, string?>[] values = [new("year", years[i])];
            var file = data.Create(HivePath.Format(values));
            files.Add(file);
            commit.Add(new DataFile(file.Path, [.. values], Write(file.Stream, Definition.Schema with { Columns = Definition.Schema.Columns.RemoveAt(9) }, seed + i, rows, options ?? new ParquetOptions(), sorted: true)));
        }
        DataFolder.SyncAll(files);
        log.Commit(new TableCommit(Guid.NewGuid(), runId, [.. commit], [new(appId, from, seed + years.Count)], Sample.Time), files);
        foreach (var file in files)
            file.Dispose();
    }

    /// <summary>A table of so many commits of one run.</summary>
    public static void Fill(string output, string table, int commits, IReadOnlyList<string?> years, int rows, ParquetOptions? options = null)
    {
        var disk = new QuickDisk();
        var runId = "run-" + Guid.NewGuid().ToString("N");
        using var lease = RunLease.Take(output, runId);
        var log = TableLog.OpenOrCreate(table, Definition, TimeProvider.System, disk);
        using var data = new DataFolder(table, lease, disk);
        for (var i = 0; i < commits; i++)
            Commit(output, log, data, runId, years, rows, options);
    }

    public static ParquetFileSummary Write(Stream output, TableSchema schema, int seed, int rows, ParquetOptions options, bool sorted)
    {
        var random = new Random(seed);
        var people = Enumerable.Range(0, rows).Select(_ => random.Next(12) == 0 ? null : "P" + random.Next(40).ToString("D3", CultureInfo.InvariantCulture)).ToArray();
        if (sorted)
            Array.Sort(people, string.CompareOrdinal);
        var names = new Utf8Dictionary();
        var ids = people.Select(p => p is null ? -1 : names.GetOrAdd(Encoding.UTF8.GetBytes(p))).ToArray();
        using var scratch = new ParquetScratch();
        using var writer = new ParquetFileWriter(output, schema, options, [new("linkage.key_version", "1"), new("linkage.run_id", "some")], scratch);
        for (var start = 0; start < rows; start += options.RowGroupRows)
        {
            var count = Math.Min(options.RowGroupRows, rows - start);
            bool[] Some() => [.. Enumerable.Range(0, count).Select(_ => random.Next(4) > 0)];
            writer.BeginRowGroup(count);
            writer.WriteString(ids.AsSpan(start, count), names, idsAscending: sorted);
            writer.WriteInt32([.. Enumerable.Range(0, count).Select(_ => random.Next(300))], Some());
            writer.WriteDouble([.. Enumerable.Range(0, count).Select(_ => random.Next(6) switch { 0 => double.NaN, 1 => -0.0, 2 => double.NegativeInfinity, _ => random.Next(50) / 4.0 })], Some());
            writer.WriteInt32([.. Enumerable.Range(0, count).Select(_ => random.Next(5))], []);
            writer.WriteInt64([.. Enumerable.Range(0, count).Select(_ => random.NextInt64())], []);
            writer.WriteInt64([.. Enumerable.Range(0, count).Select(_ => random.NextInt64(1_000_000_000_000))], Some());
            writer.WriteBoolean([.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0)], Some());
            var notes = new Utf8Dictionary();
            writer.WriteString([.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? -1 : notes.GetOrAdd(Encoding.UTF8.GetBytes($"né {random.Next(200)}")))], notes, idsAscending: false);
            int[] lengths = [.. Enumerable.Range(0, count).Select(_ => random.Next(4))];
            bool[] lists = [.. lengths.Select(length => length > 0 || random.Next(2) == 0)];
            int[] offsets = [0, .. lengths.Select((_, i) => lengths.Take(i + 1).Sum())];
            writer.WriteStringList(offsets, [.. Enumerable.Range(0, offsets[^1]).Select(_ => notes.GetOrAdd(Encoding.UTF8.GetBytes($"G{random.Next(30)}")))], notes, lists);
            writer.EndRowGroup();
        }
        return writer.Close();
    }

    /// <summary>Rows of files as texts, partition included, each file's in order.</summary>
    public static List<string> Rows(string table, IEnumerable<string> paths)
    {
        var all = new List<string>();
        using var scratch = new ReadScratch();
        foreach (var path in paths)
        {
            using var reader = ParquetFileReader.Open(Path.Combine(table, path));
            for (var g = 0; g < reader.Footer.RowGroups.Length; g++)
            {
                var columns = Definition.Schema.Columns.RemoveAt(9).Select(wanted =>
                {
                    var at = reader.Footer.Columns.ToList().FindIndex(c => c.Name == wanted.Name);
                    var values = new ColumnValues();
                    if (at >= 0)
                        reader.Read(g, at, values, scratch);
                    return at >= 0 ? values : null;
                }).ToArray();
                for (var row = 0; row < reader.Footer.RowGroups[g].Rows; row++)
                    all.Add($"{Path.GetDirectoryName(path)}|{string.Join('|', columns.Select(c => Text(c, row)))}");
            }
        }
        return all;
    }

    /// <summary>Rows of the table as its log has it.</summary>
    public static List<string> RowsByLog(string table) => Rows(table, TableLog.Open(table).ReadFiles().Files.Keys.Order(StringComparer.Ordinal));

    /// <summary>Rows of the table as a glob finds it.</summary>
    public static List<string> RowsByGlob(string table) => Rows(table, Glob(table));

    public static IEnumerable<string> Glob(string table) => Directory.EnumerateDirectories(table, "year=*")
        .SelectMany(d => Directory.EnumerateFiles(d, "*.parquet"))
        .Select(f => Path.GetRelativePath(table, f)).Order(StringComparer.Ordinal);

    /// <summary>Fails unless log and glob both give these rows, each as often.</summary>
    public static void AssertRows(List<string> expected, string table, string where = "")
    {
        var sorted = expected.Order(StringComparer.Ordinal).ToList();
        foreach (var (found, by) in ((List<string>, string)[])[(RowsByLog(table), "log"), (RowsByGlob(table), "glob")])
        {
            Assert.True(found.Count == expected.Count, $"{where} by {by}: {found.Count} rows instead of {expected.Count}");
            Assert.True(sorted.SequenceEqual(found.Order(StringComparer.Ordinal), StringComparer.Ordinal), $"{where} by {by}: other rows");
        }
    }

    private static string Text(ColumnValues? column, int row)
    {
        if (column is null || (!column.Valid.IsEmpty && !column.Valid[row]))
            return "null";
        if (column.IsList)
            return $"[{string.Join(',', column.Ids[column.Offsets[row]..column.Offsets[row + 1]].ToArray().Select(id => Encoding.UTF8.GetString(column.Values[id])))}]";
        return column.Type switch
        {
            ColumnType.Boolean => column.Boolean[row] ? "true" : "false",
            ColumnType.Int32 or ColumnType.Date => column.Int32[row].ToString(CultureInfo.InvariantCulture),
            ColumnType.Int64 or ColumnType.TimestampMicros => column.Int64[row].ToString(CultureInfo.InvariantCulture),
            ColumnType.Double => BitConverter.DoubleToInt64Bits(column.Double[row]).ToString("x", CultureInfo.InvariantCulture),
            _ => "'" + Encoding.UTF8.GetString(column.Values[column.Ids[row]]) + "'",
        };
    }
}
