using System.Globalization;
using Linkage.Delta.Verification;

namespace Linkage.Worker.Reports;

/// <summary>
/// Holds an output that was made of one whole synthetic feed against its truth, by counts: records in by kind (exactly, from the run reports), links, rows of the
/// event tables and rejects (between what must be and what may be). That each row is on the right participant is not checked here.
/// </summary>
internal sealed class TruthCheck(OutputVerification output, string truthPath)
{
    private static readonly (string Kind, string Table)[] EventTables = [("clinical", "gp_clinical"), ("scripts", "gp_scripts"), ("registrations", "gp_registrations")];

    /// <summary>Adds findings to the output's, and says in one line what was compared.</summary>
    public string Run()
    {
        var truth = TruthTotals.Read(truthPath);
        var complete = output.AllReported;
        foreach (var (kind, table) in EventTables)
        {
            if (complete)
            {
                var records = output.Runs.Runs.Sum(r => r.Report.Records.TryGetValue(kind, out var k) ? k.In : 0);
                Exactly($"{kind} records read by all runs", records, truth.Records[kind]);
            }

            Within($"rows of {table}", RowsOf(table), truth.LeastRows[kind], truth.MostRows[kind]);
        }

        if (complete)
        {
            Exactly("patients read by all runs", output.Runs.Runs.Sum(static r => r.Report.Patients.Total), truth.Patients);
        }

        Within("rows of participant_links", RowsOf("participant_links"), truth.LeastLinks, truth.MostLinks);
        Within("rows of rejects", RowsOf("rejects"), truth.LeastRejects, truth.MostRejects);
        return (complete ? "records and patients read: as in the truth; " : "records read: not compared, a run has left no report; ")
            + "links, event rows and rejects: between what must be and what may be. Which row is on which participant is not compared.";
    }

    private long RowsOf(string table) => output.Tables.FirstOrDefault(t => t.Table == table)?.Rows ?? 0;

    private void Exactly(string what, long found, long expected)
    {
        if (found != expected)
        {
            Report(string.Create(CultureInfo.InvariantCulture, $"{found} {what}, the truth has {expected}."));
        }
    }

    private void Within(string what, long found, long least, long most)
    {
        if (found < least || found > most)
        {
            Report(string.Create(CultureInfo.InvariantCulture, $"{found} {what}, by the truth there must be {least} and may be {most}."));
        }
    }

    private void Report(string what) => output.Add(new VerificationFinding(Severity.Error, string.Empty, what, truthPath));
}
