namespace Linkage.Matching.Links;

/// <summary>
/// Participants by the hash of their id: finds in this registry whom a link of an earlier one was to. Built at first use, which only a link that moved, is contradicted or
/// lost calls for; 12 bytes a participant from then on, besides <see cref="ParticipantHashes"/>. Thread-safe.
/// </summary>
internal sealed class ParticipantsByHash(Registry registry)
{
    private readonly Lazy<(ulong[] Hashes, int[] Ordinals)> _index = new(() => Build(registry));

    /// <summary>Ordinal of the participant whose id has this hash; −1 when the registry has none.</summary>
    public int Find(ulong hash)
    {
        var (hashes, ordinals) = _index.Value;
        var at = Array.BinarySearch(hashes, hash);
        return at < 0 ? -1 : ordinals[at];
    }

    private static (ulong[] Hashes, int[] Ordinals) Build(Registry registry)
    {
        var hashes = new ulong[registry.ParticipantCount];
        var ordinals = new int[hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = registry.ParticipantHashes[i];
            ordinals[i] = i;
        }

        Array.Sort(hashes, ordinals);
        return (hashes, ordinals);
    }
}
