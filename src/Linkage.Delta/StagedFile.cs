using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>A data file being written: under its temporary name, then synced, then published. One thread at a time.</summary>
public sealed class StagedFile : IDisposable
{
    private readonly OutputStream _stream;
    private readonly string _temporary;
    private State _state = State.Open;

    internal StagedFile(DataFolder folder, string partitionPath, string name, string temporary, SafeFileHandle file)
    {
        Folder = folder;
        PartitionFolder = System.IO.Path.Combine(folder.TableDirectory, partitionPath);
        Path = partitionPath.Length == 0 ? name : $"{partitionPath}/{name}";
        _temporary = System.IO.Path.Combine(PartitionFolder, temporary);
        _stream = new OutputStream(folder.Disk, file, _temporary);
    }

    private enum State
    {
        Open,
        Synced,
        Published,
        Offered,
        Gone,
    }

    /// <summary>The file under its temporary name. Buffered; failures to write are <see cref="OutputUnavailableException"/>.</summary>
    public Stream Stream => _stream;

    /// <summary>Path the published file will have, relative to the table folder, '/' separated.</summary>
    public string Path { get; }

    /// <summary>Where the file is until it is published.</summary>
    internal string TemporaryPath => _temporary;

    internal DataFolder Folder { get; }

    internal string PartitionFolder { get; }

    /// <summary>
    /// Syncs the bytes to disk and closes the file, still under its temporary name. Different files may be synced by several threads at once; for
    /// many files <see cref="DataFolder.SyncAll"/> is quicker.
    /// </summary>
    public void Sync()
    {
        Flush();
        Folder.Disk.Sync(_stream.File, _temporary);
        MarkSynced();
    }

    /// <summary>Files are published by <see cref="TableLog.Commit(TableCommit, IReadOnlyCollection{StagedFile})"/>, which knows when a published file may still be removed.</summary>
    [Obsolete("Hand the synced files to TableLog.Commit(commit, files): it publishes and commits them, and afterwards Discard and Dispose never remove a file that the log may name.", error: true)]
    public void Publish() => throw new NotSupportedException("TableLog.Commit publishes.");

    /// <summary>
    /// Removes the file, unless the log names it or may name it: a commit whose outcome is unknown leaves its files to <see cref="DataFolder.RemoveOrphans"/>. Safe to
    /// call at any time.
    /// </summary>
    public void Discard()
    {
        _stream.Abandon();
        if (_state == State.Published)
            Folder.Disk.Delete(System.IO.Path.Combine(Folder.TableDirectory, Path));
        else if (_state is State.Open or State.Synced)
            Folder.Disk.Delete(_temporary);
        else
            return;
        _state = State.Gone;
    }

    /// <summary>Closes the file and removes it as <see cref="Discard"/> does: what was not committed does not stay.</summary>
    public void Dispose()
    {
        Discard();
        _stream.Dispose();
    }

    /// <summary>Closes after the bytes have been synced, by this file's own fsync or by one for all.</summary>
    internal void MarkSynced()
    {
        Require(State.Open);
        _stream.Close();
        _state = State.Synced;
    }

    /// <summary>Writes what is buffered and leaves the file open.</summary>
    internal void Flush()
    {
        Require(State.Open);
        _stream.Flush();
    }

    /// <summary>From here the log may name the published file.</summary>
    internal void MarkOffered()
    {
        Require(State.Published);
        _state = State.Offered;
    }

    /// <summary>The log certainly does not name the file.</summary>
    internal void MarkRefused()
    {
        Require(State.Offered);
        _state = State.Published;
    }

    /// <summary>Renames without syncing the folder.</summary>
    internal void Rename()
    {
        if (!TryRename())
            throw new InvalidOperationException($"'{System.IO.Path.Combine(Folder.TableDirectory, Path)}' exists already, though its name carries the id of this run: two runs have the same id.");
    }

    /// <summary>The same for a name that another run may have given.</summary>
    /// <returns>False when the name is taken; the file still has its temporary one.</returns>
    internal bool TryRename()
    {
        Require(State.Synced);
        if (!Folder.Disk.TryMove(_temporary, System.IO.Path.Combine(Folder.TableDirectory, Path)))
            return false;
        _state = State.Published;
        return true;
    }

    private void Require(State state)
    {
        if (_state != state)
            throw new InvalidOperationException($"'{Path}' is {_state}; this step needs it to be {state}.");
    }
}
