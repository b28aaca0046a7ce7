namespace Linkage.Matching.Scoring.Training;

/// <summary>
/// The best weights at which every patient and every participant was seen with another: a pair whose patient or participant fits somebody else far better is
/// <em>beaten</em>, and not one person. First <see cref="See"/> every pair of every session, then count. Not thread-safe.
/// </summary>
/// <remarks>
/// That tells a father from a son of his name at his address. The levels alone do not: it could be the son with a wrong date of birth, and an estimate that may
/// put such pairs down to wrong dates does.
/// </remarks>
public sealed class PairRivals
{
    private readonly double[][] _weights;
    private readonly BestPair[] _ofPatient;
    private readonly BestPair[] _ofParticipant;
    private readonly double _margin;

    /// <param name="model">Model to weigh pairs with; its margin is what "far better" means.</param>
    /// <param name="patients">Number of patients.</param>
    /// <param name="participants">Number of participants.</param>
    public PairRivals(MatchModel model, int patients, int participants)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (person, _, strangers) = LevelShares.Of(model);
        _weights = [.. Enumerable.Range(0, MatchLevels.Fields).Select(f =>
            Enumerable.Range(0, MatchLevels.Of((MatchField)f).Length).Select(l => Math.Log2(person[f, l] / strangers[f, l])).ToArray())];
        _ofPatient = new BestPair[patients];
        _ofParticipant = new BestPair[participants];
        Array.Fill(_ofPatient, BestPair.None);
        Array.Fill(_ofParticipant, BestPair.None);
        _margin = model.MarginBits;
    }

    /// <summary>Notes a pair; noting it again changes nothing.</summary>
    public void See(int patient, int participant, Levels levels)
    {
        var weight = Weight(levels);
        _ofPatient[patient].See(participant, weight);
        _ofParticipant[participant].See(patient, weight);
    }

    /// <summary>The best weight of one of the two with another, in bits; minus infinity: none was seen.</summary>
    internal double Best(int patient, int participant) => Math.Max(_ofPatient[patient].Without(participant), _ofParticipant[participant].Without(patient));

    /// <summary>Weight above which a rival beats a pair of these levels.</summary>
    internal double BeatenFrom(Levels levels) => Weight(levels) + _margin;

    internal bool IsBeaten(Levels levels, double rival) => rival > BeatenFrom(levels);

    /// <summary>Whether the levels speak against one person: the rivals of such pairs are what rivals of pairs of two persons are like.</summary>
    internal bool IsStranger(Levels levels) => Weight(levels) < 0;

    private double Weight(Levels levels)
    {
        var weight = 0d;
        for (var field = 0; field < MatchLevels.Fields; field++)
            weight += _weights[field][levels[field]];
        return weight;
    }

    // The best weight and with whom, and the best with anybody else.
    private struct BestPair
    {
        private int _with;
        private double _best;
        private double _second;

        public static BestPair None => new() { _with = -1, _best = double.NegativeInfinity, _second = double.NegativeInfinity };

        public void See(int other, double weight)
        {
            if (other == _with)
            {
                _best = Math.Max(_best, weight);
            }
            else if (weight > _best)
            {
                (_with, _best, _second) = (other, weight, _best);
            }
            else
            {
                _second = Math.Max(_second, weight);
            }
        }

        public readonly double Without(int other) => other == _with ? _second : _best;
    }
}
