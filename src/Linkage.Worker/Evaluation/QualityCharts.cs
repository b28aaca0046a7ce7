using System.Globalization;

namespace Linkage.Worker.Evaluation;

/// <summary>The curves of an evaluation.</summary>
internal static class QualityCharts
{
    private const int Samples = 260;
    private const int RecallSteps = 400;

    // How far axes of shares zoom in: where an evaluation is good, all that is of interest happens near 1.
    private static readonly double[] Lows = [0.999, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5, 0];

    /// <summary>Precision, recall and F1 by threshold.</summary>
    public static string ByThreshold(ThresholdCurve curve)
    {
        var (low, high) = curve.Range;
        var span = Math.Max(high - low, 1);
        var extent = curve.Extent;
        // A little more than where true candidates lie, but no empty margin.
        var from = Math.Max(low - (span * 0.4), Math.Min(extent.Low, low) - 1);
        var to = Math.Min(high + (span * 0.1), extent.High + 1);
        var chart = new LineChart(
            "threshold", "Precision, recall and F1 by threshold", "A higher threshold raises precision and lowers recall; the table below has the numbers.",
            new ChartAxis("link at a match weight of at least … bits", from, to), new ChartAxis("share", 0, 1));
        var points = curve.At([.. Enumerable.Range(0, Samples + 1).Select(i => from + ((to - from) * i / Samples))]);
        chart.Line("precision", "a", points.Select(static p => (p.Weight, p.Quality.Precision.Value)));
        chart.Line("recall", "b", points.Select(static p => (p.Weight, p.Quality.Recall.Value)));
        chart.Line("F1", "c", points.Select(static p => (p.Weight, p.Quality.F1.Value)));
        if (curve.BestF1 is { } best)
            chart.Upright(best.Weight, "best F1");
        return chart.ToString();
    }

    /// <summary>Precision over recall, with the decisions marked.</summary>
    public static string PrecisionByRecall(LinkEvaluation evaluation)
    {
        var curve = evaluation.Curve;
        List<(string Name, ChartMark Mark, Quality Quality)> marks = [("accepted", ChartMark.Disc, evaluation.Accepted), ("and reviewed", ChartMark.Ring, evaluation.AcceptedAndReviewed)];
        if (curve.BestF1 is { } best)
            marks.Add(("best F1", ChartMark.Diamond, best.Quality));
        var lowRecall = LowFor(marks.Min(static m => Shown(m.Quality.Recall)));
        var lowPrecision = LowFor(marks.Min(static m => Shown(m.Quality.Precision)));
        var chart = new LineChart(
            "pr", "Precision by recall", "Each point of the line is a threshold; the marks are what was decided.",
            new ChartAxis(lowRecall > 0 ? Name("recall", lowRecall) : "recall", lowRecall, 1), new ChartAxis("precision", lowPrecision, 1));
        chart.Line("by threshold", "a", Thinned(curve));
        foreach (var (name, mark, quality) in marks)
            chart.Mark(name, mark == ChartMark.Diamond ? "c" : "b", mark, quality.Recall.Value, quality.Precision.Value);
        return chart.ToString();
    }

    // At each of 400 steps of recall, the first and the last of its points: the line's tops and what follows them.
    private static IEnumerable<(double X, double Y)> Thinned(ThresholdCurve curve)
    {
        var step = -1;
        (double X, double Y)? last = null;
        foreach (var point in curve.Points())
        {
            var at = (point.Quality.Recall.Value, point.Quality.Precision.Value);
            var here = double.IsNaN(at.Item1) ? 0 : (int)(at.Item1 * RecallSteps);
            if (here != step)
            {
                if (last is { } before)
                    yield return before;
                yield return at;
                step = here;
            }

            last = at;
        }

        if (last is { } end)
            yield return end;
    }

    private static double Shown(Ratio share) => double.IsNaN(share.Value) ? 0 : share.Value;

    private static double LowFor(double lowest) => Lows.First(low => low == 0 || lowest >= low + ((1 - low) * 0.2));

    private static string Name(string axis, double low) => string.Create(CultureInfo.InvariantCulture, $"{axis}, from {low}");
}
