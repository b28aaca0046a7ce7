using System.Numerics;
using System.Runtime.CompilerServices;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Scoring;

/// <summary>How much two filters share in one segment, in elements.</summary>
/// <param name="First">Elements of the one.</param>
/// <param name="Second">Elements of the other.</param>
/// <param name="Both">Elements they share.</param>
internal readonly record struct SharedElements(float First, float Second, float Both)
{
    /// <summary>Dice coefficient: 0 to about 1.</summary>
    public float Dice => First + Second <= 0 ? 0 : 2 * Both / (First + Second);

    /// <summary>Share of the smaller one that the larger one has: 1 when the one is a part of the other.</summary>
    public float Overlap => Math.Min(First, Second) <= 0 ? 0 : Both / Math.Min(First, Second);
}

/// <summary>
/// Bits of a segment to elements. Bits coincide by chance: two names without a common bigram share a fifth of their bits. So not the bits are compared but the elements behind them, estimated as
/// Swamidass and Baldi do for chemical fingerprints (J. Chem. Inf. Model. 47, 2007): n = −(m / k) ln(1 − x / m) for x of m bits set, k a element; and what two filters share from their union.
/// Folding and noise are undone in expectation first: folding makes of a share p of set bits 2p(1 − p), flipping p + f − 2pf; both hold for the symmetric difference, too, from which the union follows.
/// </summary>
internal sealed class FilterMetric
{
    private readonly FilterSegment _segment;
    private readonly double _length;
    private readonly double _flip;
    private readonly bool _fold;
    private readonly float[] _elements;

    public FilterMetric(FilterSegment segment, FilterTreatment treatment)
    {
        _segment = segment;
        _fold = treatment.Fold;
        _flip = treatment.Flip;
        _length = segment.Bits;
        _elements = new float[segment.Bits + 1];
        for (var bits = 0; bits < _elements.Length; bits++)
            _elements[bits] = (float)Elements(bits);
    }

    /// <summary>What a patient's filter (without noise) and a row's share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SharedElements Share(in FieldFilter patient, in FieldFilter row)
    {
        int a = 0, b = 0, different = 0;
        for (var word = _segment.FirstWord; word < _segment.FirstWord + _segment.Words; word++)
        {
            a += BitOperations.PopCount(patient[word]);
            b += BitOperations.PopCount(row[word]);
            different += BitOperations.PopCount(patient[word] ^ row[word]);
        }

        if (a == 0 || b == 0)
            return default;
        if (!_fold && _flip == 0)
        {
            float first = _elements[a], second = _elements[b];
            return new SharedElements(first, second, first + second - _elements[(a + b + different) / 2]);
        }

        double realA = Unfold(a), realB = Unfold(Still(b)), realDifferent = Unfold(Still(different));
        double one = Elements(realA), other = Elements(realB);
        return new SharedElements((float)one, (float)other, (float)(one + other - Elements((realA + realB + realDifferent) / 2)));
    }

    private double Elements(double bits) => -(_length / _segment.Hashes) * Math.Log(1 - (Math.Clamp(bits, 0, _length - 1) / _length));

    // Expected bits before the noise.
    private double Still(double bits)
    {
        var live = _fold ? _length / 2 : _length;
        return Math.Clamp((bits - (_flip * live)) / (1 - (2 * _flip)), 0, live);
    }

    // Expected bits before folding.
    private double Unfold(double bits)
    {
        if (!_fold)
            return bits;
        var share = Math.Min(2 * bits / _length, 0.4999);
        return _length * (1 - Math.Sqrt(1 - (2 * share))) / 2;
    }
}
