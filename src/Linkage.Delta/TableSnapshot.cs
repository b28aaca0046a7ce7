using System.Collections.Immutable;

namespace Linkage.Delta;

/// <summary>
/// State of a table at one version. The list of data files is not part of it, because it grows with the table: <see cref="TableLog.ReadFiles"/>
/// reads it when somebody wants it.
/// </summary>
/// <param name="Version">Log version, from 0.</param>
/// <param name="Definition">Schema and partition columns.</param>
/// <param name="Progress">Next offset by appId.</param>
public sealed record TableSnapshot(long Version, TableDefinition Definition, ImmutableDictionary<string, long> Progress);

/// <summary>The live data files of a table at one version.</summary>
/// <param name="Version">Log version.</param>
/// <param name="Files">Live data files by path.</param>
public sealed record TableFiles(long Version, ImmutableDictionary<string, LiveFile> Files);

/// <summary>A file that became valid with a log entry, though it is no data of the table.</summary>
/// <param name="Version">Version of the entry.</param>
/// <param name="Name">Name of the file.</param>
public readonly record struct AttachedFile(long Version, string Name);

/// <summary>A data file the log names.</summary>
/// <param name="Path">Relative path, as in the file system.</param>
/// <param name="PartitionValues">Partition values, in the order of the log.</param>
/// <param name="Bytes">File length.</param>
/// <param name="ModificationTime">Milliseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Rows">Rows (from statistics), or null when the log does not say.</param>
/// <param name="StatisticsJson">The Delta statistics as logged.</param>
public sealed record LiveFile(string Path, ImmutableArray<KeyValuePair<string, string?>> PartitionValues, long Bytes, long ModificationTime, long? Rows, string? StatisticsJson)
{
    /// <summary>The run that wrote it, by its name; null for a file of another program.</summary>
    public string? RunId => DataFileName.RunOf(System.IO.Path.GetFileName(Path));
}
