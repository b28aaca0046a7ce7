using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// Tier 3: candidates from keyed blocks, compared field by field, weighed, and decided by probability. What a clerk would not sign is never accepted, however high the weight: see
/// <see cref="Guard"/>.
/// </summary>
internal sealed class ScoredCandidates : IMatchTier, IDisposable
{
    private readonly Registry _registry;
    private readonly PersonFeatures _features;
    private readonly CandidateScorer _scorer;
    private readonly MatchWeights _weights;

    public ScoredCandidates(Registry registry, Pseudonymiser pseudonymiser, FewValueTokens fewValues, MatchModel model, LinkerOptions options, StageTimes times)
    {
        _registry = registry;
        _features = new PersonFeatures(pseudonymiser, fewValues, times);
        _weights = new MatchWeights(model, registry.Counts);
        _scorer = new CandidateScorer(registry, _weights, options.Exhaustive, despiteNumbers: options.WeighAll);
    }

    /// <summary>How many patients were scored, how many participants compared with them, and how many patients had more candidates than are compared.</summary>
    public (long Patients, long Compared, long Cut) Counts => (_scorer.Patients, _scorer.ComparedInAll, _scorer.Cut);

    public bool TryDecide(PersonTokens patient, ref Decision decision) => TryDecide(patient, -1, ref decision);

    /// <summary>Tries to decide, with one participant among the candidates whether or not a block has it; −1 for none.</summary>
    public bool TryDecide(PersonTokens patient, int participant, ref Decision decision)
    {
        Read(patient);
        if (!CanBeCompared)
            return false;
        if (decision.Outcome == Outcome.Unidentifiable)
            decision.Outcome = Outcome.NotAParticipant;
        _scorer.Score(_features, participant < 0 ? -1 : _registry.FirstRowOf(participant));
        ref readonly var best = ref _scorer.Best;
        if (best.Participant < 0)
            return false;
        ref readonly var row = ref _registry.Row(best.Row);
        Weigh(in best, ref decision);
        if (decision.Probability < _weights.Model.ReviewProbability)
        {
            decision.Propose(in row);
            return false;
        }

        best.Describe(ref decision);
        if (Guard(in best) is null)
            decision.Match(Tier.Scored, in row);
        else
            decision.Review(Tier.Scored, in row);
        return true;
    }

    /// <summary>Weighs what tier 1 or 2 decided: the candidate named, or, when none is, the best one there is.</summary>
    public void WeighDecided(PersonTokens patient, ref Decision decision)
    {
        Read(patient);
        var decided = decision.Candidate < 0 ? -1 : _registry.FirstRowOf(decision.Candidate);
        _scorer.Score(_features, decided);
        var best = decided < 0 ? _scorer.Best : _scorer.Weigh(_features, decided);
        if (best.Participant < 0)
            return;
        Weigh(in best, ref decision);
        if (decided < 0 && decision.Outcome != Outcome.Withdrawn)
            decision.Propose(in _registry.Row(best.Row));
    }

    /// <summary>How the best candidate's weight comes about; null when there is no candidate.</summary>
    public Explanation? Explain(PersonTokens patient, in Decision decision)
    {
        Read(patient);
        var decided = decision.Candidate < 0 ? -1 : _registry.FirstRowOf(decision.Candidate);
        _scorer.Score(_features, decided);
        var best = decided < 0 ? _scorer.Best : _scorer.Weigh(_features, decided);
        if (best.Participant < 0 || (_registry.Row(best.Row).Flags & RowFlags.Withdrawn) != RowFlags.None)
            return null;
        var steps = new List<ExplanationStep>();
        var running = _weights.PriorBits;
        for (var field = MatchField.Surname; (int)field < MatchLevels.Fields; field++)
        {
            var level = best.Levels[(int)field];
            var bits = level == 0 ? 0 : _scorer.Of(_features, in best, field).Match;
            running += bits;
            steps.Add(new ExplanationStep(field, MatchLevels.Of(field)[level], bits, running));
        }

        var other = best.Participant == _scorer.Best.Participant ? _scorer.Second.Weight : _scorer.Best.Weight;
        return new Explanation(
            best.Participant,
            decision,
            _weights.PriorBits,
            steps,
            best.Weight - running,
            best.Weight,
            _scorer.Probability(best.Weight),
            double.IsNegativeInfinity(other) ? double.NaN : other,
            _scorer.Compared,
            decision.Tier is Tier.CrossCheck or Tier.ExactKeys ? null : Guard(in best));
    }

    /// <summary>Zeroes the last patient's tokens.</summary>
    public void Forget() => _features.Forget();

    /// <inheritdoc/>
    public void Dispose() => _features.Dispose();

    // A year of birth alone, or a sex, is no identifier.
    private bool CanBeCompared =>
        (_features.Tokens.Surname | _features.Tokens.Forename | _features.Tokens.DateOfBirth | _features.Scored.Code) != 0;

    private void Read(PersonTokens patient) => _features.ReadPatient(patient, _registry.Filters);

    private void Weigh(in Candidate candidate, ref Decision decision)
    {
        var other = candidate.Participant == _scorer.Best.Participant ? _scorer.Second.Weight : _scorer.Best.Weight;
        decision.Weight = candidate.Weight;
        decision.RunnerUpWeight = double.IsNegativeInfinity(other) ? double.NaN : other;
        decision.Probability = _scorer.Probability(candidate.Weight);
    }

    /// <summary>Why the best candidate is not accepted; null when it is.</summary>
    private string? Guard(in Candidate best)
    {
        var model = _weights.Model;
        if (_scorer.Probability(best.Weight) < model.AcceptProbability)
            return "the probability is below what is accepted";
        if (_scorer.Second.Participant >= 0 && best.Weight - _scorer.Second.Weight < model.MarginBits)
            return "the runner-up is within the margin";
        if ((_registry.Row(best.Row).Flags & (RowFlags.TwoPeople | RowFlags.NhsNumberShared)) != RowFlags.None)
            return "the participant's rows are of two people, or share an NHS number with another participant";
        var areaOnly = _features.Scored.Code != 0 && _features.Tokens.Outcode == 0;
        return ClerkRules.Objection(in best.Levels, areaOnly)
            ?? (areaOnly ? null : ClerkRules.FamilyObjection(in best.Levels, _scorer.IsOfOtherGeneration(_features, in best), _scorer.HasOtherForename(_features, in best)));
    }
}
