using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Linkage.Batches;
using Linkage.Identity;
using Linkage.Kernels;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Tables;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Reports;

/// <summary>A run's totals to its report.</summary>
internal static class RunReporting
{
    private static readonly RecordKind[] RecordKinds = [RecordKind.Clinical, RecordKind.Scripts, RecordKind.Registrations];

    /// <summary>Program version.</summary>
    public static string Version { get; } = typeof(RunReporting).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Commit the program was built from; empty when the build did not know.</summary>
    public static string Commit { get; } = typeof(RunReporting).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit : "";

    /// <summary>Kernels and the paths they take.</summary>
    public static IReadOnlyDictionary<string, string> KernelPaths { get; } = KernelDispatch.Chosen.ToDictionary(static k => k.Key, static k => KernelDispatch.Name(k.Value), StringComparer.Ordinal);

    /// <summary>Fate of the records by kind.</summary>
    public static Dictionary<string, RecordReport> Records(PipelineCounts counts) => RecordKinds.ToDictionary(
        static kind => Words.Text(kind),
        kind => new RecordReport(
            counts.In(kind),
            counts.Out(kind),
            counts.Kept(kind),
            counts.DroppedTotal(kind),
            counts.RejectedTotal(kind),
            By<Outcome>(outcome => counts.Dropped(kind, outcome)),
            By<RejectReason>(reason => counts.Rejected(kind, reason))),
        StringComparer.Ordinal);

    /// <summary>Patients.</summary>
    public static PatientReport Patients(PipelineCounts counts) => new(
        counts.Patients,
        By<Outcome>(outcome => counts.PatientsBy(outcome)),
        By<Tier>(tier => counts.Links(tier)),
        By<LinkFinding>(finding => finding == LinkFinding.None ? 0 : counts.Findings(finding)),
        By<FieldState>(state => counts.NhsNumbers(state)),
        By<FieldState>(state => counts.BirthDates(state)));

    /// <summary>Rejects of batches and records by reason.</summary>
    public static Dictionary<string, long> Rejects(PipelineCounts counts) => By<RejectReason>(reason =>
    {
        var total = counts.Rejected(RecordKind.Batch, reason);
        foreach (var kind in RecordKinds)
        {
            total += counts.Rejected(kind, reason);
        }

        return total;
    });

    /// <summary>Rows, files, bytes and how columns are stored, by table.</summary>
    public static Dictionary<string, TableReport> Tables(TableSet tables, RunTotals totals) => tables.Tables
        .Select((table, i) => (table.Spec.Schema.Name, Report: new TableReport(totals.RowsOf[i], totals.FilesOf[i], totals.BytesOf[i]) { Columns = totals.ColumnsOf[i].Report() }))
        .ToDictionary(static t => t.Name, static t => t.Report, StringComparer.Ordinal);

    /// <summary>Figures of the process and the run.</summary>
    public static FigureReport Figures(TimeSpan wall, TimeSpan ingest, RunTotals totals, StageTimes stages, TimeSpan commit)
    {
        using var process = Process.GetCurrentProcess();
        var records = totals.Counts.Records;
        return new FigureReport(
            Round(wall),
            Round(ingest),
            ingest > TimeSpan.Zero ? Math.Round(records / ingest.TotalSeconds) : 0,
            Round(process.TotalProcessorTime),
            PeakMemory(),
            GC.GetTotalAllocatedBytes(),
            totals.Flushes,
            new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["decode"] = Round(Stopwatch.GetElapsedTime(0, stages.Decode)),
                ["hash"] = Round(Stopwatch.GetElapsedTime(0, stages.Hash)),
                ["link"] = Round(Stopwatch.GetElapsedTime(0, stages.Link)),
                ["rows"] = Round(Stopwatch.GetElapsedTime(0, stages.Rows)),
                ["encode"] = Round(totals.EncodeTime),
                ["commit"] = Round(commit),
                ["commit_wait"] = Round(totals.CommitWait),
                ["lane_idle"] = Round(Stopwatch.GetElapsedTime(0, stages.Idle)),
            });
    }

    /// <summary>Writes the report beside the tables, whole or not at all.</summary>
    public static void Write(RunReport report, string outputDirectory)
    {
        var path = PathOf(outputDirectory, report.RunId);
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, report.ToJson() + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(temporary, path);
    }

    /// <summary>Where a run's report stands.</summary>
    public static string PathOf(string outputDirectory, string runId) => Path.Combine(outputDirectory, "_runs", runId + ".json");

    /// <summary>Largest resident set so far: VmHWM, which counts what mapping and native libraries use as well.</summary>
    public static long PeakMemory()
    {
        const string Key = "VmHWM:";
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(Key, StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan(Key.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
            }
        }

        return Environment.WorkingSet;
    }

    private static Dictionary<string, long> By<T>(Func<T, long> count)
        where T : struct, Enum
    {
        var result = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var value in Enum.GetValues<T>())
        {
            var n = count(value);
            if (n != 0)
            {
                result.Add(Words.Text(value), n);
            }
        }

        return result;
    }

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
