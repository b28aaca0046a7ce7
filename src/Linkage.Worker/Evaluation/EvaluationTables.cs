using System.Globalization;
using Linkage.Worker.Display;
using Spectre.Console;

namespace Linkage.Worker.Evaluation;

/// <summary>An evaluation as tables on the terminal.</summary>
internal static class EvaluationTables
{
    public static void Print(LinkEvaluation evaluation, IAnsiConsole console)
    {
        console.Profile.Out.Writer.WriteLine(Opening(evaluation));
        foreach (var remark in Remarks(evaluation))
            console.Profile.Out.Writer.WriteLine(remark);
        console.Profile.Out.Writer.WriteLine();

        var decisions = console.Grid(["linked", .. QualityHeaders]);
        foreach (var (name, quality) in Decisions(evaluation))
            decisions.AddTexts([name, .. Cells(quality)]);
        console.WriteTable(decisions);

        var tiers = console.Grid(["tier", .. TierHeaders]);
        foreach (var row in Tiers(evaluation))
            tiers.AddTexts([.. row]);
        console.WriteTable(tiers);

        if (evaluation.Thresholds.Count == 0)
            return;
        var thresholds = console.Grid(["#weight at least", .. QualityHeaders, ""]);
        foreach (var row in evaluation.Thresholds)
            thresholds.AddTexts([Weight(row.Point.Weight), .. Cells(row.Point.Quality), row.Remark]);
        console.WriteTable(thresholds);
        foreach (var line in Best(evaluation))
            console.Profile.Out.Writer.WriteLine(line);
    }

    /// <summary>What was compared with what.</summary>
    public static string Opening(LinkEvaluation evaluation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{evaluation.Rows:N0} patients of {evaluation.TruthPatients:N0} in the truth, of whom {evaluation.Linkable:N0} are a participant: {evaluation.RowsByDecision[(int)PairDecision.Accept]:N0} accepted, {evaluation.RowsByDecision[(int)PairDecision.Review]:N0} for review, {evaluation.RowsByDecision[(int)PairDecision.None]:N0} not linked.");

    /// <summary>What is in no figure, or counts as missed, and why.</summary>
    public static IEnumerable<string> Remarks(LinkEvaluation evaluation)
    {
        if (evaluation.Unknown > 0)
            yield return Text($"{evaluation.Unknown:N0} patients of the pairs are not in the truth: they are in no figure.");
        if (evaluation.NotInPairs > 0)
            yield return Text($"{evaluation.NotInPairs:N0} patients of the truth are not in the pairs; {evaluation.NotInPairsLinkable:N0} of them are a participant and count as missed.");
        if (evaluation.NotWeighed > 0)
            yield return Text($"{evaluation.NotWeighed:N0} rows name a participant without a weight: they are in no threshold.");
    }

    /// <summary>The best F1 and the recall at the precisions asked for, a line each.</summary>
    public static IEnumerable<string> Best(LinkEvaluation evaluation)
    {
        if (evaluation.Curve.BestF1 is { } best)
            yield return Text($"best F1 {best.Quality.F1} at weight {Weight(best.Weight)} (precision {best.Quality.Precision}, recall {best.Quality.Recall})");
        foreach (var (thousandths, point) in evaluation.Curve.AtPrecision)
        {
            yield return point is { } reached
                ? Text($"recall at precision {thousandths / 1000.0}: {reached.Quality.Recall} at weight {Weight(reached.Weight)} ({reached.Quality.False:N0} false links)")
                : Text($"recall at precision {thousandths / 1000.0}: no threshold reaches it");
        }
    }

    /// <summary>The sets of links that were decided on.</summary>
    public static IEnumerable<(string Name, Quality Quality)> Decisions(LinkEvaluation evaluation)
    {
        yield return ("accepted", evaluation.Accepted);
        yield return ("accepted and reviewed", evaluation.AcceptedAndReviewed);
    }

    /// <summary>Headers of <see cref="Cells"/>, '#' before those of numbers.</summary>
    public static IReadOnlyList<string> QualityHeaders { get; } = ["#links", "#true", "#wrong person", "#outsider", "#missed", "#precision", "#recall", "#F1"];

    /// <summary>A quality as the cells of a row.</summary>
    public static IEnumerable<string> Cells(Quality q) =>
        [Number(q.Links), Number(q.True), Number(q.WrongPerson), Number(q.Outsider), Number(q.Missed), q.Precision.ToString(), q.Recall.ToString(), q.F1.ToString()];

    /// <summary>Headers of <see cref="Tiers"/> behind the first.</summary>
    public static IReadOnlyList<string> TierHeaders { get; } =
        ["#accepted", "#true", "#wrong person", "#outsider", "#precision", "#recall", "#in review: true", "#wrong", "#outsider", "#not linked: true", "#false"];

    /// <summary>
    /// A row a tier: name, accepted links and what they are, candidates in review, candidates that were not linked. Recall is the tier's share of all patients who
    /// are a participant: the tiers' add up.
    /// </summary>
    public static IEnumerable<IReadOnlyList<string>> Tiers(LinkEvaluation evaluation)
    {
        string[] names = ["0 none", "1 cross-check", "2 exact keys", "3 scored"];
        foreach (var tier in (int[])[1, 2, 3, 0])
        {
            var (accept, review, none) = (evaluation.Of(tier, PairDecision.Accept), evaluation.Of(tier, PairDecision.Review), evaluation.Of(tier, PairDecision.None));
            yield return
            [
                names[tier], Number(accept.Links), Number(accept.True), Number(accept.WrongPerson), Number(accept.Outsider), accept.Precision.ToString(), accept.Recall.ToString(),
                Number(review.True), Number(review.WrongPerson), Number(review.Outsider), Number(none.True), Number(none.False),
            ];
        }
    }

    /// <summary>A weight, with as many decimals as files have.</summary>
    public static string Weight(double weight) => weight.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
