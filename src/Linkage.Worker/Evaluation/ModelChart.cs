using System.Globalization;
using Linkage.Matching.Scoring;

namespace Linkage.Worker.Evaluation;

/// <summary>A match model's weights: a bar a level, log2(m / u) in bits, with the shares it comes from. In: a model. Out: an SVG.</summary>
internal static class ModelChart
{
    private const double Width = 560, Row = 19, Top = 44;
    private const double BarsLeft = 130, BarsRight = 372, LabelRoom = 40;
    private const double M = 426, R = 488, U = 550;

    public static string Of(MatchModel model)
    {
        var weights = model.Fields.SelectMany(static f => f.Levels).Select(static l => l.Weight).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (Math.Min(0, weights.Min()), Math.Max(1, weights.Max()));
        var rows = model.Fields.Sum(static f => f.Levels.Count + 1);
        var svg = new SvgDrawing(
            "model", Width, Top + (rows * Row) + 14, $"Match weights of the model {model.Version}",
            "For each field and level of agreement: the weight in bits, and how often one person's records (m), relatives (r) and strangers (u) agree so.");
        double X(double weight) => BarsLeft + LabelRoom + ((weight - low) / (high - low) * (BarsRight - BarsLeft - (2 * LabelRoom)));
        svg.Text(X(0), 18, "weight, bits", "name", "middle");
        svg.Text(M, 18, "m", "name", "end");
        svg.Text(R, 18, "r", "name", "end");
        svg.Text(U, 18, "u", "name", "end");

        var y = Top;
        foreach (var field in model.Fields)
        {
            svg.Text(6, y, MatchLevels.Name(field.Field).Replace('_', ' '), "strong");
            svg.Line(6, y + 5, Width - 6, y + 5, "grid");
            y += Row;
            foreach (var level in field.Levels)
            {
                Level(svg, level, y, X);
                y += Row;
            }
        }

        svg.Line(X(0), Top - 18, X(0), y - Row + 6, "axis");
        return svg.ToString();
    }

    private static void Level(SvgDrawing svg, LevelModel level, double y, Func<double, double> x)
    {
        svg.Text(BarsLeft, y, level.TermFrequency > 0 ? level.Level + " *" : level.Level, "tick", "end");
        svg.Text(M, y, Share(level.M), "tick", "end");
        svg.Text(R, y, Share(level.R), "tick", "end");
        svg.Text(U, y, Share(level.U), "tick", "end");
        // A level that one person's records never show, or strangers' never, has no end to its bar.
        if (!double.IsFinite(level.Weight))
            return;
        var weight = string.Create(CultureInfo.InvariantCulture, $"{(level.Weight < 0 ? "−" : "+")}{Math.Abs(level.Weight):0.0}");
        var (zero, end) = (x(0), x(level.Weight));
        svg.Bar(Math.Min(zero, end), y - 11, Math.Abs(end - zero), 13, level.Weight < 0 ? "fill-b" : "fill-a", $"{level.Level}: {weight} bits");
        svg.Text(level.Weight < 0 ? end - 4 : end + 4, y, weight, "tick", level.Weight < 0 ? "end" : "start");
    }

    private static string Share(double share) => share.ToString(share is > 0 and < 0.001 ? "0.##e-0" : "0.####", CultureInfo.InvariantCulture);
}
