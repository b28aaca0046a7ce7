namespace Linkage.Worker.Synth;

/// <summary>
/// Draws ranks from a Zipf–Mandelbrot distribution in constant time (Walker's alias method, in Vose's form).
/// Weights are 1/(rank + shift): only exact IEEE operations, hence the same draws everywhere.
/// </summary>
internal sealed class AliasTable
{
    private readonly uint[] _threshold;
    private readonly int[] _alias;

    /// <summary>A table over ranks 0 to <paramref name="count"/> − 1. A larger shift flattens the head.</summary>
    public AliasTable(int count, double shift)
    {
        _threshold = new uint[count];
        _alias = new int[count];
        var weight = new double[count];
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum += weight[i] = 1 / (i + shift);
        }

        var small = new Stack<int>();
        var large = new Stack<int>();
        for (var i = count - 1; i >= 0; i--)
        {
            weight[i] *= count / sum;
            (weight[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var less = small.Pop();
            var more = large.Pop();
            _threshold[less] = (uint)(weight[less] * uint.MaxValue);
            _alias[less] = more;
            weight[more] -= 1 - weight[less];
            (weight[more] < 1 ? small : large).Push(more);
        }

        // What is left has weight 1 up to rounding.
        foreach (var rest in small.Concat(large))
        {
            _threshold[rest] = uint.MaxValue;
            _alias[rest] = rest;
        }
    }

    /// <summary>One rank.</summary>
    public int Draw(ref SeededRandom random)
    {
        var bits = random.Next();
        var rank = (int)(((bits >> 32) * (ulong)_threshold.Length) >> 32);
        return (uint)bits <= _threshold[rank] ? rank : _alias[rank];
    }
}
