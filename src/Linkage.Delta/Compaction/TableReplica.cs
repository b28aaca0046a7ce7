namespace Linkage.Delta.Compaction;

/// <summary>
/// A second folder of a table, of hard links to the first one's files: what the table is to be, beside what it is. Takes no space but for the folders, and no file is
/// copied or moved, so that either of the two can be removed at any time without harm to the other.
/// </summary>
/// <param name="table">Folder of the table.</param>
/// <param name="replica">The second folder, on the same file system.</param>
/// <param name="disk">What both are on.</param>
internal sealed class TableReplica(string table, string replica, OutputDisk disk)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _entries = new(StringComparer.Ordinal);

    /// <summary>Links the log's entries, which never change nor go: most of what there is to do in a table of many commits, before anybody has to wait for it.</summary>
    public void LinkEntries()
    {
        var log = new DirectoryInfo(new LogPaths(table).Folder);
        MakeFolder("");
        MakeFolder(LogPaths.FolderName);
        foreach (var file in List(log))
        {
            if (file is FileInfo && LogPaths.VersionOf(file.Name) is not null)
            {
                _entries.Add($"{LogPaths.FolderName}/{file.Name}");
                disk.TryAddName(file.FullName, Path.Combine(replica, LogPaths.FolderName, file.Name));
            }
        }
    }

    /// <summary>Links everything else. While nobody writes to the table.</summary>
    /// <param name="except">Files to leave out, relative to the table.</param>
    public void LinkRest(IReadOnlySet<string> except)
    {
        Link("", new DirectoryInfo(table), except);
        SyncFolders();
    }

    private void Link(string relative, DirectoryInfo folder, IReadOnlySet<string> except)
    {
        MakeFolder(relative);
        foreach (var entry in List(folder))
        {
            var path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
            // A symbolic link is linked as what it is, not followed.
            if (entry is DirectoryInfo inner && entry.LinkTarget is null)
                Link(path, inner, except);
            else if (!except.Contains(path) && !_entries.Contains(path) && !disk.TryAddName(entry.FullName, Path.Combine(replica, path)))
                throw new InvalidDataException($"Another program than linkage writes to '{table}': '{path}' came while the table was compacted. Nothing was changed.");
        }
    }

    private void MakeFolder(string relative)
    {
        if (!_folders.Add(relative))
            return;
        var path = Path.Combine(replica, relative);
        disk.CreateDirectory(path);
        disk.CopyMode(Path.Combine(table, relative), path);
    }

    private void SyncFolders()
    {
        using var fileSystem = _folders.Count > FileSystemSync.FewFiles ? FileSystemSync.TryOpen(disk, replica) : null;
        if (fileSystem is not null)
        {
            fileSystem.Sync();
            return;
        }
        foreach (var folder in _folders)
            disk.SyncDirectory(Path.Combine(replica, folder));
    }

    private static List<FileSystemInfo> List(DirectoryInfo folder)
    {
        try { return [.. folder.EnumerateFileSystemInfos("*", Everything).OrderBy(e => e.Name, StringComparer.Ordinal)]; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw OutputDisk.Unavailable("list", folder.FullName, e); }
    }
}
