using System.Globalization;

namespace Linkage.Delta;

/// <summary>Names inside a table's <c>_delta_log</c>.</summary>
internal sealed class LogPaths(string tableDirectory)
{
    public const string FolderName = "_delta_log";

    public string Folder { get; } = Path.Combine(tableDirectory, FolderName);

    public string LastCheckpoint => Path.Combine(Folder, "_last_checkpoint");

    public string Entry(long version) => Path.Combine(Folder, version.ToString("D20", CultureInfo.InvariantCulture) + ".json");

    public string Checkpoint(long version) => Path.Combine(Folder, version.ToString("D20", CultureInfo.InvariantCulture) + ".checkpoint.parquet");

    /// <summary>Where files of the log are written before they get their names. A folder of its own, so that what a dead run left is found without listing the log.</summary>
    public string TemporaryFolder => Path.Combine(Folder, "_tmp");

    /// <summary>
    /// A temporary name. It carries the run, so that what a dead run left can be told. What is written while opening a table (runId null) belongs to no run and
    /// may be taken for an orphan by another worker; who needs it writes it again.
    /// </summary>
    public string Temporary(string? runId) => Path.Combine(TemporaryFolder, $"{runId ?? "open"}.{Guid.NewGuid():N}.tmp");

    /// <summary>The run of a temporary name; null for a name that is not ours.</summary>
    public static string? RunOfTemporary(string fileName) =>
        fileName.Split('.') is [var run, { Length: 32 }, "tmp"] && RunLease.IsRunId(run) ? run : null;

    /// <summary>The version of a log entry's file name; null for other files.</summary>
    public static long? VersionOf(string fileName) =>
        fileName.Length == 25 && fileName.EndsWith(".json", StringComparison.Ordinal)
        && long.TryParse(fileName.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
}
