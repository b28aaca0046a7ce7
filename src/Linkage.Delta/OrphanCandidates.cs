namespace Linkage.Delta;

/// <summary>A file on disk that carries the id of the run that wrote it.</summary>
/// <param name="Path">Relative to the table folder.</param>
/// <param name="RunId">The run.</param>
/// <param name="IsPublished">Whether it has its final name, so that the log may name it.</param>
internal readonly record struct RunFile(string Path, string RunId, bool IsPublished);

/// <summary>Finds the files of a table folder whose names this program gives. Other files are nobody's business here.</summary>
internal static class OrphanCandidates
{
    public static List<RunFile> Find(string tableDirectory)
    {
        var found = new List<RunFile>();
        try
        {
            Search(new DirectoryInfo(tableDirectory), "", found);
            var temporary = new DirectoryInfo(new LogPaths(tableDirectory).TemporaryFolder);
            if (temporary.Exists)
            {
                foreach (var file in temporary.EnumerateFiles())
                {
                    if (LogPaths.RunOfTemporary(file.Name) is { } run)
                        found.Add(new RunFile(Path.GetRelativePath(tableDirectory, file.FullName), run, false));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputDisk.Unavailable("list", tableDirectory, e);
        }
        return found;
    }

    private static void Search(DirectoryInfo folder, string relative, List<RunFile> found)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
        {
            var path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
            if (entry is DirectoryInfo inner)
            {
                // Partition folders only, and never through a link to somewhere else.
                if (entry.Name.Contains('=', StringComparison.Ordinal) && entry.LinkTarget is null)
                    Search(inner, path, found);
            }
            else if (DataFileName.RunOf(entry.Name) is { } run)
            {
                found.Add(new RunFile(path, run, !entry.Name.EndsWith(".tmp", StringComparison.Ordinal)));
            }
        }
    }
}
