using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// What earlier batches linked each patient to, and what a new decision is in the light of it. In: a patient's key, the decision, where the patient stood. Out: a
/// <see cref="LinkVerdict"/>; and, for each flush, the records that make the same ledger again. Shared by all lanes; thread-safe. Allocates nothing per patient.
/// </summary>
/// <remarks>
/// A link remembers the strongest evidence it ever had: it moves only to evidence that is stronger than all of that. Memory is 53 to 107 bytes a linked patient
/// (slots of 40 bytes, 3/8 to 3/4 full) and 72 bytes for each finding of the rows not committed yet.
/// </remarks>
public sealed class LinkLedger
{
    private const int StripeBits = 6;
    private readonly LinkStripe[] _stripes = new LinkStripe[1 << StripeBits];
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
        var participant = linked ? _participants.HashOf(decision.Participant) : 0;
        var strength = new LinkStrength(decision.Tier, decision.Weight);
        var stripe = StripeOf(key);
        lock (stripe)
        {
            ref var entry = ref stripe.Find(key);
            if (entry.Key.IsEmpty)
            {
                if (!linked)
                    return LinkVerdict.Nothing;
                stripe.Add(key).Set(participant, strength, _epoch);
                stripe.Note(new LinkRecord(key, place, LinkFinding.New, participant, strength, 0, default));
                return LinkVerdict.Without(LinkFinding.New);
            }

            var finding = Compare(in decision, participant, strength, in entry);
            if (finding is LinkFinding.None or LinkFinding.Confirmed)
                return LinkVerdict.Without(finding);
            var record = new LinkRecord(key, place, finding, participant, strength, entry.Participant, entry.Strength);
            stripe.Note(in record);
            if (record.SetsLink)
                entry.Set(participant, strength, _epoch);
            return Verdict(in record);
        }
    }

    /// <summary>What was found since the last call, to be committed together with the rows it belongs to. While no lane judges.</summary>
    public LinkFindings Take()
    {
        var records = new LinkRecord[_stripes.Sum(static s => s.Pending.Length)];
        var at = 0;
        foreach (var stripe in _stripes)
        {
            stripe.Pending.CopyTo(records.AsSpan(at));
            at += stripe.Pending.Length;
            stripe.ClearPending();
        }

        return new LinkFindings(records, _epoch++);
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
            var stripe = StripeOf(record.Key);
            lock (stripe)
            {
                ref var entry = ref stripe.Find(record.Key);
                if (entry.Key.IsEmpty)
                {
                    stripe.Add(record.Key).Set(record.Participant, record.Strength, epoch: 0);
                    continue;
                }

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
        var stripe = StripeOf(link.Key);
        lock (stripe)
        {
            if (stripe.Find(link.Key).Key.IsEmpty)
                stripe.Add(link.Key).Set(link.Participant, link.Strength, epoch: 0);
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
    private LinkStripe StripeOf(Token key) => _stripes[key.High >> (64 - StripeBits)];

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
        var stripe = StripeOf(key);
        lock (stripe)
            return LinkVerdict.Without(stripe.Find(key).Key.IsEmpty ? LinkFinding.Untracked : LinkFinding.Confirmed);
    }

    private static bool Fits(LinkFinding finding, Outcome outcome) => finding switch
    {
        LinkFinding.Lost => outcome is Outcome.NotAParticipant or Outcome.Unidentifiable,
        LinkFinding.InReview => outcome is Outcome.Ambiguous or Outcome.Rivals,
        _ => outcome == Outcome.Linked,
    };
}

/// <summary>What was found for the rows of one flush.</summary>
/// <param name="records">The findings, in an order that keeps each patient's.</param>
/// <param name="epoch">Which flush.</param>
public sealed class LinkFindings(LinkRecord[] records, int epoch)
{
    /// <summary>The findings.</summary>
    public ReadOnlyMemory<LinkRecord> Records { get; } = records;

    internal int Epoch { get; } = epoch;
}
