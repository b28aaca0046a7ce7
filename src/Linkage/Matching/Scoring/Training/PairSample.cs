namespace Linkage.Matching.Scoring.Training;

/// <summary>
/// All pairs of a random share of the patients, of whom there may be any number: every patient has a draw, those below a threshold are in, and when the pairs
/// become too many the threshold is halved and the pairs of those above it go.
/// </summary>
internal sealed class PairSample(int maxPairs, Func<int, ulong> draw)
{
    private readonly List<SampledPair> _pairs = [];
    private ulong _threshold = ulong.MaxValue;

    public IReadOnlyList<SampledPair> Pairs => _pairs;

    /// <summary>Share of the patients that are in.</summary>
    public double Share => _threshold / (double)ulong.MaxValue;

    public bool Takes(int patient) => draw(patient) <= _threshold;

    public void Add(int patient, int participant, Levels levels) => _pairs.Add(new SampledPair(patient, participant, levels.Pattern));

    /// <summary>After the last pair of a patient.</summary>
    public void Trim()
    {
        while (_pairs.Count > maxPairs)
        {
            _threshold /= 2;
            _pairs.RemoveAll(p => !Takes(p.Patient));
        }
    }
}

/// <summary>A pair that was compared.</summary>
internal readonly record struct SampledPair(int Patient, int Participant, ulong Pattern);
