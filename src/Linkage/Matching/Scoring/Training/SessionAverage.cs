namespace Linkage.Matching.Scoring.Training;

/// <summary>The mean of what sessions say of each field; how they are weighed: <see cref="ModelTraining"/>.</summary>
internal sealed class SessionAverage(LevelShares basePerson, TrainingOptions options)
{
    private readonly LevelShares _sums = new();
    private readonly LevelShares _voices = new();
    private readonly double[] _matches = new double[MatchLevels.Fields];
    private readonly int[] _sessions = new int[MatchLevels.Fields];
    private readonly List<(TrainingSession Session, Mixture Mixture)> _used = [];

    /// <summary>Expected pairs of one person with the field known on both sides, over all sessions.</summary>
    public double Matches(int field) => _matches[field];

    /// <summary>Sessions that have such pairs.</summary>
    public int Sessions(int field) => _sessions[field];

    public void Add(TrainingSession session, Mixture mixture)
    {
        _used.Add((session, mixture));
        for (var field = 0; field < MatchLevels.Fields; field++)
        {
            var matches = mixture.Expected[field].AsSpan(1).ToArray().Sum();
            if (matches < 1 || session.BlockedOn.Contains((MatchField)field) || session.Fixed.Contains((MatchField)field))
                continue;
            var voice = matches / (matches + options.HalfVoice);
            for (var level = 1; level < MatchLevels.Of((MatchField)field).Length; level++)
            {
                if (session.Impossible.Contains(((MatchField)field, level)))
                    continue;
                _sums[field, level] += voice * mixture.SharesOf(Mixture.Person)[field, level];
                _voices[field, level] += voice;
            }
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
            if (_sessions[field] == 0)
                continue;
            // The shares of each session have the sum 1; without the impossible levels of some, the means have not.
            var sum = 0d;
            for (var level = 1; level < MatchLevels.Of((MatchField)field).Length; level++)
                sum += mean[field, level] = _voices[field, level] > 0 ? _sums[field, level] / _voices[field, level] : basePerson[field, level];
            for (var level = 1; level < MatchLevels.Of((MatchField)field).Length; level++)
                mean[field, level] /= sum;
        }
        return mean;
    }

    /// <summary>
    /// Share of the patients who are a participant; null when no session knows its patients, or none confirms another. A session finds the pairs whose block agrees; how many that are,
    /// the others say (capture and recapture: Petersen 1896).
    /// </summary>
    public double? ParticipantShare()
    {
        double matches = 0, patients = 0;
        foreach (var (session, mixture) in _used)
        {
            if (session.Patients <= 0 || session.BlockedOn.Count == 0 || Agreeing(session.BlockedOn[0]) is not { } agreeing)
                continue;
            matches += mixture.ExpectedPairs / agreeing;
            patients += session.Patients;
        }
        return patients > 0 ? matches / patients : null;
    }

    // Share of the pairs of one person whose field is equal, among all those that other sessions find; its being known included.
    private double? Agreeing(MatchField field)
    {
        double equal = 0, all = 0;
        foreach (var (session, mixture) in _used)
        {
            if (session.BlockedOn.Contains(field))
                continue;
            equal += mixture.Expected[(int)field][1];
            all += mixture.ExpectedPairs;
        }
        return equal > 0 ? equal / all : null;
    }
}
