using System.Runtime.CompilerServices;
using Linkage.Matching.Scoring;

namespace Linkage.Matching.Blocking;

/// <summary>
/// A patient to the registry rows worth comparing: those of the patient's blocks, each once, at most <see cref="MostRows"/>. Exchanged names and exchanged day and month are looked up, too. One per lane;
/// allocates nothing per patient; not thread-safe.
/// </summary>
internal sealed class CandidateSearch(Registry registry)
{
    /// <summary>Rows compared with one patient at most. Blocks come in order of how seldom they lead astray, so the last ones are cut.</summary>
    public const int MostRows = 768;

    // Each key as it is, and with names or with day and month exchanged.
    private const int Variants = 3;

    private readonly int[] _rows = new int[MostRows];
    private readonly RowSet _seen = new();
    private readonly Lookup[] _lookups = new Lookup[BlockKey.Count * Variants];
    private int _count;

    private struct Lookup
    {
        public int Key;
        public int Variant;
        public ulong Hash;
    }

    /// <summary>Patients whose blocks held more than <see cref="MostRows"/> rows.</summary>
    public long Cut { get; private set; }

    /// <summary>Rows of the patient's blocks; valid until the next call.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="despiteNumbers">Look at rows with another NHS number in every block, not only in the first <see cref="BlockKey.KeysDespiteNumber"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<int> Find(PersonFeatures patient, bool despiteNumbers)
    {
        _seen.Clear();
        _count = 0;
        var lookups = 0;
        for (var key = 0; key < BlockKey.Count; key++)
        {
            Plan(patient, key, 0, ref lookups);
            if (patient.CanSwapNames && BlockKey.UsesNames(key))
                Plan(patient, key, 1, ref lookups);
            if (patient.SwappedDate != 0 && BlockKey.UsesDate(key))
                Plan(patient, key, 2, ref lookups);
        }

        var skipNumbered = !despiteNumbers && patient.Tokens.HasOwnNumber;
        for (var splits = 0; lookups > 0 && _count < MostRows; splits++)
            lookups = Round(patient, splits, lookups, skipNumbered);
        return _rows.AsSpan(0, _count);
    }

    private void Plan(PersonFeatures patient, int key, int variant, ref int lookups)
    {
        if (TryHash(patient, key, variant, 0, out var hash))
            _lookups[lookups++] = new Lookup { Key = key, Variant = variant, Hash = hash };
    }

    private static bool TryHash(PersonFeatures patient, int key, int variant, int splits, out ulong hash) => variant switch
    {
        1 => BlockKey.TryHash(key, splits, in patient.SwappedTokens, in patient.Swapped, out hash),
        2 => BlockKey.TryHash(key, splits, patient.Tokens with { DateOfBirth = patient.SwappedDate }, in patient.Scored, out hash),
        _ => BlockKey.TryHash(key, splits, in patient.Tokens, in patient.Scored, out hash),
    };

    // One look-up is two waits for memory. All of a round are asked for before the first is read, so that they wait together. Blocks that were split make the next round.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Round(PersonFeatures patient, int splits, int lookups, bool skipNumbered)
    {
        for (var i = 0; i < lookups; i++)
            registry.Blocks.PrefetchDirectory(_lookups[i].Key, _lookups[i].Hash);
        for (var i = 0; i < lookups; i++)
            registry.Blocks.PrefetchBucket(_lookups[i].Key, _lookups[i].Hash);
        var next = 0;
        for (var i = 0; i < lookups; i++)
        {
            var lookup = _lookups[i];
            if (!Look(in lookup, skipNumbered && lookup.Key >= BlockKey.KeysDespiteNumber, out var split))
            {
                Cut++;
                return 0;
            }

            if (split && splits < BlockKey.Splits && TryHash(patient, lookup.Key, lookup.Variant, splits + 1, out var finer))
                _lookups[next++] = lookup with { Hash = finer };
        }

        return next;
    }

    // False when there is no room for more rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Look(in Lookup lookup, bool skipNumbered, out bool split)
    {
        split = false;
        foreach (var entry in registry.Blocks.Bucket(lookup.Key, lookup.Hash))
        {
            if (entry.Tag != (uint)lookup.Hash)
                continue;
            split |= entry.Row == BlockEntry.Split;
            if (entry.Row < 0 || (skipNumbered && (entry.Row & BlockEntry.HasNumber) != 0))
                continue;
            if (!Add(entry.Row & ~BlockEntry.HasNumber))
                return false;
        }

        return true;
    }

    // False when there is no room for more rows.
    private bool Add(int row)
    {
        if (!_seen.Add(row))
            return true;
        if (_count == MostRows)
            return false;
        _rows[_count++] = row;
        return true;
    }
}
