using System.Text;
using Linkage.Identity;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// One step of the cascade. In: a patient's tokens. Out: whether it decided, and the decision; when it did not, <see cref="Decision.Outcome"/> still says what
/// the steps so far amount to.
/// </summary>
internal interface IMatchTier
{
    /// <summary>Tries to decide; false leaves the patient to the next step.</summary>
    bool TryDecide(PersonTokens patient, ref Decision decision);
}

/// <summary>
/// The match cascade. In: a patient's normalised identifiers. Out: a <see cref="Decision"/>. One per lane; allocates nothing per patient; not thread-safe.
/// For a batch: <see cref="BeginBatch"/>, <see cref="Link(int, PersonIdentity)"/> for each patient, <see cref="SettleRivals"/>. In between, where speed matters: <see cref="AddNumber"/> for each patient and
/// <see cref="FindNumbers"/>, so that all numbers are hashed and looked up together; then <see cref="TryCrossCheck"/>, which settles nearly every patient without names or postcode.
/// </summary>
public sealed class Linker : IDisposable
{
    private readonly PersonTokens patient;

    private readonly BatchNumbers numbers;
    private readonly CrossCheck crossCheck;
    private readonly IMatchTier[] cascade;
    private readonly ScoredCandidates? scored;
    private readonly bool weighAll;
    private readonly byte[] version;
    private readonly BatchClaims claims = new();

    /// <summary>A linker over a registry; <see cref="RegistryException"/> when it was built with another key. Owns no argument.</summary>
    /// <param name="registry">The participants.</param>
    /// <param name="pseudonymiser">The key.</param>
    /// <param name="model">What tier 3 weighs with; without one the cascade ends after the exact keys.</param>
    /// <param name="options">How tier 3 looks and what it weighs.</param>
    /// <param name="times">Takes the time that hashing takes; may be null.</param>
    public Linker(Registry registry, Pseudonymiser pseudonymiser, MatchModel? model = null, LinkerOptions? options = null, StageTimes? times = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.RequireKey(pseudonymiser);
        times ??= new StageTimes();
        patient = new PersonTokens(pseudonymiser, forBlocks: model is not null, times);
        numbers = new BatchNumbers(registry, pseudonymiser, patient.FewValues, times);
        crossCheck = new CrossCheck(registry);
        cascade = [crossCheck, new ExactKeys(registry)];
        version = RulesVersion.ToArray();
        if (model is null)
            return;
        version = [.. RulesVersion, (byte)'+', .. Encoding.ASCII.GetBytes(model.Version)];
        options ??= new LinkerOptions();
        scored = new ScoredCandidates(registry, pseudonymiser, patient.FewValues, model, options, times);
        cascade = [.. cascade, scored];
        weighAll = options.WeighAll;
    }

    /// <summary>What tier 3 did so far: patients scored, participants compared with them, patients with more candidates than are compared (<see cref="Blocking.CandidateSearch.MostRows"/>).</summary>
    public (long Patients, long Compared, long Cut) Scored => scored?.Counts ?? default;

    /// <summary>Version of the rules of all tiers: raised with every change that could change a link.</summary>
    public static ReadOnlySpan<byte> RulesVersion => "rules-3"u8;

    /// <summary>What decides: <see cref="RulesVersion"/>, and behind a plus the version of the match model, if there is one.</summary>
    public ReadOnlySpan<byte> Version => version;

    /// <summary>Decides on one patient by itself.</summary>
    public Decision Link(PersonIdentity person)
    {
        patient.Read(person);
        return Decide();
    }

    private Decision Decide()
    {
        var decision = Decision.Undecided;
        foreach (var tier in cascade)
        {
            if (tier.TryDecide(patient, ref decision))
                break;
        }

        if (scored is not null && decision.Tier is Tier.CrossCheck or Tier.ExactKeys)
            Weigh(ref decision);
        return decision;
    }

    // Exact keys and the cross-check see a doubt, not how much it weighs.
    private void Weigh(ref Decision decision)
    {
        var review = decision.Outcome == Outcome.Ambiguous;
        if (review)
        {
            var weighed = Decision.Undecided;
            if (scored!.TryDecide(patient, decision.Candidate, ref weighed) && weighed.Outcome is Outcome.Linked or Outcome.Withdrawn && MayOverrule(in weighed, in decision))
            {
                decision = weighed;
                return;
            }
        }

        if (review || weighAll)
            scored!.WeighDecided(patient, ref decision);
    }

    // What tier 3 links without the exact keys it links after them. The owner of a number may be linked whose date of birth is not known, never one whose date is another; and somebody else only
    // where all the rest is somebody else's: the number stands on the wrong record.
    private static bool MayOverrule(in Decision weighed, in Decision doubt)
    {
        if (doubt.Tier == Tier.ExactKeys)
            return true;
        if (weighed.Outcome == Outcome.Linked && weighed.Participant == doubt.Candidate)
            return doubt.DateOfBirth != Agreement.Disagree;
        return doubt.Forename == Agreement.Disagree && doubt.DateOfBirth != Agreement.Full && weighed.AllAgree;
    }

    /// <summary>How the weight of a patient's best candidate comes about; null when there is none, or no model.</summary>
    public Explanation? Explain(PersonIdentity person)
    {
        var decision = Link(person);
        return scored?.Explain(patient, in decision);
    }

    /// <summary>Starts a batch of <paramref name="patients"/> patients: forgets the one before.</summary>
    public void BeginBatch(int patients)
    {
        claims.Begin(patients);
        numbers.Begin(patients);
    }

    /// <summary>Announces what tier 1 looks at of patient <paramref name="index"/> of the batch (from 0).</summary>
    /// <param name="index">The patient.</param>
    /// <param name="nhsNumber">Ten digits; empty when there is no usable number.</param>
    /// <param name="born">Date of birth; empty when there is none that the calendar has.</param>
    public void AddNumber(int index, ReadOnlySpan<byte> nhsNumber, DateOfBirth born) => numbers.Add(index, nhsNumber, born);

    /// <summary>Hashes and looks up all numbers announced.</summary>
    public void FindNumbers() => numbers.Find();

    /// <summary>
    /// Decides on a patient whose announced number and date of birth are a participant's: tier 1's common case. False leaves the patient to <see cref="Link(int, PersonIdentity)"/>, which gives the
    /// same decision on those this decides on.
    /// </summary>
    public bool TryCrossCheck(int index, out Decision decision)
    {
        decision = Decision.Undecided;
        if (weighAll || !numbers.TryGet(index, out var number, out var row, out var date) || !crossCheck.TryMatch(row, date, ref decision))
            return false;
        claims.Remember(index, decision.Outcome == Outcome.Linked ? new RivalClaim(number, date) : default);
        return true;
    }

    /// <summary>Decides on patient <paramref name="index"/> of the batch (from 0) and remembers what settling rivals needs. A number announced must be this person's.</summary>
    public Decision Link(int index, PersonIdentity person)
    {
        if (numbers.TryGet(index, out var number, out var row, out _))
            patient.Read(person, number, row);
        else
            patient.Read(person);
        var decision = Decide();
        claims.Remember(index, decision.Outcome == Outcome.Linked ? Claim : default);
        return decision;
    }

    /// <summary>
    /// Settles rivalry inside the batch: patients that claim one participant all become <see cref="Outcome.Rivals"/>, unless they are plainly one person
    /// listed more than once (equal NHS number and equal date of birth): those keep their links. <paramref name="decisions"/> runs over the
    /// batch's patients. Ends the batch: the tokens remembered are zeroed.
    /// </summary>
    public void SettleRivals(Span<Decision> decisions)
    {
        claims.Settle(decisions);
        Forget();
    }

    /// <summary>Zeroes what is left of a batch's identifiers and tokens, also of one that was given up.</summary>
    public void Forget()
    {
        claims.Forget();
        numbers.Forget();
        patient.Forget();
        scored?.Forget();
    }

    /// <summary>The claim of the patient last linked: for a batch whose patients several linkers link at once.</summary>
    public RivalClaim Claim => BatchClaims.Of(patient);

    /// <summary>
    /// Settles rivalry, as <see cref="SettleRivals"/> does, in a batch whose patients other linkers of the same registry may have linked.
    /// </summary>
    /// <param name="decisions">All the batch's patients.</param>
    /// <param name="of">The <see cref="Claim"/> of each patient that is linked; of others it does not matter. The caller zeroes them.</param>
    public void SettleClaims(Span<Decision> decisions, ReadOnlySpan<RivalClaim> of)
    {
        if (of.Length != decisions.Length)
            throw new ArgumentException($"{of.Length} claims for {decisions.Length} decisions", nameof(of));
        claims.Begin(of);
        SettleRivals(decisions);
    }

    /// <summary>Zeroes all tokens.</summary>
    public void Dispose()
    {
        claims.Dispose();
        numbers.Dispose();
        scored?.Dispose();
        patient.Dispose();
    }
}
