using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// What earlier batches linked each patient to, and what a new decision is in the light of it. In: a patient's key, the decision, where the patient stood. Out: a
/// <see cref="LinkVerdict"/>; and, for each flush, the records that make the same ledger again. Shared by all lanes; thread-safe. Allocates nothing per patient.
/// </summary>
/// <remarks>
/// A link remembers the strongest evidence it ever had: it moves only to evidence that is stronger than all of that. Memory is 56 to 72 bytes a linked patient (a link of 40 bytes, and slots of 8, a quarter to a
/// half full), 72 bytes for each finding of the rows not committed yet, and 8 bytes a participant for the hashes of their ids (<see cref="ParticipantHashes"/>).
/// </remarks>
public sealed class LinkLedger
{
    private const int StripeBits = 4;
    internal const int Stripes = 1 << StripeBits;
    private readonly LinkStripe[] _stripes = new LinkStripe[Stripes];
    private readonly Registry _registry;
    private readonly ParticipantsByHash _participants;

    // Replaced as a whole, never changed: lanes read it without a lock.
    private volatile Dictionary<LinkPlace, LinkRecord> _settled = [];
    private int _epoch = 1;
    private volatile int _committed;

    /// <summary>An empty ledger.</summary>
    public LinkLedger(Registry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        _participants = new ParticipantsByHash(registry);
        for (var i = 0; i < _stripes.Length; i++)
            _stripes[i] = new LinkStripe();
    }

    /// <summary>Links remembered.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (var stripe in _stripes)
            {
                lock (stripe)
                    count += stripe.Count;
            }

            return count;
        }
    }

    /// <summary>Judges a decision, and remembers the link if it is one to remember.</summary>
    /// <param name="key">The patient's key; empty when there is none.</param>
    /// <param name="decision">The decision, rivals settled.</param>
    /// <param name="place">Where the patient stood.</param>
    /// <param name="isSettled">
    /// Whether the ledger's files hold what was found there already: the batch is read again for the tables that lack it. The finding of the first time is given again, so that
    /// all tables say the same, and nothing is remembered twice.
    /// </param>
    public LinkVerdict Judge(Token key, in Decision decision, in LinkPlace place, bool isSettled)
    {
        var linked = decision.Outcome == Outcome.Linked;
        if (key.IsEmpty)
            return LinkVerdict.Without(linked ? LinkFinding.Untracked : LinkFinding.None);
        if (isSettled)
            return Again(key, in decision, in place);
        var participant = linked ? _registry.ParticipantHashes[decision.Participant] : 0;
        var stripe = _stripes[StripeOf(key)];
        lock (stripe)
            return JudgeIn(stripe, key, in decision, participant, in place);
    }

    /// <summary>
    /// Judges the decisions on a whole batch, as one by one in order of patients: <see cref="LinkBatch.Verdicts"/>. Much faster, because memory is asked for all patients' links before it is needed for the
    /// first, and a lock is taken for many of them.
    /// </summary>
    /// <param name="batch">The patients' keys; takes the verdicts.</param>
    /// <param name="decisions">A decision a patient, rivals settled.</param>
    /// <param name="place">Where the first patient stood; the others are counted from it.</param>
    /// <param name="isSettled">As above, of all patients.</param>
    public void Judge(LinkBatch batch, ReadOnlySpan<Decision> decisions, LinkPlace place, bool isSettled)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (decisions.Length != batch.Count)
            throw new ArgumentException($"{decisions.Length} decisions for a batch of {batch.Count} patients", nameof(decisions));
        var verdicts = batch.Judged;
        if (isSettled)
        {
            for (var i = 0; i < decisions.Length; i++)
                verdicts[i] = Judge(batch.Keys[i], in decisions[i], place with { Patient = place.Patient + i }, isSettled);
            return;
        }

        batch.ClearStripes();

        // Backwards: each stripe's patients then hang together in order.
        for (var i = decisions.Length - 1; i >= 0; i--)
        {
            var key = batch.Keys[i];
            var linked = decisions[i].Outcome == Outcome.Linked;
            if (key.IsEmpty)
            {
                verdicts[i] = LinkVerdict.Without(linked ? LinkFinding.Untracked : LinkFinding.None);
                continue;
            }

            var stripe = StripeOf(key);
            _stripes[stripe].PrefetchSlot(key);
            batch.Add(i, stripe, linked ? _registry.ParticipantHashes[decisions[i].Participant] : 0);
        }

        for (var number = 0; number < _stripes.Length; number++)
        {
            if (batch.First(number) is var first and >= 0)
                JudgeIn(_stripes[number], batch, first, decisions, place);
        }
    }

    /// <summary>What was found since the last call, to be committed together with the rows it belongs to. While no lane judges.</summary>
    public LinkFindings Take()
    {
        var chunks = new List<ArraySegment<byte>>();
        foreach (var stripe in _stripes)
            stripe.Notes.MoveTo(chunks);
        return new LinkFindings(chunks, _epoch++);
    }

    /// <summary>Findings that were taken are committed now.</summary>
    public void Committed(LinkFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        _committed = findings.Epoch;
    }

    /// <summary>Takes in what another worker committed. While lanes judge.</summary>
    /// <returns>
    /// False when it speaks of a patient whom this worker has linked to somebody else in rows that are not committed: they were found without knowing, and must not be committed.
    /// </returns>
    public bool Merge(ReadOnlySpan<LinkRecord> records)
    {
        var agrees = true;
        foreach (ref readonly var record in records)
        {
            if (!record.SetsLink)
                continue;
            var stripe = _stripes[StripeOf(record.Key)];
            lock (stripe)
            {
                var number = stripe.Find(record.Key);
                if (number < 0)
                {
                    stripe.Add(record.Key, record.Participant, record.Strength, epoch: 0);
                    continue;
                }

                ref var entry = ref stripe[number];
                if (entry.Epoch > _committed && entry.Participant != record.Participant)
                {
                    agrees = false;
                    continue;
                }

                var after = new RememberedLink(entry.Key, entry.Participant, entry.Strength).After(in record);
                entry.Set(after.Participant, after.Strength, entry.Epoch);
            }
        }

        return agrees;
    }

    /// <summary>Remembers a link of a file. Before any record that came after it.</summary>
    public void Load(in RememberedLink link)
    {
        var stripe = _stripes[StripeOf(link.Key)];
        lock (stripe)
        {
            if (stripe.Find(link.Key) < 0)
                stripe.Add(link.Key, link.Participant, link.Strength, epoch: 0);
        }
    }

    /// <summary>Says what was found at places whose batches will be read again for some tables.</summary>
    public void LoadSettled(IEnumerable<LinkRecord> records)
    {
        var settled = new Dictionary<LinkPlace, LinkRecord>();
        foreach (var record in records)
            settled[record.Place] = record;
        _settled = settled;
    }

    /// <summary>Forgets everything, what is not committed included. While no lane judges.</summary>
    public void Reset()
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe)
                stripe.Clear();
        }

        _settled = [];
    }

    // Uniform: a key is the output of an HMAC. The slot within the stripe takes the other half.
    private static int StripeOf(Token key) => (int)(key.High >> (64 - StripeBits));

    private void JudgeIn(LinkStripe stripe, LinkBatch batch, int first, ReadOnlySpan<Decision> decisions, LinkPlace place)
    {
        var verdicts = batch.Judged;
        lock (stripe)
        {
            for (var i = first; i >= 0; i = batch.Next(i))
                stripe.PrefetchLink(batch.Keys[i]);
            for (var i = first; i >= 0; i = batch.Next(i))
                verdicts[i] = JudgeIn(stripe, batch.Keys[i], in decisions[i], batch.Participant(i), place with { Patient = place.Patient + i });
        }
    }

    // Holding the stripe's lock.
    private LinkVerdict JudgeIn(LinkStripe stripe, Token key, in Decision decision, ulong participant, in LinkPlace place)
    {
        var strength = new LinkStrength(decision.Tier, decision.Weight);
        var number = stripe.Find(key);
        if (number < 0)
        {
            if (decision.Outcome != Outcome.Linked)
                return LinkVerdict.Nothing;
            stripe.Add(key, participant, strength, _epoch);
            stripe.Notes.Add(new LinkRecord(key, place, LinkFinding.New, participant, strength, 0, default));
            return LinkVerdict.Without(LinkFinding.New);
        }

        ref var entry = ref stripe[number];
        var finding = Compare(in decision, participant, strength, in entry);
        if (finding is LinkFinding.None or LinkFinding.Confirmed)
            return LinkVerdict.Without(finding);
        var record = new LinkRecord(key, place, finding, participant, strength, entry.Participant, entry.Strength);
        stripe.Notes.Add(in record);
        if (record.SetsLink)
            entry.Set(participant, strength, _epoch);
        return Verdict(in record);
    }

    private LinkFinding Compare(in Decision decision, ulong participant, LinkStrength strength, in LinkStripe.Entry entry)
    {
        switch (decision.Outcome)
        {
            case Outcome.Linked when participant == entry.Participant:
                return strength.Against(entry.Strength) switch
                {
                    StrengthOrder.Stronger => LinkFinding.Strengthened,
                    StrengthOrder.Weaker => LinkFinding.Weakened,
                    _ => LinkFinding.Confirmed,
                };
            case Outcome.Linked:
                // A participant whom the registry has no more may have a new id, which equal evidence is enough to find; or have been struck off, and then lesser evidence would
                // give their records to a namesake.
                var order = strength.Against(entry.Strength);
                var moves = order == StrengthOrder.Stronger || (order == StrengthOrder.Equal && _participants.Find(entry.Participant) < 0);
                return moves ? LinkFinding.Changed : LinkFinding.Contradicts;
            case Outcome.NotAParticipant or Outcome.Unidentifiable:
                return Nameable(entry.Participant) >= 0 ? LinkFinding.Lost : LinkFinding.None;
            case Outcome.Ambiguous or Outcome.Rivals:
                return Nameable(entry.Participant) >= 0 ? LinkFinding.InReview : LinkFinding.None;
            default:
                return LinkFinding.None;
        }
    }

    // Who withdrew is named nowhere, and who is in the registry no more cannot be.
    private int Nameable(ulong participant)
    {
        var ordinal = _participants.Find(participant);
        return ordinal >= 0 && !_registry.HasWithdrawn(ordinal) ? ordinal : -1;
    }

    private LinkVerdict Verdict(in LinkRecord record) =>
        new(record.Finding, record.Finding is LinkFinding.Strengthened or LinkFinding.Weakened ? -1 : Nameable(record.Previous), record.PreviousStrength);

    private LinkVerdict Again(Token key, in Decision decision, in LinkPlace place)
    {
        if (_settled.TryGetValue(place, out var record) && Fits(record.Finding, decision.Outcome))
            return record.Finding == LinkFinding.New ? LinkVerdict.Without(LinkFinding.New) : Verdict(in record);
        if (decision.Outcome != Outcome.Linked)
            return LinkVerdict.Nothing;

        // No record: it was a confirmation (the link may have moved since); or the batch was first read without a ledger.
        var stripe = _stripes[StripeOf(key)];
        lock (stripe)
            return LinkVerdict.Without(stripe.Find(key) < 0 ? LinkFinding.Untracked : LinkFinding.Confirmed);
    }

    private static bool Fits(LinkFinding finding, Outcome outcome) => finding switch
    {
        LinkFinding.Lost => outcome is Outcome.NotAParticipant or Outcome.Unidentifiable,
        LinkFinding.InReview => outcome is Outcome.Ambiguous or Outcome.Rivals,
        _ => outcome == Outcome.Linked,
    };
}
