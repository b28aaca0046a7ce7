namespace Linkage.Delta;

/// <summary>
/// Where a table's data files come into being: written under a hidden temporary name, synced, renamed without replacing,
/// named for the run that owns them; files of runs that are dead and that no log entry names are removed.
/// </summary>
public sealed class DataFolder
{
    /// <summary>Opens the data folder of a table for one run.</summary>
    public DataFolder(string tableDirectory, RunLease lease) => throw new NotSupportedException("stub: delta");

    /// <summary>Starts a file in a partition folder (relative, '' for none). Write to <see cref="StagedFile.Stream"/>, then <see cref="StagedFile.Publish"/>.</summary>
    public StagedFile Create(string partitionPath) => throw new NotSupportedException("stub: delta");

    /// <summary>Removes files (temporary and published) that belong to no live run and that the log does not name. Returns how many.</summary>
    public int RemoveOrphans(TableLog log) => throw new NotSupportedException("stub: delta");
}

/// <summary>A data file being written.</summary>
public sealed class StagedFile : IDisposable
{
    /// <summary>The file under its temporary name.</summary>
    public Stream Stream => throw new NotSupportedException("stub: delta");

    /// <summary>Path the published file will have, relative to the table folder.</summary>
    public string Path => throw new NotSupportedException("stub: delta");

    /// <summary>Syncs the bytes to disk and closes the file, still under its temporary name.</summary>
    public void Sync() => throw new NotSupportedException("stub: delta");

    /// <summary>Renames to <see cref="Path"/> without replacing. Call after <see cref="Sync"/>.</summary>
    public void Publish() => throw new NotSupportedException("stub: delta");

    /// <summary>Removes the file: the temporary one if not published, the published one if the commit did not happen.</summary>
    public void Discard() => throw new NotSupportedException("stub: delta");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>
/// A run's proof of life: an exclusively locked file <c>_runs/&lt;run_id&gt;.lock</c> under the output folder, released by the kernel when the
/// process dies. Files of a run whose lease nobody holds are safe to judge by the log.
/// </summary>
public sealed class RunLease : IDisposable
{
    /// <summary>Takes the lease of a new run.</summary>
    public static RunLease Take(string outputDirectory, string runId) => throw new NotSupportedException("stub: delta");

    /// <summary>The run's id, part of every file name it writes: lower-case letters, digits and '-'.</summary>
    public string RunId => throw new NotSupportedException("stub: delta");

    /// <summary>Whether some process holds the lease of that run.</summary>
    public static bool IsAlive(string outputDirectory, string runId) => throw new NotSupportedException("stub: delta");

    /// <summary>Releases and removes the lock file.</summary>
    public void Dispose()
    {
    }
}
