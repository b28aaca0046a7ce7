using System.Text.Json.Nodes;
using Linkage.Parquet.Tests;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Reports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linkage.Worker.Tests.Interop;

/// <summary>Tables as a run of the worker left them, and who they say is linked.</summary>
internal sealed record IngestedTables(string Directory, RunReport Report, IReadOnlyDictionary<(string Batch, int Patient), string> Links)
{
    /// <summary>Tables of a run.</summary>
    public static IReadOnlyList<string> Names { get; } = ["gp_clinical", "gp_scripts", "gp_registrations", "participant_links", "review", "rejects"];

    /// <summary>Tables that are partitioned.</summary>
    public static IReadOnlyList<string> EventTables { get; } = ["gp_clinical", "gp_scripts", "gp_registrations"];

    /// <summary>Folder of a table.</summary>
    public string this[string table] => Path.Combine(Directory, table);

    /// <summary>Glob of a table.</summary>
    public string Glob(string table) => Path.Combine(Directory, table, "**", "*.parquet");

    /// <summary>Data files of a table, relative to its folder.</summary>
    public IReadOnlyList<string> Files(string table) =>
        [.. System.IO.Directory.EnumerateFiles(this[table], "*.parquet", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(this[table], file)).Order(StringComparer.Ordinal)];

    /// <summary>Ingests all there is and reads back who is linked.</summary>
    public static IngestedTables Run(RunPlan plan)
    {
        var result = WorkerRun.Execute(plan, new RunStatus(), NullLoggerFactory.Instance, CancellationToken.None);
        Assert.True(result.ExitCode == ExitCode.Done, $"exit code {result.ExitCode}: {result.Error} ({IngestedFeed.Origin})");
        var links = Readers.Query($"SELECT batch_id, patient, participant_id FROM read_parquet('{plan.OutputDirectory}/participant_links/*.parquet')");
        return new IngestedTables(plan.OutputDirectory, result.Report!, links.ToDictionary(
            row => (Text(row, "batch_id"), int.Parse(Text(row, "patient"))), row => Text(row, "participant_id")));
    }

    /// <summary>A value of a query's row as text.</summary>
    public static string Text(JsonObject row, string column) => row[column]!.ToString();
}
