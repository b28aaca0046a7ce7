using System.Globalization;
using Linkage.Parquet.Tests;
using Linkage.Tables;

namespace Linkage.Worker.Tests.Interop;

/// <summary>DuckDB, hyparquet and parquet-wasm read every table by glob and find what went in.</summary>
[Collection(InteropTests.Name)]
public class ReadersAgree(IngestedFeed feed)
{
    [SkippableFact]
    public void On_every_column_of_every_table_with_what_went_in()
    {
        Readers.Require();
        var tables = feed.ByYear;
        var expected = feed.Expect(tables, "event_year", (date, _, _) => date.Year.ToString(CultureInfo.InvariantCulture));

        // All kinds of what may go wrong must have come up.
        Assert.All(expected.ByName, table => Assert.NotEmpty(table.Value.Rows));
        Check(tables, expected);
    }

    /// <summary>Columns that agree one by one may still stand beside the wrong neighbours.</summary>
    [SkippableFact]
    public void On_every_row()
    {
        Readers.Require();
        foreach (var tables in new[] { feed.ByYear, feed.InOneFile })
        {
            var partition = tables == feed.ByYear ? "event_year" : null;
            var expected = feed.Expect(tables, partition, (date, _, _) => date.Year.ToString(CultureInfo.InvariantCulture));
            foreach (var (name, table) in expected.ByName)
            {
                var rows = Readers.Query($"SELECT {string.Join(", ", table.Expressions)} FROM read_parquet('{tables.Glob(name)}', hive_partitioning = {partition is not null && IngestedTables.EventTables.Contains(name)})");
                var (sent, found) = (table.RowTexts().Order(StringComparer.Ordinal).ToArray(), rows.Select(table.RowText).Order(StringComparer.Ordinal).ToArray());
                Assert.True(sent.Length == found.Length, $"{name}: {found.Length} rows instead of {sent.Length} ({IngestedFeed.Origin})");
                var different = sent.Zip(found).FirstOrDefault(pair => pair.First != pair.Second);
                Assert.True(different == default, $"{name} ({IngestedFeed.Origin}), the first rows to differ:\nexpected {different.First}\nfound    {different.Second}");
            }
        }
    }

    [SkippableTheory]
    [InlineData(PartitionBy.EventMonth, "event_month")]
    [InlineData(PartitionBy.DataProvider, "provider")]
    [InlineData(PartitionBy.ParticipantBucket, "participant_bucket")]
    public void However_it_is_partitioned(PartitionBy by, string column)
    {
        Readers.Require();
        const int buckets = 12;
        var tables = feed.Ingest(column, plan => plan with { Partitioning = new Partitioning(by, buckets) });
        Check(tables, feed.Expect(tables, column, (date, provider, participant) => by switch
        {
            PartitionBy.EventMonth => date.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            PartitionBy.DataProvider => provider.ToString(CultureInfo.InvariantCulture),
            _ => (System.IO.Hashing.XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(participant)) % buckets).ToString(CultureInfo.InvariantCulture),
        }));
    }

    [SkippableFact]
    public void Not_partitioned_at_all()
    {
        Readers.Require();
        Check(feed.InOneFile, feed.Expect(feed.InOneFile, null, (_, _, _) => ""));
    }

    [SkippableFact]
    public void And_every_link_is_right()
    {
        Readers.Require();
        var links = feed.ByYear.Links;
        foreach (var (patient, participant) in links)
        {
            Assert.True(feed.Truth[patient].ParticipantId == participant, $"{patient} is linked to another person ({IngestedFeed.Origin})");
        }

        foreach (var (patient, (_, mustLink)) in feed.Truth)
        {
            Assert.True(!mustLink || links.ContainsKey(patient), $"{patient} is clean and not linked ({IngestedFeed.Origin})");
        }
    }

    [SkippableFact]
    public void And_nobody_under_review_is_linked()
    {
        Readers.Require();
        var tables = feed.ByYear;
        var review = Readers.Query($"SELECT batch_id, patient, reason FROM read_parquet('{tables["review"]}/*.parquet')");
        var outcomes = tables.Report.Patients.Outcomes;
        Assert.Equal(outcomes.GetValueOrDefault("ambiguous") + outcomes["rivals"] + outcomes.GetValueOrDefault("contradicts") + outcomes.GetValueOrDefault("lost"), review.Count);
        Assert.All(review, row => Assert.DoesNotContain((IngestedTables.Text(row, "batch_id"), row["patient"]!.GetValue<int>()), tables.Links.Keys));
        Assert.Equal(2, review.Count(row => IngestedTables.Text(row, "batch_id") == "rivals" && IngestedTables.Text(row, "reason") == "rivals"));
        Assert.Equal(review.Count, review.DistinctBy(row => (IngestedTables.Text(row, "batch_id"), row["patient"]!.GetValue<int>())).Count());
    }

    /// <summary>
    /// Who is linked is taken from participant_links, as DuckDB reads it: for a patient with dirty identifiers, truth says to whom they may be linked, not
    /// whether the evidence is enough. That every link is right and no clean patient is missing is a test of its own.
    /// </summary>
    private static void Check(IngestedTables tables, ExpectedTables expected)
    {
        var reports = Readers.ReadTables([.. IngestedTables.Names.Select(tables.Glob)]);
        foreach (var table in IngestedTables.Names)
        {
            var first = reports[(Readers.Names[0], tables.Glob(table))];
            foreach (var reader in Readers.Names)
            {
                var where = $"{reader} on {table} ({IngestedFeed.Origin})";
                var report = reports[(reader, tables.Glob(table))];
                Assert.True(report.Error is null, $"{where}: {report.Error}");
                Assert.Equal(first.Rows, report.Rows);
                Assert.Equal(first.Columns!.Keys.Order(StringComparer.Ordinal), report.Columns!.Keys.Order(StringComparer.Ordinal));
                foreach (var (name, column) in first.Columns)
                {
                    Assert.True(column == report.Columns[name], $"{where}, {name}:\n{Readers.Names[0]}: {column}\n{reader}: {report.Columns[name]}");
                    Assert.Equal(report.Rows, column.Count + column.Nulls);
                }
            }

            if (expected.ByName.TryGetValue(table, out var rows))
            {
                Check(table, rows, first);
            }
        }
    }

    private static void Check(string table, ExpectedTable expected, Report found)
    {
        Assert.True(expected.Rows.Count == found.Rows, $"{table}: {found.Rows} rows instead of {expected.Rows.Count} ({IngestedFeed.Origin})");
        foreach (var (name, column) in expected.Report())
        {
            Assert.True(found.Columns!.ContainsKey(name), $"{table} has no column {name}");
            Assert.True(column == found.Columns[name], $"{table}, {name} ({IngestedFeed.Origin}):\nexpected {column}\nfound    {found.Columns[name]}");
        }

        // Only what the linker alone knows stands beside.
        string[] evidence = ["tier", "nhs_number_agreement", "date_of_birth_agreement", "surname_agreement", "forename_agreement", "sex_agreement", "postcode_agreement", "model_version", "probability", "runner_up_weight", .. EndToEnd.OutputFolder.History];
        Assert.Equal(table == "participant_links" ? evidence : [], found.Columns!.Keys.Except(expected.Columns, StringComparer.Ordinal));
    }
}
