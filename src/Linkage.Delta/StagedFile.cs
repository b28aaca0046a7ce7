using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>A data file being written: under its temporary name, then synced, then published. One thread at a time.</summary>
public sealed class StagedFile : IDisposable
{
    private readonly DataFolder _folder;
    private readonly OutputStream _stream;
    private readonly string _temporary;
    private State _state = State.Open;

    internal StagedFile(DataFolder folder, string partitionPath, string name, SafeFileHandle file)
    {
        _folder = folder;
        PartitionFolder = System.IO.Path.Combine(folder.TableDirectory, partitionPath);
        Path = partitionPath.Length == 0 ? name : $"{partitionPath}/{name}";
        _temporary = System.IO.Path.Combine(PartitionFolder, DataFileName.Temporary(name));
        _stream = new OutputStream(folder.Disk, file, _temporary);
    }

    private enum State
    {
        Open,
        Closed,
        Synced,
        Published,
        Gone,
    }

    /// <summary>The file under its temporary name. Buffered; failures to write are <see cref="OutputUnavailableException"/>.</summary>
    public Stream Stream => _stream;

    /// <summary>Path the published file will have, relative to the table folder, '/' separated.</summary>
    public string Path { get; }

    internal string PartitionFolder { get; }

    internal bool IsSynced => _state == State.Synced;

    /// <summary>
    /// Syncs the bytes to disk and closes the file, still under its temporary name. Different files may be synced by several threads at once; for
    /// many files <see cref="DataFolder.SyncAll"/> is quicker.
    /// </summary>
    public void Sync()
    {
        Require(State.Open);
        _stream.Flush();
        _folder.Disk.Sync(_stream.File, _temporary);
        _stream.Close();
        _state = State.Synced;
    }

    /// <summary>Renames to <see cref="Path"/> without replacing, and syncs the folder. Call after <see cref="Sync"/>; for many files use <see cref="DataFolder.PublishAll"/>.</summary>
    public void Publish()
    {
        Rename();
        _folder.SyncFolders([this]);
    }

    /// <summary>
    /// Removes the file: the temporary one if not published, the published one if the commit did not happen. Only when that is certain (the
    /// commit was never tried, or ended in <see cref="OwnershipLostException"/>): otherwise the log may name the file.
    /// </summary>
    public void Discard()
    {
        _stream.Abandon();
        if (_state == State.Published)
            _folder.Disk.Delete(System.IO.Path.Combine(_folder.TableDirectory, Path));
        else if (_state != State.Gone)
            _folder.Disk.Delete(_temporary);
        _state = State.Gone;
    }

    /// <summary>Removes the file if it was not published. A published file stays.</summary>
    public void Dispose()
    {
        if (_state is State.Open or State.Closed or State.Synced)
            Discard();
        _stream.Dispose();
    }

    /// <summary>Writes what is buffered and leaves the file open.</summary>
    internal void Flush()
    {
        Require(State.Open);
        _stream.Flush();
    }

    /// <summary>Renames without syncing the folder.</summary>
    internal void Rename()
    {
        Require(State.Synced);
        var target = System.IO.Path.Combine(_folder.TableDirectory, Path);
        if (!_folder.Disk.TryMove(_temporary, target))
            throw new InvalidOperationException($"'{target}' exists already, though its name carries the id of this run: two runs have the same id.");
        _state = State.Published;
    }

    private void Require(State state)
    {
        if (_state != state)
            throw new InvalidOperationException($"'{Path}' is {_state}; this step needs it to be {state}.");
    }
}
