using Linkage.Delta;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// The link ledger on disk, in <c>_links</c> beside the tables (docs/linking.md, "Links over time"): a file of findings for each flush that has some, which becomes valid
/// with the log entry of the table that commits first; and from time to time a base, all links up to a version of that log, so that opening stays cheap. In: the
/// logs, and the ledger in memory. Out: the same ledger in every worker that has read the same log.
/// </summary>
/// <remarks>
/// What holds: the ledger at a version of the log is its newest base up to there and the findings attached to the entries after it, in order. A finding of an offset is in
/// it exactly if the log is past that offset. A base follows from the log alone, so that any worker may write it. The last two bases, and the findings since the first of
/// them, are kept.
/// </remarks>
internal sealed class LinkStore : IDisposable
{
    /// <summary>Name of the ledger's folder below the output folder.</summary>
    public const string FolderName = "_links";

    // Files of findings after the base at which a new one may be due, and at which it is. Between, it waits until the findings are a quarter of it.
    private const int DueFiles = 16;
    private const int DueFilesAtMost = 256;
    private const int DueFraction = 4;

    // Taken inside the log's own lock by a commit: never ask a log for anything while holding it, but from the thread that commits.
    private readonly Lock _gate = new();
    private readonly TableSet _tables;
    private readonly DataFolder _folder;
    private readonly LinkFiles _files;
    private readonly LinkScan _scan;
    private readonly LinkLedger _ledger;
    private readonly List<AttachedFile> _sinceBase = [];
    private long _base = -1;
    private long _baseBytes;
    private long _bytesSinceBase;
    private long _seen = -1;
    private bool _moved;

    private LinkStore(TableSet tables, DataFolder folder, LinkLedger ledger, Pseudonymiser key)
    {
        _tables = tables;
        _folder = folder;
        _files = new LinkFiles(folder, tables.Tables[0].Log.Id, key);
        _scan = new LinkScan(_files, tables.Tables[0].Log);
        _ledger = ledger;
    }

    /// <summary>Opens the ledger of an output folder, removes what dead runs left of it, and reads it.</summary>
    /// <param name="outputDirectory">Folder of the tables.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="lease">Proof of life of this run.</param>
    /// <param name="ledger">What to fill.</param>
    /// <param name="key">The key patients' keys are made with; stays the caller's, and must outlive the store.</param>
    /// <param name="orphans">Files removed.</param>
    public static LinkStore Open(string outputDirectory, TableSet tables, RunLease lease, LinkLedger ledger, Pseudonymiser key, out int orphans)
    {
        var store = new LinkStore(tables, DataFolder.OpenPrivate(Path.Combine(outputDirectory, FolderName), lease), ledger, key);
        store.Load();
        orphans = store._folder.RemoveUnused(store.InUse);
        return store;
    }

    /// <summary>The last failure to write a base; null when the last one due was written.</summary>
    public Exception? Failure { get; private set; }

    private TableLog Log => _tables.Tables[0].Log;

    /// <summary>Reads the ledger anew: what is not committed is forgotten. While no lane judges and nothing commits.</summary>
    /// <exception cref="InvalidDataException">Its files are damaged or missing.</exception>
    public void Load()
    {
        var settled = _tables.Settled();
        var unsettled = new List<LinkRecord>();
        _scan.Read(
            begin: () =>
            {
                _ledger.Reset();
                unsettled.Clear();
                _sinceBase.Clear();
                _bytesSinceBase = 0;
            },
            link: link => _ledger.Load(in link),
            found: found =>
            {
                if (found.IsMine)
                {
                    _ledger.Merge(found.Records);
                }

                unsettled.AddRange(found.Records.Where(r => IsUnsettled(r, settled)));
                Note(found.File, found.Bytes);
            },
            carried: records => unsettled.AddRange(records.Where(r => IsUnsettled(r, settled))),
            out _base,
            out _baseBytes,
            out _seen);
        _ledger.LoadSettled(unsettled);
        _moved = false;
    }

    /// <summary>What was found for the rows of a flush. While no lane judges.</summary>
    public LinkFindings Take() => _ledger.Take();

    /// <summary>Writes findings to a file that is not synced yet; null when there are none.</summary>
    public StagedFile? Write(LinkFindings findings) => findings.Count == 0 ? null : _files.WriteFindings(findings);

    /// <summary>Takes in what others have committed; while lanes judge. What speaks against this worker's own rows is for the next commit to refuse.</summary>
    public void Follow()
    {
        var (version, files) = Log.ReadAttached(Volatile.Read(ref _seen));
        var read = files.Select(_files.TryReadFindings).ToList();
        lock (_gate)
        {
            foreach (var found in read.OfType<FoundLinks>())
            {
                if (found.File.Version > _seen)
                {
                    // This run's own are in memory, and may have been followed by more already.
                    Note(found.File, found.Bytes);
                    _moved |= found.IsMine && !_folder.IsOwn(found.File.Name) && !_ledger.Merge(found.Records);
                }
            }

            // One that is not there was taken into a base that is newer than all this worker has read.
            _moved |= read.Contains(null);
            Volatile.Write(ref _seen, Math.Max(_seen, version));
        }
    }

    /// <summary>Asked by the log before it adds the entry: whether rows judged by this ledger may follow all that the log holds.</summary>
    /// <exception cref="LinksMovedException">They may not.</exception>
    public void RequireUnmoved()
    {
        Follow();
        lock (_gate)
        {
            if (_moved)
            {
                throw new LinksMovedException();
            }
        }
    }

    /// <summary>Findings were committed.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="version">Version of the log entry.</param>
    /// <param name="name">Name of the file attached to it; null when there were no findings.</param>
    public void Committed(LinkFindings findings, long version, string? name)
    {
        lock (_gate)
        {
            _ledger.Committed(findings);
            if (name is not null && version > _seen)
            {
                Note(new AttachedFile(version, name), findings.Count * LinkRecord.Size);
            }

            Volatile.Write(ref _seen, Math.Max(_seen, version));
        }
    }

    /// <summary>Partitions were assigned: what their last worker committed counts from now on; and where some tables lag behind, what was found is found again.</summary>
    /// <param name="lag">Whether tables stand at different offsets.</param>
    public void Assigned(bool lag)
    {
        Follow();
        if (!lag)
        {
            return;
        }

        var settled = _tables.Settled();
        var unsettled = new List<LinkRecord>();
        _scan.Read(
            begin: unsettled.Clear,
            link: static _ => { },
            found: found => unsettled.AddRange(found.Records.Where(r => IsUnsettled(r, settled))),
            carried: records => unsettled.AddRange(records.Where(r => IsUnsettled(r, settled))),
            out _,
            out _,
            out _);
        _ledger.LoadSettled(unsettled);
    }

    /// <summary>
    /// Writes a new base when the findings since the last are many, and removes what the last two bases stand for. By the thread that commits. When it cannot be written, nothing
    /// is lost, and the next commit tries again.
    /// </summary>
    public void RenewBaseIfDue()
    {
        try
        {
            lock (_gate)
            {
                RenewBase();
            }
        }
        catch (OutputUnavailableException e)
        {
            Failure = e;
        }
    }

    private void RenewBase()
    {
        if (_sinceBase.Count < DueFiles || (_bytesSinceBase < _baseBytes / DueFraction && _sinceBase.Count < DueFilesAtMost))
        {
            return;
        }

        var bases = _files.Bases();
        var newest = bases.Where(b => b <= _seen).DefaultIfEmpty(-1).Max();
        if (newest > _base)
        {
            // Another worker was quicker.
            Rebase(newest);
            return;
        }

        var bytes = new LinkBase(_files).TryRenew(_base, _sinceBase, _seen, _tables.Settled());
        if (bytes < 0)
        {
            return;
        }

        RemoveUpTo(bases.Where(b => b < _base).DefaultIfEmpty(-1).Max(), _base);
        Rebase(_seen);
        _baseBytes = bytes;
        Failure = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static bool IsUnsettled(LinkRecord record, Dictionary<ulong, long> settled) => record.Place.Offset >= settled.GetValueOrDefault(record.Place.Source);

    private void Note(AttachedFile file, long bytes)
    {
        _sinceBase.Add(file);
        _bytesSinceBase += bytes;
    }

    private void Rebase(long version)
    {
        var before = _sinceBase.Count;
        _sinceBase.RemoveAll(f => f.Version <= version);
        _bytesSinceBase = before == 0 ? 0 : _bytesSinceBase * _sinceBase.Count / before;
        _base = version;
    }

    /// <summary>Files of the base before the last one, of all before, and the findings that the last one stands for.</summary>
    private void RemoveUpTo(long older, long last)
    {
        if (older < 0)
        {
            return;
        }

        foreach (var file in Log.ReadAttached(older).Files.Where(f => f.Version <= last))
        {
            _files.Remove(file.Name);
        }

        foreach (var version in _files.Bases().Where(b => b <= older))
        {
            _files.Remove(LinkFiles.BaseName(version));
        }
    }

    /// <summary>Names of the findings that the log makes valid and no two bases stand for.</summary>
    private HashSet<string> InUse()
    {
        var from = _files.Bases().Where(b => b <= _base).DefaultIfEmpty(-1).Min();
        return [.. Log.ReadAttached(from).Files.Select(static f => f.Name)];
    }
}
