using System.Globalization;

namespace Linkage.Worker.Evaluation;

/// <summary>
/// Weights of the best candidates: the true ones upwards, the false ones downwards, both on a logarithmic scale, so that a single false one is seen beside thousands.
/// </summary>
internal static class WeightHistogram
{
    private const double Width = 480, Height = 320, Left = 52, Right = 468, Top = 34, Bottom = 272;
    private const int MostBins = 80;

    public static string Of(ThresholdCurve curve)
    {
        var (lowest, highest) = curve.Extent;
        var width = Scale.Step(Math.Max(highest - lowest, 1), MostBins);
        var low = Math.Floor(lowest / width) * width;
        var bins = (int)Math.Floor((highest - low) / width) + 1;
        var (trues, falses) = curve.Histogram(low, width, bins);
        var svg = new SvgDrawing(
            "weights", Width, Height, "Weights of the best candidates",
            string.Create(CultureInfo.InvariantCulture, $"{trues.Sum():N0} true candidates upwards and {falses.Sum():N0} false ones downwards, by match weight, on a logarithmic scale."));
        var (up, down) = (Log(trues.Max()), Log(falses.Max()));
        var unit = (Bottom - Top) / Math.Max(up + down, 1);
        var zero = Top + (up * unit);
        Grid(svg, trues.Max(), n => zero - (Log(n) * unit));
        Grid(svg, falses.Max(), n => zero + (Log(n) * unit));

        var high = low + (bins * width);
        double X(double weight) => Left + ((weight - low) / (high - low) * (Right - Left));
        for (var i = 0; i < bins; i++)
        {
            var from = low + (i * width);
            var (x, w) = (X(from) + 0.5, Math.Max(X(from + width) - X(from) - 1, 0.5));
            var range = string.Create(CultureInfo.InvariantCulture, $"weight {from:0.####} to {from + width:0.####}");
            if (trues[i] > 0)
                svg.Bar(x, zero - (Log(trues[i]) * unit), w, Log(trues[i]) * unit, "fill-a", string.Create(CultureInfo.InvariantCulture, $"{range}: {trues[i]:N0} true"));
            if (falses[i] > 0)
                svg.Bar(x, zero, w, Log(falses[i]) * unit, "fill-b", string.Create(CultureInfo.InvariantCulture, $"{range}: {falses[i]:N0} false"));
        }

        svg.Line(Left, zero, Right, zero, "axis");
        foreach (var tick in Scale.Ticks(low, high, 6))
        {
            svg.Line(X(tick), Bottom, X(tick), Bottom + 4, "axis");
            svg.Text(X(tick), Bottom + 17, tick.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '−'), "tick", "middle");
        }

        svg.Bar(Left, 9, 12, 12, "fill-a", "true");
        svg.Text(Left + 18, 19, "true, upwards", "key");
        svg.Bar(Left + 130, 9, 12, 12, "fill-b", "false");
        svg.Text(Left + 148, 19, "false, downwards", "key");
        svg.Text((Left + Right) / 2, Height - 10, "match weight of the best candidate, bits", "name", "middle");
        return svg.ToString();
    }

    private static void Grid(SvgDrawing svg, int most, Func<int, double> y)
    {
        for (long n = 1; n <= most; n *= 10)
        {
            svg.Line(Left, y((int)n), Right, y((int)n), "grid");
            svg.Text(Left - 7, y((int)n) + 4, n.ToString("N0", CultureInfo.InvariantCulture), "tick", "end");
        }
    }

    // 1 is a third of 10: seen, and 0 is nothing.
    private static double Log(int n) => Math.Log10(1 + (double)n);
}
