using System.Globalization;

namespace Linkage.Worker.Reports;

/// <summary>
/// What truth.csv of <c>linkage synth</c> lets one expect of a whole output, as bounds: every clean patient must have been linked, and nobody who is not a
/// participant may have been. Kinds are clinical, scripts and registrations.
/// </summary>
internal sealed class TruthTotals
{
    /// <summary>Kinds of records, as truth.csv and the reports name them.</summary>
    public static readonly string[] Kinds = ["clinical", "scripts", "registrations"];

    private static readonly string[] RecordRejects = ["deleted", "duplicate-record", "orphan-record", "missing-code", "malformed-code", "code-system-unfit"];

    /// <summary>Patients, once for each batch they are in.</summary>
    public long Patients { get; private set; }

    /// <summary>Patients who must be linked.</summary>
    public long LeastLinks { get; private set; }

    /// <summary>Patients who may be linked: the participants.</summary>
    public long MostLinks { get; private set; }

    /// <summary>By kind: records sent.</summary>
    public Dictionary<string, long> Records { get; } = Kinds.ToDictionary(static k => k, static _ => 0L, StringComparer.Ordinal);

    /// <summary>By kind: usable records of patients who must be linked.</summary>
    public Dictionary<string, long> LeastRows { get; } = Kinds.ToDictionary(static k => k, static _ => 0L, StringComparer.Ordinal);

    /// <summary>By kind: usable records of patients who may be linked.</summary>
    public Dictionary<string, long> MostRows { get; } = Kinds.ToDictionary(static k => k, static _ => 0L, StringComparer.Ordinal);

    /// <summary>Records that must be rejected: those without a patient, and the unusable ones of patients who must be linked.</summary>
    public long LeastRejects { get; private set; }

    /// <summary>Records that may be rejected: all unusable ones.</summary>
    public long MostRejects { get; private set; }

    /// <summary>Reads truth.csv and, beside it, truth-batches.csv.</summary>
    /// <param name="path">truth.csv, or the folder it is in.</param>
    /// <exception cref="InvalidDataException">A file lacks a column, or a number in it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static TruthTotals Read(string path)
    {
        var truth = Directory.Exists(path) ? Path.Combine(path, "truth.csv") : path;
        var totals = new TruthTotals();
        var rejectsByPatient = 0L;
        foreach (var row in new TruthFile(truth).Rows())
        {
            totals.Patients++;
            var participant = row.Text("participant_id").Length > 0;
            var clean = row.Number("clean") == 1;
            totals.MostLinks += participant ? 1 : 0;
            totals.LeastLinks += clean ? 1 : 0;
            foreach (var kind in Kinds)
            {
                var rejects = row.Number(kind + "_rejects");
                var usable = row.Number(kind) - rejects;
                rejectsByPatient += rejects;
                totals.MostRows[kind] += participant ? usable : 0;
                totals.LeastRows[kind] += clean ? usable : 0;
                totals.LeastRejects += clean ? rejects : 0;
            }
        }

        foreach (var row in new TruthFile(Path.Combine(Path.GetDirectoryName(truth)!, "truth-batches.csv")).Rows())
        {
            var kind = row.Text("table");
            if (!totals.Records.ContainsKey(kind))
            {
                throw row.Damaged("table");
            }

            totals.Records[kind] += row.Number("records");
            totals.LeastRejects += row.Number("orphan-record");
            totals.MostRejects += RecordRejects.Sum(row.Number);
        }

        return totals;
    }

    /// <summary>A CSV file without quotes, read row by row.</summary>
    private sealed class TruthFile(string path)
    {
        public IEnumerable<Row> Rows()
        {
            using var reader = new StreamReader(path);
            var header = reader.ReadLine()?.Split(',') ?? throw new InvalidDataException($"{path} is empty.");
            var columns = header.Select(static (name, i) => (name, i)).ToDictionary(static c => c.name, static c => c.i, StringComparer.Ordinal);
            for (var line = 2; reader.ReadLine() is { } text; line++)
            {
                yield return new Row(path, line, columns, text.Split(','));
            }
        }
    }

    private readonly record struct Row(string Path, int Line, Dictionary<string, int> Columns, string[] Values)
    {
        public string Text(string column) => Columns.TryGetValue(column, out var i) && i < Values.Length ? Values[i] : throw Damaged(column);

        public long Number(string column) => long.TryParse(Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged(column);

        public InvalidDataException Damaged(string column) => new($"{Path} line {Line} has no usable column {column}: it is not as `linkage synth` writes it.");
    }
}
