using System.Globalization;
using Linkage.Delta;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Ingestion;

/// <summary>One file of findings as read.</summary>
/// <param name="File">The file, and the log entry that made it valid.</param>
/// <param name="Records">The findings.</param>
/// <param name="IsMine">Whether the patients' keys are of this worker's key: then they can be recognised.</param>
/// <param name="Bytes">Bytes of the file.</param>
internal sealed record FoundLinks(AttachedFile File, LinkRecord[] Records, bool IsMine, long Bytes);

/// <summary>The files of the link ledger of one table, read and written whole: bases by version, findings by name.</summary>
/// <param name="folder">The folder.</param>
/// <param name="table">Id of the table whose log says which findings are valid.</param>
/// <param name="key">The key patients' keys are made with.</param>
internal sealed class LinkFiles(DataFolder folder, Guid table, Pseudonymiser key)
{
    private const string Prefix = "base-";
    private const string Suffix = ".links";
    private const int Digits = 20;

    /// <summary>Where they are.</summary>
    public string Directory => folder.TableDirectory;

    /// <summary>Name of the base of a version.</summary>
    public static string BaseName(long version) => Prefix + version.ToString("D20", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>Versions of the bases there are, of whatever table.</summary>
    public List<long> Bases() => BasesIn(Directory);

    /// <summary>Versions of the bases in a folder.</summary>
    public static List<long> BasesIn(string directory)
    {
        try
        {
            return
            [
                .. System.IO.Directory.EnumerateFiles(directory, Prefix + "*" + Suffix)
                    .Select(static f => Path.GetFileName(f))
                    .Where(static n => n.Length == Prefix.Length + Digits + Suffix.Length)
                    .Select(static n => long.TryParse(n.AsSpan(Prefix.Length, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1)
                    .Where(static v => v >= 0),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(directory, e);
        }
    }

    /// <summary>Reads findings; null when the file is not there.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public FoundLinks? TryReadFindings(AttachedFile file)
    {
        LinkRecord[] records = [];
        var mine = false;
        var found = TryRead(
            file.Name,
            reader =>
            {
                mine = reader.IsOf(key);
                records = ReadRecords(reader);
            },
            out var bytes);
        return found ? new FoundLinks(file, records, mine, bytes) : null;
    }

    /// <summary>Reads a base.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="onLink">Takes each link, in order of keys, if the patients' keys are of this key.</param>
    /// <param name="carried">Its records; null when it is of another table.</param>
    /// <param name="bytes">Bytes of the file.</param>
    /// <returns>False when it is not there any more.</returns>
    /// <exception cref="InvalidDataException">The file is damaged; links may have been taken by then.</exception>
    public bool TryReadBase(long version, Action<RememberedLink> onLink, out LinkRecord[]? carried, out long bytes)
    {
        LinkRecord[]? records = null;
        var found = TryRead(
            BaseName(version),
            reader =>
            {
                if (reader.Header.Table != table)
                {
                    return;
                }

                var mine = reader.IsOf(key);
                while (reader.TryReadLink(out var link))
                {
                    if (mine)
                    {
                        onLink(link);
                    }
                }

                records = ReadRecords(reader);
            },
            out bytes);
        carried = records;
        return found;
    }

    /// <summary>Writes findings to a file that is not synced yet.</summary>
    public StagedFile WriteFindings(LinkFindings findings)
    {
        var file = folder.Create("");
        try
        {
            LinkFile.Write(file.Stream, table, key, findings);
            return file;
        }
        catch
        {
            file.Discard();
            throw;
        }
    }

    /// <summary>Writes a base, synced and under its name. One that is there already, another worker's, is as good.</summary>
    public void WriteBase(long version, long count, Action<Action<RememberedLink>> links, ReadOnlySpan<LinkRecord> unsettled)
    {
        using var file = folder.CreateNamed(BaseName(version));
        LinkFile.Write(file.Stream, new LinkFileHeader(table, version, count, unsettled.Length), key, links, unsettled);
        file.Sync();
        folder.TryPublish(file);
    }

    /// <summary>Removes a file.</summary>
    public void Remove(string name) => folder.Remove(name);

    private static LinkRecord[] ReadRecords(LinkFileReader reader)
    {
        var records = new LinkRecord[reader.Header.Records];
        var count = 0;
        while (reader.TryReadRecord(out var record))
        {
            records[count++] = record;
        }

        return records;
    }

    private static OutputUnavailableException Unreadable(string path, Exception e) =>
        new("read", path, e is IOException { HResult: > 0 and < 4096 } ? e.HResult : 5, e);

    private bool TryRead(string name, Action<LinkFileReader> read, out long bytes)
    {
        bytes = 0;
        using var input = folder.TryOpen(name);
        if (input is null)
        {
            return false;
        }

        try
        {
            bytes = input.Length;
            read(new LinkFileReader(input, bytes, Path.Combine(Directory, name)));
            return true;
        }
        catch (IOException e)
        {
            throw Unreadable(Path.Combine(Directory, name), e);
        }
    }
}
