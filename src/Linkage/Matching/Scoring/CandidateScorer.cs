using System.Runtime.CompilerServices;
using Linkage.Matching.Blocking;

namespace Linkage.Matching.Scoring;

/// <summary>
/// A patient's candidates, weighed: the best one, the runner-up, and the odds of all. One per lane; allocates nothing per patient; not thread-safe.
/// </summary>
internal sealed class CandidateScorer(Registry registry, MatchWeights weights, bool exhaustive, bool despiteNumbers)
{
    // Odds before anything is compared, in bits, below which rows are sifted: more than about 100,000 participants.
    private const double SiftedPrior = -16.5;

    // Comparing a row takes about as long as two come from memory.
    private const int Ahead = 12;

    private readonly RowComparer _comparer = new(registry.Filters);
    private readonly CandidateSearch _search = new(registry);
    private readonly bool _sifts = weights.PriorBits < SiftedPrior;
    private readonly int[] _worthwhile = new int[CandidateSearch.MostRows];
    private readonly RowSet _seen = new();
    private Candidate _best;
    private Candidate _second;
    private double _odds;

    /// <summary>Best candidate of the last patient; its participant is −1 when there is none.</summary>
    public ref readonly Candidate Best => ref _best;

    /// <summary>Second-best, likewise.</summary>
    public ref readonly Candidate Second => ref _second;

    /// <summary>Participants compared with the last patient.</summary>
    public int Compared { get; private set; }

    /// <summary>Participants compared since the beginning.</summary>
    public long ComparedInAll { get; private set; }

    /// <summary>Patients scored since the beginning.</summary>
    public long Patients { get; private set; }

    /// <summary>Patients not all of whose blocks could be compared.</summary>
    public long Cut => _search.Cut;

    /// <summary>Scores a patient's candidates.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="also">A participant's row to score whether or not a block has it; −1 for none.</param>
    public void Score(PersonFeatures patient, int also = -1)
    {
        _seen.Clear();
        Patients++;
        Compared = 0;
        _odds = 0;
        _best = _second = new Candidate { Participant = -1, Row = -1, Weight = double.NegativeInfinity };
        if (exhaustive)
        {
            for (var row = 0; row < registry.Counts.Rows;)
                row = Consider(patient, row) + 1;
        }
        else
        {
            if (also >= 0)
                Consider(patient, also);
            var found = _search.Find(patient, despiteNumbers);
            if (!found.IsEmpty)
                patient.Complete();
            var rows = Sift(patient, found);
            for (var i = 0; i < rows.Length; i++)
            {
                if (i + Ahead < rows.Length)
                    registry.PrefetchScored(rows[i + Ahead]);
                Consider(patient, rows[i]);
            }
        }

        ComparedInAll += Compared;
    }

    /// <summary>Probability that the patient is a candidate of this weight, all others considered.</summary>
    public double Probability(double weight) => 1 / (double.Exp2(-weight) * (1 + _odds));

    /// <summary>Weighs one participant, given by any of its rows.</summary>
    public Candidate Weigh(PersonFeatures patient, int row)
    {
        var (first, last) = registry.RowsOfParticipant(row);
        return Weigh(patient, first, last);
    }

    /// <summary>What each field of a pair adds, in bits: for explanations.</summary>
    public PairWeight Of(PersonFeatures patient, in Candidate candidate, MatchField field)
    {
        if (field == MatchField.Sex && SexFollowsForename(in candidate.Levels))
            return default;
        var (_, last) = registry.RowsOfParticipant(candidate.Row);
        PairWeight best = default;
        var found = false;
        for (var row = candidate.Row; row <= last; row++)
        {
            ref readonly var scored = ref registry.Scored(row);
            var levels = _comparer.Compare(patient, in registry.Row(row), in scored);
            if (levels[(int)field] != candidate.Levels[(int)field])
                continue;
            var weight = weights.Of(field, levels[(int)field], in scored);
            if (!found || weight.Match > best.Match)
                best = weight;
            found = true;
        }

        return best;
    }

    /// <summary>Whether a row of the candidate has a forename that is not the patient's: an initial in another row does not speak for a twin.</summary>
    public bool HasOtherForename(PersonFeatures patient, in Candidate candidate)
    {
        var (first, last) = registry.RowsOfParticipant(candidate.Row);
        for (var row = first; row <= last; row++)
        {
            if (ClerkRules.IsOther((ForenameLevel)_comparer.Compare(patient, in registry.Row(row), in registry.Scored(row))[(int)MatchField.Forename]))
                return true;
        }

        return false;
    }

    /// <summary>Whether the candidate was born a generation before or after the patient, whichever row is asked.</summary>
    public bool IsOfOtherGeneration(PersonFeatures patient, in Candidate candidate)
    {
        var (first, last) = registry.RowsOfParticipant(candidate.Row);
        var found = false;
        for (var row = first; row <= last; row++)
        {
            var year = registry.Row(row).BirthYear;
            if (year == 0)
                continue;
            if (!patient.IsOfOtherGeneration(year))
                return false;
            found = true;
        }

        return found;
    }

    // Most rows of a large registry that share a block share nothing else, and their filters are far away in memory: what cannot come to a review by its tokens is left there.
    private ReadOnlySpan<int> Sift(PersonFeatures patient, ReadOnlySpan<int> rows)
    {
        var worthwhile = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + Ahead < rows.Length)
                registry.PrefetchTokens(rows[i + Ahead]);
            if (!_sifts || IsWorthwhile(patient, in registry.Row(rows[i])))
                _worthwhile[worthwhile++] = rows[i];
        }

        return _worthwhile.AsSpan(0, worthwhile);
    }

    // Equal postcodes, or dates equal in two parts, or two of: surname, forename, outcode, year. Any less needs more bits from typing errors than they give.
    private static bool IsWorthwhile(PersonFeatures patient, in RegistryRow row)
    {
        ref readonly var own = ref patient.Tokens;
        if (own.Postcode != 0 && own.Postcode == row.Postcode)
            return true;
        var year = own.BirthYear != 0 && own.BirthYear == row.BirthYear;
        var parts = (year ? 1 : 0)
            + (own.BirthMonth != 0 && own.BirthMonth == row.BirthMonth ? 1 : 0)
            + (own.BirthDay != 0 && own.BirthDay == row.BirthDay ? 1 : 0);
        if (parts >= 2 || (year && patient.MonthAsDay == row.BirthDay && patient.DayAsMonth == row.BirthMonth))
            return true;
        var agree = (year ? 1 : 0)
            + (own.Surname != 0 && own.Surname == row.Surname ? 1 : 0)
            + (own.Forename != 0 && own.Forename == row.Forename ? 1 : 0)
            + (own.Outcode != 0 && own.Outcode == row.Outcode ? 1 : 0);
        return agree >= 2
            || (patient.CanSwapNames && (patient.SwappedTokens.Surname == row.Surname || patient.SwappedTokens.Forename == row.Forename));
    }

    // Returns the participant's last row.
    private int Consider(PersonFeatures patient, int row)
    {
        var (first, last) = (row, row);
        if ((registry.Scored(row).Flags & (ScoredFlags.HasRowBefore | ScoredFlags.HasRowBehind)) != ScoredFlags.None)
            (first, last) = registry.RowsOfParticipant(row);
        if (!exhaustive && !_seen.Add(first))
            return last;
        Compared++;
        var candidate = Weigh(patient, first, last);
        _odds += double.Exp2(candidate.Weight);
        if (Precedes(in candidate, in _best))
        {
            _second = _best;
            _best = candidate;
        }
        else if (candidate.Participant != _best.Participant && Precedes(in candidate, in _second))
        {
            _second = candidate;
        }

        return last;
    }

    // Of equal weights the lower ordinal, so that the order of blocks decides nothing.
    private static bool Precedes(in Candidate a, in Candidate b) =>
        a.Weight > b.Weight || (a.Weight == b.Weight && a.Participant < b.Participant);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Candidate Weigh(PersonFeatures patient, int first, int last)
    {
        var candidate = new Candidate { Participant = registry.Row(first).Participant, Row = first };
        Span<PairWeight> best = stackalloc PairWeight[MatchLevels.Fields];
        candidate.Levels = Weigh(patient, first, best);
        for (var row = first + 1; row <= last; row++)
            Improve(patient, row, ref candidate.Levels, best);
        if (SexFollowsForename(in candidate.Levels))
            best[(int)MatchField.Sex] = default;
        double match = 0, relative = 0;
        foreach (var weight in best)
        {
            match += weight.Match;
            relative += weight.Relative;
        }

        candidate.Pair = new PairWeight(match, relative);
        candidate.Weight = weights.Weight(in candidate.Pair, in candidate.Levels);
        return candidate;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Levels Weigh(PersonFeatures patient, int row, Span<PairWeight> fields)
    {
        ref readonly var scored = ref registry.Scored(row);
        var levels = _comparer.Compare(patient, in registry.Row(row), in scored);
        for (var field = 0; field < MatchLevels.Fields; field++)
            fields[field] = levels[field] == 0 ? default : weights.Of((MatchField)field, levels[field], in scored);
        return levels;
    }

    // Former names and postcodes: of each field the row that agrees best. Both names come from one row: who exchanged them, or married, is one row.
    private void Improve(PersonFeatures patient, int row, ref Levels levels, Span<PairWeight> best)
    {
        const int surname = (int)MatchField.Surname, forename = (int)MatchField.Forename;
        Span<PairWeight> fields = stackalloc PairWeight[MatchLevels.Fields];
        var found = Weigh(patient, row, fields);
        var known = levels[surname] != 0 || levels[forename] != 0;
        var foundAny = found[surname] != 0 || found[forename] != 0;
        if (foundAny && (!known || fields[surname].Match + fields[forename].Match > best[surname].Match + best[forename].Match))
        {
            (levels[surname], levels[forename]) = (found[surname], found[forename]);
            (best[surname], best[forename]) = (fields[surname], fields[forename]);
        }

        for (var field = forename + 1; field < MatchLevels.Fields; field++)
        {
            if (!Better(found[field], fields[field], levels[field], best[field]))
                continue;
            levels[field] = found[field];
            best[field] = fields[field];
        }
    }

    // A forename tells the sex: that the sex agrees, too, is no news.
    private static bool SexFollowsForename(in Levels levels) =>
        (SexLevel)levels[(int)MatchField.Sex] == SexLevel.Exact
        && (ForenameLevel)levels[(int)MatchField.Forename] is ForenameLevel.Exact or ForenameLevel.SameRoot or ForenameLevel.Close;

    private static bool Better(byte level, PairWeight weight, byte known, PairWeight best) =>
        level != 0 && (known == 0 || weight.Match > best.Match);
}
