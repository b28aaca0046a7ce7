using Linkage.Matching.Scoring;

namespace Linkage.Matching;

/// <summary>What one field adds to a match weight.</summary>
/// <param name="Field">The field.</param>
/// <param name="Level">Level at which it agrees, as models name it.</param>
/// <param name="Bits">What that adds; negative when it speaks against.</param>
/// <param name="RunningBits">The sum so far, the prior included.</param>
public sealed record ExplanationStep(MatchField Field, string Level, double Bits, double RunningBits);

/// <summary>How a match weight comes about, step by step. Holds no identifier and no token.</summary>
/// <param name="Candidate">Registry ordinal of the participant it is about.</param>
/// <param name="Decision">The decision on the patient.</param>
/// <param name="PriorBits">Odds before anything is compared, in bits.</param>
/// <param name="Steps">Each field in turn.</param>
/// <param name="RelativeBits">What the possibility of a relative takes off; 0 or less.</param>
/// <param name="Weight">The sum: odds in bits.</param>
/// <param name="Probability">That the patient is this participant, all candidates considered.</param>
/// <param name="RunnerUpWeight">Weight of the next candidate; NaN when there is none.</param>
/// <param name="CandidatesScored">Participants compared.</param>
/// <param name="Guard">Why tier 3 does not accept; null when it does or was not asked.</param>
public sealed record Explanation(
    int Candidate,
    Decision Decision,
    double PriorBits,
    IReadOnlyList<ExplanationStep> Steps,
    double RelativeBits,
    double Weight,
    double Probability,
    double RunnerUpWeight,
    int CandidatesScored,
    string? Guard);
