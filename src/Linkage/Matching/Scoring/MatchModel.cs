namespace Linkage.Matching.Scoring;

/// <summary>
/// The numbers tier 3 weighs with, and the thresholds it decides by: one versioned file that a person can read (docs/match-model.md). Immutable; thread-safe.
/// </summary>
/// <remarks>
/// Three explanations of a patient and a participant are weighed: one person (M), two relatives (R), two strangers (U); after Fellegi and Sunter, A Theory for
/// Record Linkage, JASA 64 (1969), with a class of its own for relatives, whose fields agree far more often than chance.
/// </remarks>
public sealed partial record MatchModel
{
    /// <summary>Name of the version, as participant_links.model_version shows it: letters, digits, '.', '-' and '_', at most 64.</summary>
    public required string Version { get; init; }

    /// <summary>One or two sentences: what it was estimated from.</summary>
    public string Description { get; init; } = "";

    /// <summary>Expected share of the patients that reach tier 3 whose person is a participant, above 0 and below 1.</summary>
    public double ParticipantShare { get; init; } = 0.5;

    /// <summary>Expected number of participants that are relatives of a patient, above 0.</summary>
    public double RelativeShare { get; init; } = 0.2;

    /// <summary>Accept at this probability, above <see cref="ReviewProbability"/> and below 1.</summary>
    public double AcceptProbability { get; init; } = 0.999;

    /// <summary>Review at this probability, above 0.</summary>
    public double ReviewProbability { get; init; } = 0.5;

    /// <summary>Never accept unless the runner-up's weight is at least so many bits lower; 0 or more.</summary>
    public double MarginBits { get; init; } = 6;

    /// <summary>The fields, in order of <see cref="MatchField"/>, each with all its levels.</summary>
    public required IReadOnlyList<FieldModel> Fields { get; init; }
}
