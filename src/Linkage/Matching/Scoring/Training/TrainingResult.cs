namespace Linkage.Matching.Scoring.Training;

/// <summary>What a session of training found.</summary>
/// <param name="Name">The session's.</param>
/// <param name="BlockedOn">Fields it says nothing about.</param>
/// <param name="Pairs">Pairs compared.</param>
/// <param name="PersonShare">Estimated share of pairs that are one person.</param>
/// <param name="RelativesShare">Of pairs that are relatives.</param>
/// <param name="Matches">Expected pairs of one person.</param>
/// <param name="Certainty">How sure it is of them, 0 to 1.</param>
/// <param name="Steps">Steps of expectation-maximisation.</param>
/// <param name="Converged">Whether it came to rest.</param>
/// <param name="Outcome">Whether it counts.</param>
public sealed record SessionEstimate(
    string Name,
    IReadOnlyList<MatchField> BlockedOn,
    long Pairs,
    double PersonShare,
    double RelativesShare,
    double Matches,
    double Certainty,
    int Steps,
    bool Converged,
    SessionOutcome Outcome);

/// <summary>Whether a session counts.</summary>
public enum SessionOutcome
{
    /// <summary>It does.</summary>
    Used,

    /// <summary>Fewer expected pairs of one person than <see cref="TrainingOptions.MinMatches"/>.</summary>
    TooFewMatches,

    /// <summary>Less certain than <see cref="TrainingOptions.MinCertainty"/>.</summary>
    Uncertain,

    /// <summary>It did not come to rest in <see cref="TrainingOptions.MaxSteps"/>.</summary>
    Unsettled,
}

/// <summary>What training did with a field.</summary>
/// <param name="Field">Which.</param>
/// <param name="Sessions">Sessions that count and speak of it.</param>
/// <param name="Matches">Expected pairs of one person in them with the field known on both sides.</param>
/// <param name="RandomPairs">Random pairs with the field known on both sides.</param>
/// <param name="Outcome">Whether its m are estimated.</param>
public sealed record FieldEstimate(MatchField Field, int Sessions, double Matches, long RandomPairs, FieldOutcome Outcome);

/// <summary>Whether a field's m are estimated.</summary>
public enum FieldOutcome
{
    /// <summary>They are.</summary>
    Estimated,

    /// <summary>Too few pairs: m and u are the base model's.</summary>
    TooFewMatches,

    /// <summary>By the estimate a difference would speak for one person, which cannot be: m and u are the base model's.</summary>
    Reversed,
}

/// <summary>A trained model and how it came about.</summary>
/// <param name="Model">The model.</param>
/// <param name="Sessions">Every session, in the order given.</param>
/// <param name="Fields">Every field, in order.</param>
/// <param name="ParticipantShare">Estimated share of the patients who are a participant; null: not known.</param>
public sealed record TrainingResult(MatchModel Model, IReadOnlyList<SessionEstimate> Sessions, IReadOnlyList<FieldEstimate> Fields, double? ParticipantShare);

/// <summary>Training found no model. The message says why and what to do; it holds no identifier.</summary>
/// <param name="message">The message.</param>
/// <param name="sessions">What each session found.</param>
public sealed class TrainingException(string message, IReadOnlyList<SessionEstimate> sessions) : Exception(message)
{
    /// <summary>What each session found.</summary>
    public IReadOnlyList<SessionEstimate> Sessions => sessions;
}
