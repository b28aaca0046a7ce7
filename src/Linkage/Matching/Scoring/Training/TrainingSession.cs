namespace Linkage.Matching.Scoring.Training;

/// <summary>Pairs that one kind of block brings together.</summary>
/// <param name="Name">What the block compares, as people read it.</param>
/// <param name="BlockedOn">
/// Fields whose levels the block decides or bends: a block of equal forenames has pairs of one sex. They say nothing here, and nothing is learned of them.
/// </param>
/// <param name="Counts">The pairs.</param>
public sealed record TrainingSession(string Name, IReadOnlyList<MatchField> BlockedOn, PatternCounts Counts)
{
    /// <summary>Levels of other fields that no pair of the block can have; that they are missing here says nothing.</summary>
    public IReadOnlyList<(MatchField Field, int Level)> Impossible { get; init; } = [];

    /// <summary>Patients who were compared, with whoever shares their block; 0: not known.</summary>
    public double Patients { get; init; }

    /// <summary>
    /// Fields that tell one person from two by the numbers of the base model, which stand: of NHS numbers that are equal there is nothing to see among patients whom
    /// tier 1 has left.
    /// </summary>
    public IReadOnlyList<MatchField> Fixed { get; init; } = [];
}

/// <summary>Pairs drawn at random from all pairs of a patient and a participant: almost all are strangers.</summary>
/// <param name="Counts">The pairs.</param>
/// <param name="Participants">Number of participants drawn from, 1 or more: one person's pair is one of so many.</param>
public sealed record RandomPairs(PatternCounts Counts, long Participants);

/// <summary>How training weighs its evidence; defaults are for files of thousands to millions of people.</summary>
public sealed record TrainingOptions
{
    /// <summary>Pairs of one person that the base model's m count as, in every session: few pairs change it little.</summary>
    public double BaseMatches { get; init; } = 50;

    /// <summary>Random pairs that the base model's u count as: a level that a million random pairs do not show is still possible.</summary>
    public double BaseRandomPairs { get; init; } = 100_000;

    /// <summary>A session with fewer expected pairs of one person is left out; so is a field with fewer in all sessions together.</summary>
    public double MinMatches { get; init; } = 100;

    /// <summary>A session that is less sure of its pairs of one person, in the mean, is left out: what it found may be something else.</summary>
    public double MinCertainty { get; init; } = 0.75;

    /// <summary>At this number of expected pairs of one person a session has half a voice; see <see cref="ModelTraining"/>.</summary>
    public double HalfVoice { get; init; } = 500;

    /// <summary>A session has converged when no probability changes by more in a step.</summary>
    public double Tolerance { get; init; } = 1e-7;

    /// <summary>Most steps of a session.</summary>
    public int MaxSteps { get; init; } = 2000;
}
