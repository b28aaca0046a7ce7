namespace Linkage.Matching.Scoring.Training;

/// <summary>The mean of what sessions say of each field; how they are weighed: <see cref="ModelTraining"/>.</summary>
internal sealed class SessionAverage(LevelShares basePerson, TrainingOptions options)
{
    private readonly LevelShares _sums = new();
    private readonly double[] _voices = new double[MatchLevels.Fields];
    private readonly double[] _matches = new double[MatchLevels.Fields];
    private readonly int[] _sessions = new int[MatchLevels.Fields];

    /// <summary>Expected pairs of one person with the field known on both sides, over all sessions.</summary>
    public double Matches(int field) => _matches[field];

    /// <summary>Sessions that have such pairs.</summary>
    public int Sessions(int field) => _sessions[field];

    public void Add(TrainingSession session, Mixture mixture)
    {
        for (var field = 0; field < MatchLevels.Fields; field++)
        {
            var matches = mixture.Expected[field].AsSpan(1).ToArray().Sum();
            if (matches < 1 || session.BlockedOn.Contains((MatchField)field))
                continue;
            var voice = matches / (matches + options.HalfVoice);
            for (var level = 1; level < MatchLevels.Of((MatchField)field).Length; level++)
                _sums[field, level] += voice * mixture.SharesOf(Mixture.Person)[field, level];
            _voices[field] += voice;
            _matches[field] += matches;
            _sessions[field]++;
        }
    }

    /// <summary>The mean; the base model's shares where no session speaks.</summary>
    public LevelShares Mean()
    {
        var mean = basePerson.Copy();
        for (var field = 0; field < MatchLevels.Fields; field++)
        {
            for (var level = 1; _voices[field] > 0 && level < MatchLevels.Of((MatchField)field).Length; level++)
                mean[field, level] = _sums[field, level] / _voices[field];
        }
        return mean;
    }
}
