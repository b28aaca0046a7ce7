using System.Globalization;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Linkage.Parquet.Tests;

/// <summary>
/// Rows and bytes that readers look at for a point query on participant_id and a range on event_dt: with statistics, bloom filters and page index, and without. Rows are as a data file of gp_clinical
/// has them: sorted by participant, dates in any order, codes by chance. The figures go to the test's output, and from there to docs/parquet.md.
/// </summary>
public sealed class SkippingTests(ITestOutputHelper output) : IDisposable
{
    private const int RowCount = 60_000;
    private const int GroupRows = 6_000;
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void DuckDb_scans_the_row_groups_that_may_hold_a_participant()
    {
        Readers.Require();
        string path = File("file.parquet", new ParquetOptions());
        // Of an expression there are no statistics.
        (long Found, long Scanned)[] with = Scan(path, "participant_id = 'P050001'", "participant_id || '' = 'P050001'", "participant_id = 'P050000'", "participant_id || '' = 'P050000'");
        Assert.Equal(4, with[0].Found);
        Assert.InRange(with[0].Scanned, 1, GroupRows);
        Assert.Equal((4, RowCount), with[1]);
        // Absent, within the bounds of a row group: the bloom filter says so.
        Assert.Equal((0, 0), with[2]);
        Assert.Equal((0, RowCount), with[3]);
        (long found, long scanned) = Scan(File("without.parquet", new ParquetOptions { BloomFalsePositives = 0 }), "participant_id = 'P050000'").Single();
        Assert.Equal(0, found);
        Assert.InRange(scanned, 1, GroupRows);
    }

    [SkippableFact]
    public void DuckDb_scans_the_row_groups_that_may_hold_a_code()
    {
        Readers.Require();
        // Every row group's codes go from the lowest to the highest: bounds tell nothing, filters do.
        (long found, long scanned) = Scan(File("file.parquet", new ParquetOptions()), "read_2 = 'C0007.'").Single();
        Assert.Equal(1, found);
        // Of nine row groups without it, a filter at 5% lets hardly two pass.
        Assert.InRange(scanned, 1, 3 * GroupRows);
        (found, scanned) = Scan(File("without.parquet", new ParquetOptions { BloomFalsePositives = 0 }), "read_2 = 'C0007.'").Single();
        Assert.Equal(1, found);
        Assert.InRange(scanned, 9 * GroupRows, RowCount);
    }

    [SkippableFact]
    public void DuckDb_scans_the_row_groups_that_may_hold_a_date()
    {
        Readers.Require();
        string path = File("file.parquet", new ParquetOptions());
        (long Found, long Scanned)[] scans = Scan(path, "event_dt BETWEEN DATE '2001-01-01' AND DATE '2001-12-31'", "event_dt + 0 BETWEEN DATE '2001-01-01' AND DATE '2001-12-31'");
        (long found, long scanned) = scans[0];
        Assert.InRange(found, 1, GroupRows);
        // Dates of a row group span two years of ten.
        Assert.InRange(scanned, found, 3 * GroupRows);
        Assert.Equal((found, RowCount), scans[1]);
    }

    [SkippableFact]
    public void Hyparquet_reads_the_pages_that_may_hold_a_participant_and_nothing_for_one_that_is_not_there()
    {
        Readers.Require();
        string path = File("file.parquet", new ParquetOptions { PageRows = 500 });
        IReadOnlyDictionary<string, ReadingCost> present = Skip(path, "P050001");
        Assert.Equal(RowCount, present["scan"].Rows);
        Assert.All((string[])["statistics", "bloom", "pages"], way => Assert.Equal(4, present[way].Rows));
        Assert.InRange(present["statistics"].Bytes, 1, present["scan"].Bytes / 5);
        Assert.InRange(present["pages"].Bytes, 1, present["statistics"].Bytes * 2 / 3);

        IReadOnlyDictionary<string, ReadingCost> absent = Skip(path, "P050000");
        Assert.Equal(0, absent["bloom"].Rows);
        Assert.InRange(absent["statistics"].Bytes, present["scan"].Bytes / 20, present["scan"].Bytes);
        // The filter itself is what is read.
        Assert.InRange(absent["bloom"].Bytes, 1, absent["statistics"].Bytes / 10);

        string bare = File("bare.parquet", new ParquetOptions { PageRows = 500, PageIndex = false, BloomFalsePositives = 0 });
        IReadOnlyDictionary<string, ReadingCost> without = Skip(bare, "P050000");
        Assert.Equal(without["statistics"], without["pages"]);
    }

    private IReadOnlyDictionary<string, ReadingCost> Skip(string path, string participant)
    {
        IReadOnlyDictionary<string, ReadingCost> costs = Readers.Skip(path, new JsonObject { ["participant_id"] = new JsonObject { ["$eq"] = participant } }).Single();
        foreach ((string way, ReadingCost cost) in costs)
            output.WriteLine($"hyparquet, {Path.GetFileName(path)}, participant_id = '{participant}', {way}: {cost.Bytes} bytes read for {cost.Rows} rows");
        return costs;
    }

    /// <summary>For each condition the rows that it admits, and the rows of the row groups of which DuckDB read anything for them.</summary>
    private (long Found, long Scanned)[] Scan(string path, params string[] conditions)
    {
        IReadOnlyList<JsonObject> outcomes = Readers.QueryEach([
            "SET enable_external_file_cache = false",
            "CALL enable_logging('FileSystem')",
            .. conditions.SelectMany(where => (string[])[
                "CALL truncate_duckdb_logs()",
                $"SELECT count(*) AS n, count(value1), max(event_dt) FROM '{path}' WHERE {where}",
                $"SELECT pos::BIGINT AS pos, bytes::BIGINT AS bytes FROM duckdb_logs_parsed('FileSystem') WHERE op = 'READ' AND path = '{path}'"])]);
        JsonArray groups = Readers.Pages(path)[0]["rowGroups"]!.AsArray();
        return [.. conditions.Select((where, i) =>
        {
            (long Start, long End)[] reads = [.. Rows(outcomes[(3 * i) + 4]).Select(read => (Number(read["pos"]), Number(read["pos"]) + Number(read["bytes"])))];
            Assert.NotEmpty(reads);
            long scanned = groups
                .Where(group => group!["columns"]!.AsArray().Any(column => reads.Any(read => read.Start < Number(column!["first"]) + Number(column["compressed"]) && read.End > Number(column["first"]))))
                .Sum(group => Number(group!["rows"]));
            long found = Number(Rows(outcomes[(3 * i) + 3]).Single()["n"]);
            output.WriteLine($"DuckDB, {Path.GetFileName(path)}, {where}: {scanned} of {RowCount} rows scanned for {found}");
            return (found, scanned);
        })];
    }

    private static IEnumerable<JsonObject> Rows(JsonObject outcome) =>
        outcome["rows"]?.AsArray().Select(row => row!.AsObject()) ?? throw new InvalidOperationException(outcome["error"]?.ToString());

    private static long Number(JsonNode? number) => long.Parse(number!.ToString(), CultureInfo.InvariantCulture);

    private string File(string name, ParquetOptions options)
    {
        // Participants have odd numbers and four rows each; the dates of later ones are later, two years wide; a code in 12,000 occurs once.
        Random random = new(81);
        string?[] people = [.. Enumerable.Range(0, RowCount / 4).Select(i => string.Create(CultureInfo.InvariantCulture, $"P{45_001 + (2 * i):D6}"))];
        string?[] codes = [.. Enumerable.Range(0, 12_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"C{i:D4}."))];
        int[] code = [.. Enumerable.Range(0, RowCount).Select(i => i == 31_111 ? 7 : i % 11 == 0 ? 0 : i % 11 == 1 ? 11_999 : 8 + random.Next(11_000))];
        int[] days = [.. Enumerable.Range(0, RowCount).Select(i => 10_957 + (i / GroupRows * 365) + random.Next(730))];
        TestTable table = new(
            TestColumn.String(new(1, "participant_id", ColumnType.String, false, "") { Bloom = true }, [.. Enumerable.Range(0, RowCount).Select(i => i / 4)], new TestValues(people), ascending: true),
            TestColumn.Int32(new(2, "event_dt", ColumnType.Date, false, ""), days, null),
            TestColumn.String(new(3, "read_2", ColumnType.String, true, "") { Bloom = true }, code, new TestValues(codes), ascending: false),
            TestColumn.Double(new(4, "value1", ColumnType.Double, true, ""), [.. Enumerable.Range(0, RowCount).Select(_ => random.NextDouble())], null));
        string path = _folder.File(name);
        table.Write(path, options, _scratch, [.. Enumerable.Repeat(GroupRows, RowCount / GroupRows)]);
        return path;
    }
}
