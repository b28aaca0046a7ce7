namespace Linkage.Matching.Scoring;

/// <summary>What one agreement level of one field says.</summary>
/// <param name="Level">Name, as in <see cref="MatchLevels.Of"/>.</param>
/// <param name="M">Share of pairs of one person that agree so, 0 to 1, among those where the field is known on both sides.</param>
/// <param name="U">Share of pairs of two strangers.</param>
/// <param name="R">Share of pairs of two relatives (one household or family): what tells a twin, a spouse, a father from the person.</param>
/// <param name="TermFrequency">
/// 0 to 1: how far the level's weight follows the frequency of the participant's value, from not at all to fully (exact levels): a rare name that agrees
/// says more than a common one.
/// </param>
public sealed record LevelModel(string Level, double M, double U, double R, double TermFrequency = 0)
{
    /// <summary>Match weight for a value of average frequency: log2(M / U), in bits.</summary>
    public double Weight => Math.Log2(M / U);
}

/// <summary>The levels of one field, in order of their numbers from 1 (0, missing, weighs nothing and is not listed).</summary>
/// <param name="Field">Which field.</param>
/// <param name="Levels">Its levels.</param>
public sealed record FieldModel(MatchField Field, IReadOnlyList<LevelModel> Levels);
