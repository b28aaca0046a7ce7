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

    private const int Slots = 4 * 1024;

    private readonly int[] _rows = new int[MostRows];
    private readonly int[] _seen = new int[Slots];
    private readonly int[] _seenBy = new int[Slots];
    private int _patient;
    private int _count;
    private bool _skipNumbered;

    /// <summary>Patients whose blocks held more than <see cref="MostRows"/> rows.</summary>
    public long Cut { get; private set; }

    /// <summary>Rows of the patient's blocks; valid until the next call.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="despiteNumbers">Look at rows with another NHS number in every block, not only in the first <see cref="BlockKey.KeysDespiteNumber"/>.</param>
    public ReadOnlySpan<int> Find(PersonFeatures patient, bool despiteNumbers)
    {
        _patient++;
        _count = 0;
        var full = false;
        var exchangedDate = patient.Tokens with { DateOfBirth = patient.SwappedDate };
        for (var key = 0; key < BlockKey.Count && !full; key++)
        {
            _skipNumbered = !despiteNumbers && key >= BlockKey.KeysDespiteNumber && patient.Tokens.HasOwnNumber;
            full = Look(key, in patient.Tokens, in patient.Scored);
            if (!full && patient.CanSwapNames && BlockKey.UsesNames(key))
                full = Look(key, in patient.SwappedTokens, in patient.Swapped);
            if (!full && patient.SwappedDate != 0 && BlockKey.UsesDate(key))
                full = Look(key, in exchangedDate, in patient.Scored);
        }

        if (full)
            Cut++;
        return _rows.AsSpan(0, _count);
    }

    // True when there is no room for more rows.
    private bool Look(int key, in RegistryRow tokens, in ScoredRow scored)
    {
        for (var splits = 0; splits <= BlockKey.Splits; splits++)
        {
            if (!BlockKey.TryHash(key, splits, in tokens, in scored, out var hash))
                return false;
            var split = false;
            foreach (var entry in registry.Blocks.Bucket(key, hash))
            {
                if (entry.Tag != (uint)hash)
                    continue;
                split |= entry.Row == BlockEntry.Split;
                if (entry.Row < 0 || (_skipNumbered && (entry.Row & BlockEntry.HasNumber) != 0))
                    continue;
                if (!Add(entry.Row & ~BlockEntry.HasNumber))
                    return true;
            }

            if (!split)
                return false;
        }

        return false;
    }

    private bool Add(int row)
    {
        for (var slot = (int)((uint)row * 0x9E3779B1u >> 20); ; slot = (slot + 1) % Slots)
        {
            if (_seenBy[slot] == _patient)
            {
                if (_seen[slot] == row)
                    return true;
                continue;
            }

            if (_count == MostRows)
                return false;
            _seenBy[slot] = _patient;
            _seen[slot] = row;
            _rows[_count++] = row;
            return true;
        }
    }
}
