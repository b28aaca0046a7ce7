namespace Linkage.Matching;

/// <summary>
/// Tier 2: candidates by <see cref="ExactKey"/>, for patients whose NHS number found nobody. It links only when, over all keys, exactly one participant is left
/// that nothing speaks against; a false link is the worst failure, a missed one is tier 3's to find.
/// </summary>
/// <remarks>
/// What speaks against a candidate:
/// <list type="bullet">
/// <item>both sides have usable NHS numbers (the patient's is in no row, or tier 1 had ended it): another person, a twin who is no participant say; unless surname,
/// forename, date of birth, sex and postcode all agree in one row: then one of the numbers is wrong, or one person has two: review;</item>
/// <item>rows of the candidate that are of two people: review;</item>
/// <item>full forenames that differ: a twin or a sibling; set aside, to review when nobody else is left;</item>
/// <item>a date of birth on 1 January, with a forename of which only the initial agrees: set aside likewise;</item>
/// <item>a date of birth with the same year but neither month nor day: review.</item>
/// </list>
/// </remarks>
internal sealed class ExactKeys(Registry registry) : IMatchTier
{
    private enum Verdict : byte
    {
        /// <summary>Another person.</summary>
        Rejected,

        /// <summary>Full forenames differ: no hindrance to another candidate, but not nobody.</summary>
        SetAside,

        /// <summary>Strong, and contradicted: nobody is linked while it stands.</summary>
        Doubtful,

        /// <summary>Nothing speaks against it.</summary>
        Accepted,
    }

    private readonly Candidate[] candidates = new Candidate[RegistryFormat.RowsPerKey * ExactKey.Count];
    private int count;

    private struct Candidate
    {
        public int Participant;
        public int Row;
        public Verdict Verdict;
    }

    public bool TryDecide(PersonTokens patient, ref Decision decision)
    {
        ref readonly var own = ref patient.All;
        count = 0;
        // A stranger, who is in none of the tables, waits for all of their buckets at once.
        Span<ulong> hashes = stackalloc ulong[ExactKey.Count];
        Span<int> keys = stackalloc int[ExactKey.Count];
        var usable = 0;
        for (var key = 0; key < ExactKey.Count; key++)
        {
            if (!ExactKey.TryHash(key, in own, out hashes[usable]) || (patient.BornOnNewYearsDay && ExactKey.NeedsTrueDate(key)))
                continue;
            registry.ExactKeyIndex(key).Prefetch(hashes[usable]);
            keys[usable++] = key;
        }

        // Enough to look by: not finding anybody means not a participant.
        if (usable > 0 && decision.Outcome == Outcome.Unidentifiable)
            decision.Outcome = Outcome.NotAParticipant;
        var crowded = false;
        for (var i = 0; i < usable; i++)
            crowded |= Gather(patient, keys[i], hashes[i]);
        return Decide(patient, crowded, ref decision);
    }

    /// <summary>Adds the key's rows; true when it has as many as are kept, so that there may be more.</summary>
    private bool Gather(PersonTokens patient, int key, ulong hash)
    {
        var probe = registry.ExactKeyIndex(key);
        var cursor = probe.Start(hash);
        var rows = 0;
        while (rows < RegistryFormat.RowsPerKey && probe.Next(ref cursor, out var number))
        {
            ref readonly var row = ref registry.Row(number);
            if (!ExactKey.Agrees(key, in patient.All, in row))
                continue;
            rows++;
            Add(row.Participant, number, Judge(patient, number));
        }

        return rows == RegistryFormat.RowsPerKey;
    }

    private void Add(int participant, int row, Verdict verdict)
    {
        foreach (ref var known in candidates.AsSpan(0, count))
        {
            if (known.Participant != participant)
                continue;
            if (verdict > known.Verdict)
            {
                known.Verdict = verdict;
                known.Row = row;
            }

            return;
        }

        candidates[count++] = new Candidate { Participant = participant, Row = row, Verdict = verdict };
    }

    private Verdict Judge(PersonTokens patient, int row)
    {
        var whole = Comparison.OfParticipant(patient, registry, row);
        if (registry.HasOtherNumber(row, in patient.All))
        {
            var one = Comparison.Of(patient, in registry.Row(row));
            var all = one is { Date: DateAgreement.Full, Surname: Agreement.Full, Forename: Agreement.Full, Sex: Agreement.Full, Postcode: Agreement.Full };
            return all ? Verdict.Doubtful : Verdict.Rejected;
        }

        if ((registry.Row(row).Flags & RowFlags.TwoPeople) != RowFlags.None)
            return Verdict.Doubtful;
        if (whole.Forename == Agreement.Disagree || (patient.BornOnNewYearsDay && whole.Forename != Agreement.Full))
            return Verdict.SetAside;
        return whole.Date == DateAgreement.Disagree ? Verdict.Doubtful : Verdict.Accepted;
    }

    private bool Decide(PersonTokens patient, bool crowded, ref Decision decision)
    {
        int accepted = 0, doubtful = 0, best = -1;
        for (var i = 0; i < count; i++)
        {
            var verdict = candidates[i].Verdict;
            if (verdict == Verdict.Rejected)
                continue;
            if (best < 0 || verdict > candidates[best].Verdict)
                best = i;
            accepted += verdict == Verdict.Accepted ? 1 : 0;
            doubtful += verdict == Verdict.Doubtful ? 1 : 0;
        }

        if (best < 0 && !crowded)
            return false;
        if (best < 0)
        {
            decision.Tier = Tier.ExactKeys;
            decision.Outcome = Outcome.Ambiguous;
            return true;
        }

        ref readonly var row = ref registry.Row(candidates[best].Row);
        if (accepted == 1 && doubtful == 0 && !crowded)
            decision.Match(Tier.ExactKeys, in row);
        else
            decision.Review(Tier.ExactKeys, in row);
        // Among several there is no best: naming the first would be chance.
        if (accepted > 1)
            decision.Candidate = -1;
        Comparison.OfParticipant(patient, registry, candidates[best].Row).Describe(ref decision);
        if (registry.HasOtherNumber(candidates[best].Row, in patient.All))
            decision.NhsNumber = Agreement.Disagree;
        return true;
    }
}
