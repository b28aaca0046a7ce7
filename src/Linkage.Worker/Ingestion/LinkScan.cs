using Linkage.Delta;
using Linkage.Matching.Links;

namespace Linkage.Worker.Ingestion;

/// <summary>Reads all that the link ledger is made of: the newest base that is whole, and the findings that the log attaches to its entries since.</summary>
/// <param name="files">The ledger's files.</param>
/// <param name="log">The log of the table that commits first.</param>
internal sealed class LinkScan(LinkFiles files, TableLog log)
{
    private const int Tries = 10;

    /// <summary>Reads all; each try begins anew.</summary>
    /// <param name="begin">Forgets what was read so far.</param>
    /// <param name="link">Takes each link of the base.</param>
    /// <param name="found">Takes the findings since, in order.</param>
    /// <param name="carried">Takes the findings that the base carries along, for tables that lag behind.</param>
    /// <param name="baseVersion">Version of the base.</param>
    /// <param name="baseBytes">Bytes of it.</param>
    /// <param name="seen">Version of the log that this is all up to.</param>
    /// <exception cref="InvalidDataException">Files are damaged or missing.</exception>
    public void Read(Action begin, Action<RememberedLink> link, Action<FoundLinks> found, Action<LinkRecord[]> carried, out long baseVersion, out long baseBytes, out long seen)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            begin();
            if (!TryFindBase(begin, link, carried, out baseVersion, out baseBytes))
            {
                continue;
            }

            (seen, var attached) = log.ReadAttached(baseVersion);
            var complete = true;
            foreach (var file in attached)
            {
                if (files.TryReadFindings(file) is not { } read)
                {
                    complete = false;
                    break;
                }

                found(read);
            }

            if (complete)
            {
                return;
            }
        }

        // Another worker may write a new base and remove what it stands for while this one reads, but not every time.
        throw new InvalidDataException($"Files of the link ledger in '{files.Directory}' are missing though the log in '{log.Directory}' names them. Restore them from a copy; or remove the folder: then the links of before are not remembered.");
    }

    private bool TryFindBase(Action begin, Action<RememberedLink> link, Action<LinkRecord[]> carried, out long version, out long bytes)
    {
        // The version before the bases: where no base is, no findings can be before it, for whoever attaches findings has made a base before. And the version after
        // them: a base beyond it is of a log that is no more.
        var before = log.Refresh().Version;
        var bases = files.Bases();
        var newest = log.Refresh().Version;
        bases.Where(b => b > newest).ToList().ForEach(b => files.Remove(LinkFiles.BaseName(b)));
        var damaged = new List<(long Version, InvalidDataException Error)>();
        foreach (var candidate in bases.Where(b => b <= newest).OrderDescending())
        {
            try
            {
                if (!files.TryReadBase(candidate, link, out var records, out bytes))
                {
                    // Another worker has written newer ones.
                    version = -1;
                    return false;
                }

                if (records is null)
                {
                    // Of a table that was removed and made anew.
                    files.Remove(LinkFiles.BaseName(candidate));
                    continue;
                }

                carried(records);
                version = candidate;

                // They can be made again from this one and the findings since, which are kept for it.
                damaged.ForEach(d => files.Remove(LinkFiles.BaseName(d.Version)));
                return true;
            }
            catch (InvalidDataException e)
            {
                damaged.Add((candidate, e));
                begin();
            }
        }

        if (damaged.Count > 0)
        {
            throw damaged[0].Error;
        }

        // A new output; or one of a version that kept no ledger: its links are not remembered.
        files.WriteBase(before, 0, static _ => { }, []);
        (version, bytes) = (before, 0);
        return true;
    }
}
