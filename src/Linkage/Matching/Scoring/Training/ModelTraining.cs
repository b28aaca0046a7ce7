namespace Linkage.Matching.Scoring.Training;

/// <summary>
/// Counted patterns in, a match model out: u from random pairs, m by expectation-maximisation in several blocking sessions that are then averaged. What
/// relatives do (r), how many there are, thresholds and term frequencies are the base model's. Same counts, same model.
/// </summary>
/// <remarks>
/// <para>
/// One run on the union of all blocks would not do: a pair is there because a block brought it, so the fields of that block agree whoever the two
/// are, and the estimate calls "one person" what the blocks have in common. Each session leaves the fields of its own block out of account and
/// learns of the others.
/// </para>
/// <para>
/// Sessions are averaged in probabilities, not in weights: a level that a session has not seen would otherwise pull the mean without bound. A session's voice is
/// n / (n + <see cref="TrainingOptions.HalfVoice"/>), n its expected pairs of one person: few pairs err by chance, which shrinks with n;
/// but sessions of thousands differ by whom their block lets in, and there a bigger one knows no better.
/// </para>
/// </remarks>
public static class ModelTraining
{
    // The first round knows u through the base model's m, the second through its own.
    private const int Rounds = 2;

    private const double LeastShare = 0.001;

    /// <summary>Estimates a model.</summary>
    /// <param name="baseModel">Where to begin, and what to keep where the pairs say too little.</param>
    /// <param name="version">Version of the new model.</param>
    /// <param name="description">Its description.</param>
    /// <param name="random">Random pairs.</param>
    /// <param name="sessions">Blocked pairs.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="TrainingException">No session finds enough pairs of one person.</exception>
    /// <exception cref="MatchModelException">Version or description break the rules of a model.</exception>
    public static TrainingResult Estimate(MatchModel baseModel, string version, string description, RandomPairs random, IReadOnlyList<TrainingSession> sessions, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(baseModel);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(sessions);
        options ??= new TrainingOptions();

        var (basePerson, relatives, baseStrangers) = LevelShares.Of(baseModel);
        var person = basePerson;
        LevelShares strangers;
        SessionAverage average;
        List<SessionEstimate> estimates;
        var round = 0;
        do
        {
            strangers = Strangers(random, baseModel, [person, relatives, baseStrangers], options);
            average = new SessionAverage(basePerson, options);
            estimates = [];
            foreach (var session in sessions)
                estimates.Add(Fit(session, [basePerson, relatives, strangers], average, options));
            if (!estimates.Exists(e => e.Outcome == SessionOutcome.Used))
                throw NoMatches(estimates, options);
            person = average.Mean();
        }
        while (++round < Rounds);
        return Result(baseModel, version, description, random, person, strangers, average, estimates, options);
    }

    // The shares of the kinds are those the scorer begins with, not estimated: with a few pairs of one person in a million, an estimate would fit chance.
    private static LevelShares Strangers(RandomPairs random, MatchModel model, LevelShares[] shares, TrainingOptions options)
    {
        var person = model.ParticipantShare / random.Participants;
        var related = Math.Min(model.RelativeShare / random.Participants, 0.5 * (1 - person));
        var mixture = new Mixture(random.Counts, [], [], shares, [person, related, 1 - person - related]);
        mixture.Estimate(Mixture.Strangers, shares[Mixture.Strangers], options.BaseRandomPairs, lambdaToo: false, options.Tolerance, options.MaxSteps);
        return mixture.SharesOf(Mixture.Strangers);
    }

    private static SessionEstimate Fit(TrainingSession session, LevelShares[] shares, SessionAverage average, TrainingOptions options)
    {
        var mixture = new Mixture(session.Counts, session.BlockedOn, session.Fixed, shares, [0.3, 0.2, 0.5]);
        mixture.Estimate(Mixture.Person, shares[Mixture.Person], options.BaseMatches, lambdaToo: true, options.Tolerance, options.MaxSteps);
        var outcome = mixture switch
        {
            { ExpectedPairs: var matches } when matches < options.MinMatches => SessionOutcome.TooFewMatches,
            { Converged: false } => SessionOutcome.Unsettled,
            { Certainty: var certainty } when certainty < options.MinCertainty => SessionOutcome.Uncertain,
            _ => SessionOutcome.Used,
        };
        if (outcome == SessionOutcome.Used)
            average.Add(session, mixture);
        return new SessionEstimate(session.Name, session.BlockedOn, session.Counts.Pairs, mixture.LambdaOf(Mixture.Person), mixture.LambdaOf(Mixture.Relatives),
            mixture.ExpectedPairs, mixture.Certainty, mixture.Steps, mixture.Converged, outcome);
    }

    private static TrainingResult Result(
        MatchModel baseModel,
        string version,
        string description,
        RandomPairs random,
        LevelShares person,
        LevelShares strangers,
        SessionAverage average,
        List<SessionEstimate> sessions,
        TrainingOptions options)
    {
        var fields = new List<FieldModel>();
        var estimates = new List<FieldEstimate>();
        foreach (var old in baseModel.Fields)
        {
            var number = (int)old.Field;
            var estimated = Estimated(old, person, strangers);
            var outcome = average.Matches(number) < options.MinMatches ? FieldOutcome.TooFewMatches
                : IsReversed(estimated) ? FieldOutcome.Reversed
                : FieldOutcome.Estimated;
            fields.Add(outcome == FieldOutcome.Estimated ? estimated : old);
            var known = random.Counts.Patterns.Where(p => p.Levels[number] != 0).Sum(p => p.Pairs);
            estimates.Add(new FieldEstimate(old.Field, average.Sessions(number), average.Matches(number), known, outcome));
        }
        // Lowered, not raised: a false link is worse than a missed one, and the patients to come may be other than these.
        var share = average.ParticipantShare();
        var participants = Rounded(Math.Clamp(share ?? 1, LeastShare, baseModel.ParticipantShare));
        var model = baseModel with { Version = version, Description = description, ParticipantShare = participants, Fields = fields };
        model.Write(Stream.Null);
        return new TrainingResult(model, sessions, estimates, share);
    }

    private static FieldModel Estimated(FieldModel old, LevelShares person, LevelShares strangers)
    {
        var number = (int)old.Field;
        var levels = old.Levels.Select((level, i) => level with { M = Rounded(person[number, i + 1]), U = Rounded(strangers[number, i + 1]) });
        return old with { Levels = [.. levels] };
    }

    private static bool IsReversed(FieldModel field) => field.Levels[0].Weight <= field.Levels[^1].Weight;

    // Four digits: more than the pairs can tell, and few enough to read.
    private static double Rounded(double share)
    {
        var scale = Math.Pow(10, 3 - Math.Floor(Math.Log10(share)));
        return Math.Max(MatchModelReader.LeastProbability, Math.Round(share * scale) / scale);
    }

    private static TrainingException NoMatches(List<SessionEstimate> sessions, TrainingOptions options)
    {
        var best = sessions.Count == 0 ? 0 : sessions.Max(s => s.Matches);
        return new TrainingException(FormattableString.Invariant(
            $"No model can be estimated: none of {sessions.Count} blocking sessions finds {options.MinMatches} pairs of one person that it is sure of (the most is {best:0}). Give files of the same people, or use the default model."), sessions);
    }
}
