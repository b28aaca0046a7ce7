using System.Text.RegularExpressions;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>How the tables are laid out, and what becomes of outsiders, by setting.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class PartitioningTests(SharedStudy shared)
{
    private static readonly string[] PartitionColumns = ["event_year", "event_month", "provider", "participant_bucket"];
    private static readonly (string Table, string Date)[] Events = [("gp_clinical", "event_dt"), ("gp_scripts", "issue_date"), ("gp_registrations", "reg_date")];

    [SkippableTheory]
    [InlineData("event_year", "event_year=[0-9]{4}", "event_year = year({0})")]
    [InlineData("event_month", "event_month=[0-9]{4}-[0-9]{2}", "event_month = strftime({0}, '%Y-%m')")]
    [InlineData("data_provider", "provider=[1-4]", "provider = data_provider")]
    [InlineData("participant_bucket", "participant_bucket=[0-6]", "participant_bucket BETWEEN 0 AND 6")]
    [InlineData("none", "", "true")]
    public void Every_partitioning_holds_the_same_rows_in_the_right_folders(string by, string folder, string rule)
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        shared.Study.Run(shared.Broker, output, $"Output:PartitionBy={by}", "Output:Buckets=7").Expect(0);
        output.AssertSameRows(shared.Reference, PartitionColumns);
        output.AssertNothingLeftOver();
        foreach (var (table, date) in Events)
        {
            Assert.All(output.Committed(table), file => Assert.Matches(new Regex($"^{(folder.Length > 0 ? folder + "/" : "")}part-[^/]+\\.parquet$", RegexOptions.None, TimeSpan.FromSeconds(10)), file));
            Assert.Equal([0], Duck.Numbers($"SELECT count(*) AS wrong FROM {output.Sql(table)} WHERE NOT coalesce({string.Format(rule, date)}, false)"));
        }

        if (by == "participant_bucket")
        {
            var all = string.Join(" UNION ALL ", Events.Select(e => $"SELECT participant_id, participant_bucket FROM {output.Sql(e.Table)}"));
            var counts = Duck.Numbers($"SELECT count(DISTINCT participant_id) AS people, count(DISTINCT (participant_id, participant_bucket)) AS pairs, count(DISTINCT participant_bucket) AS buckets FROM ({all})");
            Assert.Equal((counts[0], 7), (counts[1], counts[2]));
        }
    }

    [SkippableFact]
    public void Outsiders_who_are_kept_are_pseudonymous_and_change_nothing_for_participants()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        shared.Study.Run(shared.Broker, output, "Output:Outsiders=keep").Expect(0);
        output.AssertNothingLeftOver();

        // Their records are looked at now, so that there are more rejects; nothing else of the participants' tables changes.
        var reference = Assert.Single(shared.Reference.Reports());
        var report = Assert.Single(output.Reports());
        Assert.Equal(reference.Patients.Outcomes, report.Patients.Outcomes);
        foreach (var table in OutputFolder.Tables.Except(["rejects"], StringComparer.Ordinal))
        {
            // Which of a patient's batches is the first one may differ.
            var columns = $"SELECT COLUMNS(lambda c: c NOT IN ({string.Join(',', OutputFolder.History.Select(Duck.Quote))})) FROM";
            var (here, there) = ($"({columns} {output.Sql(table)})", $"({columns} {shared.Reference.Sql(table)})");
            Assert.Equal([0, 0], Duck.Numbers($"SELECT (SELECT count(*) FROM (FROM {here} EXCEPT ALL FROM {there})) AS a, (SELECT count(*) FROM (FROM {there} EXCEPT ALL FROM {here})) AS b"));
        }

        Assert.Equal([0], Duck.Numbers($"SELECT count(*) AS gone FROM (FROM {shared.Reference.Sql("rejects")} EXCEPT ALL FROM {output.Sql("rejects")})"));
        var settled = Settled(shared.Reference);
        foreach (var (kind, i) in new[] { ("clinical", 0), ("scripts", 1), ("registrations", 2) })
        {
            var fate = report.Records[kind];
            Assert.Equal(reference.Records[kind].Out, fate.Out);
            Assert.Equal(fate.In, fate.Out + fate.Kept + fate.Dropped + fate.Rejected);
            Assert.Equal(reference.Records[kind].Dropped, fate.Kept + fate.Dropped + fate.Rejected - reference.Records[kind].Rejected);

            var sql = output.Sql("outsider_" + kind)!;
            var rows = Duck.Numbers($"SELECT count(*) AS n, count(*) FILTER (NOT regexp_full_match(patient_pseudonym, '[0-9a-f]{{32}}')) AS wrong FROM {sql}");
            Assert.Equal([fate.Kept, 0], rows);
            Assert.NotEqual(0, fate.Kept);
            Assert.Empty(Duck.Rows($"SELECT column_name FROM (DESCRIBE FROM {sql}) WHERE column_name IN ('participant_id', 'genome_id', 'questionnaire_id')"));

            // Every outsider with an identifier to go by is kept; whoever withdrew is not, whatever the setting.
            var truth = shared.Study.Truth().Where(t => !settled.Contains((t.BatchId, t.Patient))).ToList();
            Assert.InRange(fate.Kept, truth.Where(static t => t.Kind == "outsider" && t.Dirt.Length == 0).Sum(t => (long)t.Sent[i] - t.Rejects[i]), truth.Where(static t => t.Kind != "withdrawn").Sum(t => (long)t.Sent[i] - t.Rejects[i]));
        }
    }

    // Patients who were linked, or are for a clerk to look at.
    private static HashSet<(string Batch, int Patient)> Settled(OutputFolder output) =>
        [.. Duck.Rows($"SELECT batch_id, patient FROM {output.Sql("participant_links")}{(output.Sql("review") is { } review ? $" UNION ALL SELECT batch_id, patient FROM {review}" : "")}")
            .Select(static r => (r["batch_id"]!.ToString(), (int)Duck.Number(r["patient"])))];
}
