namespace Linkage.Matching.Scoring.Training;

/// <summary>
/// The best weights at which every patient and every participant was seen with another: a pair whose patient or participant fits somebody else far better is
/// <em>beaten</em>, and not one person. First <see cref="See"/> every pair of every session, then count. Not thread-safe.
/// </summary>
/// <remarks>
/// That tells a father from a son of his name at his address. The levels alone do not: it could be the son with a wrong date of birth, and an estimate that may
/// put such pairs down to wrong dates does. A patient is one participant. A participant may be several patients, of several practices or of a file with
/// duplicates: where that is not rare, what else fits the participant counts for nothing.
/// </remarks>
public sealed class PairRivals
{
    // So many pairs of one person would count as two persons at most: too few to change an estimate.
    private const double MostShared = 0.01;

    // Bits above all that fields give.
    private const double Settled = 1000;

    private readonly double[][] _weights;
    private readonly BestPair[] _ofPatient;
    private readonly BestPair[] _ofParticipant;
    private readonly double _margin;
    private double? _sharedShare;

    // Numbers of the patients that have none.
    private int _settled = -1;

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

    /// <summary>Share of the participants with a fitting patient that a second one fits as well, within the margin: patients that are one person.</summary>
    public double SharedShare => _sharedShare ??= Shared();

    /// <summary>Whether a participant is one patient at most, save for rare exceptions.</summary>
    public bool IsOneToOne => SharedShare < MostShared;

    /// <summary>Notes a pair; noting it again changes nothing.</summary>
    public void See(int patient, int participant, Levels levels)
    {
        _sharedShare = null;
        var weight = Weight(levels);
        _ofPatient[patient].See(participant, weight);
        _ofParticipant[participant].See(patient, weight);
    }

    /// <summary>Notes a patient, not among those numbered, whom tier 1 or 2 links: no other pair of the participant outweighs that.</summary>
    public void SeeSettled(int participant)
    {
        _sharedShare = null;
        _ofParticipant[participant].See(--_settled, Settled);
    }

    /// <summary>The best weight of one of the two with another, in bits; minus infinity: none was seen.</summary>
    internal double Best(int patient, int participant)
    {
        var best = _ofPatient[patient].Without(participant);
        return IsOneToOne ? Math.Max(best, _ofParticipant[participant].Without(patient)) : best;
    }

    /// <summary>Weight above which a rival beats a pair of these levels.</summary>
    internal double BeatenFrom(Levels levels) => Weight(levels) + _margin;

    internal bool IsBeaten(Levels levels, double rival) => rival > BeatenFrom(levels);

    /// <summary>Whether the levels speak against one person: the rivals of such pairs are what rivals of pairs of two persons are like.</summary>
    internal bool IsStranger(Levels levels) => Weight(levels) < 0;

    // Fitting: likelier the person than not, if one of the participants is, by the margin.
    private double Shared()
    {
        var fitting = Math.Log2(Math.Max(1, _ofParticipant.Length)) + _margin;
        long one = 0, two = 0;
        foreach (var best in _ofParticipant)
        {
            one += best.First >= fitting ? 1 : 0;
            two += best.First >= fitting && best.Second >= Math.Max(fitting, best.First - _margin) ? 1 : 0;
        }
        return one == 0 ? 0 : (double)two / one;
    }

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

        public static BestPair None => new() { _with = -1, First = double.NegativeInfinity, Second = double.NegativeInfinity };

        public double First { get; private set; }

        public double Second { get; private set; }

        public void See(int other, double weight)
        {
            if (other == _with)
            {
                First = Math.Max(First, weight);
            }
            else if (weight > First)
            {
                (_with, First, Second) = (other, weight, First);
            }
            else
            {
                Second = Math.Max(Second, weight);
            }
        }

        public readonly double Without(int other) => other == _with ? Second : First;
    }
}
