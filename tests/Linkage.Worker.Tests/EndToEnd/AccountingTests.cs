using Linkage.Worker.Tests.Synth;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>Every record that goes in comes out once, at its own participant, or is counted as dropped or rejected: to the row, against the truth.</summary>
public sealed class AccountingTests
{
    private static readonly string[] Kinds = ["clinical", "scripts", "registrations"];
    private static readonly string[] RejectKinds = ["deleted", "duplicate-record", "missing-code", "malformed-code", "code-system-unfit"];

    [SkippableTheory]
    [InlineData(101, 20_000, 400, 0.3, 0.02, 1000)]
    [InlineData(102, 20_000, 250, 0.5, 0.4, 200)]
    [InlineData(103, 60_000, 1500, 0.1, 0.1, 500)]
    public void Every_record_has_exactly_one_fate_and_it_is_the_true_one(int seed, int records, int participants, double outside, double dirt, int batchRecords)
    {
        Duck.Require();
        using var study = new Study(seed, records, participants, outside, dirt, batchRecords);
        using var broker = new Broker(5, study.Drop);
        var output = study.NewOutput();
        study.Run(broker, output).Expect(0);

        var truth = study.Truth();
        var linked = Linked(output, truth);
        RowsAreTheParticipants(output, truth, linked);
        RejectsAreTheIrregular(output, study, truth, linked);
        ReportAddsUp(output, study, truth, linked);
        IdsAreTheParticipants(output, study);
        output.AssertNothingLeftOver();
    }

    /// <summary>Patients that were linked. Fails where one was linked to another person, or twice, or to a person who withdrew, or where a clean one was not.</summary>
    private static HashSet<(string Batch, int Patient)> Linked(OutputFolder output, List<TruthRow> truth)
    {
        var expected = truth.ToDictionary(static t => (t.BatchId, t.Patient));
        var linked = new HashSet<(string, int)>();
        foreach (var row in Duck.Rows($"SELECT batch_id, patient, participant_id FROM {output.Sql("participant_links")}"))
        {
            var patient = (row["batch_id"]!.ToString(), (int)Duck.Number(row["patient"]));
            Assert.True(linked.Add(patient), $"{patient} was linked twice");
            Assert.Equal(expected[patient].ParticipantId, row["participant_id"]!.ToString());
            Assert.Equal("participant", expected[patient].Kind);
        }

        var missed = truth.Where(t => t.Clean && !linked.Contains((t.BatchId, t.Patient))).ToList();
        Assert.True(missed.Count == 0, $"{missed.Count} clean patients were not linked, the first is {missed.FirstOrDefault()?.BatchId} {missed.FirstOrDefault()?.Patient}");
        if (output.Sql("review") is { } review)
        {
            Assert.All(Duck.Rows($"SELECT batch_id, patient FROM {review}"), row => Assert.DoesNotContain((row["batch_id"]!.ToString(), (int)Duck.Number(row["patient"])), linked));
        }

        return linked;
    }

    private static void RowsAreTheParticipants(OutputFolder output, List<TruthRow> truth, HashSet<(string, int)> linked)
    {
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            var expected = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var patient in truth.Where(t => linked.Contains((t.BatchId, t.Patient)) && t.Sent[kind] > t.Rejects[kind]))
            {
                expected[patient.ParticipantId] = expected.GetValueOrDefault(patient.ParticipantId) + patient.Sent[kind] - patient.Rejects[kind];
            }

            var found = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var row in Duck.Rows($"SELECT participant_id, count(*) AS n FROM {output.Sql("gp_" + Kinds[kind])} GROUP BY 1"))
            {
                found.Add(row["participant_id"]!.ToString(), Duck.Number(row["n"]));
            }

            Assert.Equal(expected, found);
            Assert.Equal(expected.Values.Sum(), output.RowsByLog("gp_" + Kinds[kind]));
        }
    }

    private static void RejectsAreTheIrregular(OutputFolder output, Study study, List<TruthRow> truth, HashSet<(string, int)> linked)
    {
        var expected = new SortedDictionary<string, long>(StringComparer.Ordinal);
        void Expect(string batch, string kind, string reason, long count)
        {
            if (count > 0)
            {
                var key = $"{batch} {kind} {reason}";
                expected[key] = expected.GetValueOrDefault(key) + count;
            }
        }

        foreach (var patient in truth.Where(t => linked.Contains((t.BatchId, t.Patient))))
        {
            foreach (var irregular in patient.RecordDirt.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = irregular.Split('/', ':');
                Expect(patient.BatchId, parts[0], parts[1], RejectKinds.Contains(parts[1]) ? long.Parse(parts[2]) : 0);
            }
        }

        foreach (var row in study.TruthBatches())
        {
            Expect(row["batch_id"], row["table"], "orphan-record", long.Parse(row["orphan-record"]));
        }

        var found = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in Duck.Rows($"SELECT batch_id, kind, reason, count(DISTINCT record) AS n, count(*) AS rows FROM {output.Sql("rejects")} GROUP BY 1, 2, 3"))
        {
            Assert.Equal(Duck.Number(row["rows"]), Duck.Number(row["n"]));
            found.Add($"{row["batch_id"]} {row["kind"]} {row["reason"]}", Duck.Number(row["n"]));
        }

        Assert.Equal(expected, found);
        Assert.Equal(expected.Values.Sum(), output.RowsByLog("rejects"));
    }

    private static void ReportAddsUp(OutputFolder output, Study study, List<TruthRow> truth, HashSet<(string, int)> linked)
    {
        var report = Assert.Single(output.Reports());
        var batches = study.TruthBatches();
        Assert.Equal((0, "completed", "until-caught-up"), (report.ExitCode, report.Outcome, report.Mode));
        Assert.Equal(batches.Count / 3, report.Batches);
        Assert.Equal(report.Batches, report.Source.Partitions.Sum(static p => p.To - p.From));
        Assert.Equal(truth.Count, report.Patients.Total);
        Assert.Equal(linked.Count, report.Patients.Outcomes["linked"]);
        Assert.Equal(study.Records, report.Records.Values.Sum(static r => r.In));
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            var fate = report.Records[Kinds[kind]];
            Assert.Equal(batches.Where(b => b["table"] == Kinds[kind]).Sum(static b => long.Parse(b["records"])), fate.In);
            Assert.Equal(truth.Where(t => !linked.Contains((t.BatchId, t.Patient))).Sum(t => (long)t.Sent[kind]), fate.Dropped);
            Assert.Equal(fate.In, fate.Out + fate.Dropped + fate.Rejected);
            Assert.Equal(0, fate.Kept);
            Assert.Equal(output.RowsByLog("gp_" + Kinds[kind]), fate.Out);
            Assert.Equal(fate.Dropped, fate.DroppedBy.Values.Sum());
            Assert.Equal(fate.Rejected, fate.RejectedBy.Values.Sum());
        }

        Assert.Equal(output.RowsByLog("rejects"), report.Rejects.Values.Sum());
        Assert.All(OutputFolder.Tables, table => Assert.Equal(output.RowsByLog(table), report.Tables[table].Rows));
    }

    // A participant's rows name the genome and the questionnaire that participants.csv names first for them.
    private static void IdsAreTheParticipants(OutputFolder output, Study study)
    {
        var study_ids = $"""
            (SELECT participant_id, nullif(split_part(coalesce(max(genome_ids), ''), ';', 1), '') AS genome, nullif(split_part(coalesce(max(questionnaire_ids), ''), ';', 1), '') AS questionnaire
             FROM read_csv({Duck.Quote(study.Participants)}, all_varchar = true) GROUP BY 1)
            """;
        foreach (var table in OutputFolder.Tables[..4])
        {
            var rows = Duck.Numbers($"""
                SELECT count(*) AS all_rows, count(*) FILTER (s.participant_id IS NULL OR t.genome_id IS DISTINCT FROM s.genome OR t.questionnaire_id IS DISTINCT FROM s.questionnaire) AS wrong,
                       count(t.genome_id) AS with_genome
                FROM {output.Sql(table)} t LEFT JOIN {study_ids} s USING (participant_id)
                """);
            Assert.Equal((output.RowsByLog(table), 0), (rows[0], rows[1]));
            Assert.InRange(rows[2], 1, rows[0]);
        }
    }
}
