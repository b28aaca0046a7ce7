using Linkage.Delta;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// A new base of the link ledger: the last one and the findings since. The links stream from base to base; in memory are only those that the findings touch.
/// </summary>
internal sealed class LinkBase(LinkFiles files)
{
    private readonly Dictionary<Token, RememberedLink> _touched = [];
    private readonly List<LinkRecord> _unsettled = [];

    /// <summary>Writes the base of a version.</summary>
    /// <param name="from">Version of the last base.</param>
    /// <param name="since">The findings after it, up to the new version, in order.</param>
    /// <param name="to">The new version.</param>
    /// <param name="settled">For each source the offset that all tables have reached: findings before it are needed for the links only.</param>
    /// <returns>Bytes of the new base; −1 when a file is gone, because another worker has written a base meanwhile.</returns>
    public long TryRenew(long from, IReadOnlyList<AttachedFile> since, long to, Dictionary<ulong, long> settled)
    {
        var records = new List<LinkRecord[]>();
        var touched = new HashSet<Token>();
        foreach (var file in since)
        {
            if (files.TryReadFindings(file) is not { } found)
            {
                return -1;
            }

            _unsettled.AddRange(found.Records.Where(r => r.Place.Offset >= settled.GetValueOrDefault(r.Place.Source)));
            if (found.IsMine)
            {
                records.Add(found.Records);
                touched.UnionWith(found.Records.Where(static r => r.SetsLink).Select(static r => r.Key));
            }
        }

        // Once to learn how many there are and what the findings begin from, once to write.
        long untouched = 0;
        var there = files.TryReadBase(
            from,
            link =>
            {
                if (touched.Contains(link.Key))
                {
                    _touched.Add(link.Key, link);
                }
                else
                {
                    untouched++;
                }
            },
            out var carried,
            out _);
        if (!there || carried is null)
        {
            return -1;
        }

        _unsettled.InsertRange(0, carried.Where(r => r.Place.Offset >= settled.GetValueOrDefault(r.Place.Source)));
        foreach (var record in records.SelectMany(static r => r).Where(static r => r.SetsLink))
        {
            _touched[record.Key] = _touched.TryGetValue(record.Key, out var link) ? link.After(in record) : new RememberedLink(record.Key, record.Participant, record.Strength);
        }

        var count = untouched + _touched.Count;
        files.WriteBase(to, count, write => Merge(from, write), [.. _unsettled]);
        return LinkFile.BytesOf(count, _unsettled.Count);
    }

    private void Merge(long from, Action<RememberedLink> write)
    {
        var sorted = _touched.Values.OrderBy(static l => l.Key.High).ThenBy(static l => l.Key.Low).ToArray();
        var next = 0;
        files.TryReadBase(
            from,
            link =>
            {
                while (next < sorted.Length && IsBefore(sorted[next].Key, link.Key))
                {
                    write(sorted[next++]);
                }

                if (next < sorted.Length && sorted[next].Key == link.Key)
                {
                    link = sorted[next++];
                }

                write(link);
            },
            out _,
            out _);
        while (next < sorted.Length)
        {
            write(sorted[next++]);
        }
    }

    private static bool IsBefore(Token a, Token b) => a.High != b.High ? a.High < b.High : a.Low < b.Low;
}
