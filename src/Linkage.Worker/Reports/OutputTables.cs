using Linkage.Delta.Compaction;
using Linkage.Parquet;
using Linkage.Tables;

namespace Linkage.Worker.Reports;

/// <summary>The tables of an output folder as this program knows them.</summary>
internal static class OutputTables
{
    private static readonly string[] Subjects = ["participant_id", "patient_pseudonym"];
    private static readonly string[] Times = ["event_dt", "issue_date", "reg_date", "processed_at"];

    /// <summary>Names of the tables that are there.</summary>
    public static IReadOnlyList<string> Of(string directory) =>
        [.. Directory.EnumerateDirectories(directory).Where(static d => Directory.Exists(Path.Combine(d, "_delta_log"))).Select(static d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    /// <summary>How a table's rows are sorted, and which columns have bloom filters; nothing of a table that is none of this program's.</summary>
    public static TableLayout LayoutOf(string name)
    {
        var spec = TableSpec.All(new Partitioning(PartitionBy.None), keepOutsiders: true).FirstOrDefault(s => s.Schema.Name == name);
        if (spec is null)
        {
            return TableLayout.Unknown;
        }

        var columns = spec.FileSchema.Columns;
        var subject = columns.FirstOrDefault(static c => c.Type == ColumnType.String && Subjects.Contains(c.Name, StringComparer.Ordinal))?.Name;
        var time = columns.FirstOrDefault(static c => Times.Contains(c.Name, StringComparer.Ordinal))?.Name;
        return new TableLayout(subject, subject is null ? null : time, [.. columns.Where(static c => c.Bloom).Select(static c => c.Name)]);
    }
}
