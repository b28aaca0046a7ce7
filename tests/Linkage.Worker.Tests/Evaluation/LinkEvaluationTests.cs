using Linkage.Worker.Evaluation;

namespace Linkage.Worker.Tests.Evaluation;

public sealed class LinkEvaluationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-evaluation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Five patients are a participant (A to E); one of them has no row, two candidates are accepted wrongly, each in its own way.
    [Fact]
    public void Figures_are_those_worked_out_by_hand()
    {
        var evaluation = Evaluate(
            "p1,A,accept,1,20\np2,X,accept,3,12\np3,C,review,3,8\np4,Y,accept,3,10\np5,Z,none,0,-5\np6,,none,0,\np9,Q,none,0,-7\n",
            "p1,A\np2,B\np3,C\np4,\np5,\np6,D\np7,E\n");
        Assert.Equal((6, 1, 7, 5, 1, 1), (evaluation.Rows, evaluation.Unknown, evaluation.TruthPatients, evaluation.Linkable, evaluation.NotInPairs, evaluation.NotInPairsLinkable));
        Assert.Equal(new Quality(1, 1, 1, 5), evaluation.Accepted);
        Assert.Equal(new Quality(2, 1, 1, 5), evaluation.AcceptedAndReviewed);
        Assert.Equal(["0.33333", "0.20000", "0.25000"], Shares(evaluation.Accepted));
        Assert.Equal(["0.50000", "0.40000", "0.44444"], Shares(evaluation.AcceptedAndReviewed));
        Assert.Equal(new Quality(1, 0, 0, 5), evaluation.Of(1, PairDecision.Accept));
        Assert.Equal(new Quality(0, 1, 1, 5), evaluation.Of(3, PairDecision.Accept));
        Assert.Equal(new Quality(1, 0, 0, 5), evaluation.Of(3, PairDecision.Review));
        Assert.Equal(new Quality(0, 0, 1, 5), evaluation.Of(0, PairDecision.None));
        Assert.Equal([20, 12, 10, 8, -5], evaluation.Curve.Points().Select(static p => p.Weight));
        Assert.Equal(new ThresholdPoint(8, new Quality(2, 1, 1, 5)), evaluation.Curve.BestF1);
        Assert.All(evaluation.Curve.AtPrecision, static p => Assert.Equal(new ThresholdPoint(20, new Quality(1, 0, 0, 5)), p.Point));
        Assert.Equal([999, 990], evaluation.Curve.AtPrecision.Select(static p => p.Thousandths));
    }

    [Fact]
    public void Nothing_accepted_has_no_precision_and_a_study_of_outsiders_no_recall()
    {
        var evaluation = Evaluate("p1,,none,0,\n", "p1,A\n");
        Assert.Equal(["–", "0.00000", "0.00000"], Shares(evaluation.Accepted));
        Assert.Null(evaluation.Curve.BestF1);
        Assert.Empty(evaluation.Thresholds);
        evaluation = Evaluate("p1,A,accept,3,9\n", "p1,\n");
        Assert.Equal(["0.00000", "–", "0.00000"], Shares(evaluation.Accepted));
        Assert.Null(evaluation.Curve.AtPrecision[0].Point);
    }

    [Fact]
    public void A_named_candidate_without_a_weight_is_in_the_decisions_and_in_no_threshold()
    {
        var evaluation = Evaluate("p1,A,accept,1,\np2,B,accept,3,4\n", "p1,A\np2,B\n");
        Assert.Equal(new Quality(2, 0, 0, 2), evaluation.Accepted);
        Assert.Equal(1, evaluation.NotWeighed);
        Assert.Equal(new Quality(1, 0, 0, 2), evaluation.Curve.Points().Single().Quality);
    }

    [Fact]
    public void Equal_weights_are_one_threshold()
    {
        var evaluation = Evaluate("p1,A,accept,3,5\np2,X,accept,3,5.0000\np3,C,accept,3,7\n", "p1,A\np2,B\np3,C\n");
        Assert.Equal([new(7, new Quality(1, 0, 0, 3)), new(5, new Quality(2, 1, 0, 3))], evaluation.Curve.Points());
    }

    [Fact]
    public void Every_threshold_counts_what_a_recount_counts()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var pairs = Enumerable.Range(0, random.Next(1, 300))
                .Select(_ => new JudgedPair(random.Next(8) == 0 ? double.NaN : random.Next(-40, 80) / 4.0, PairDecision.None, 0, (Verdict)random.Next(4)))
                .ToList();
            var linkable = pairs.Count(static p => p.Verdict is Verdict.True or Verdict.WrongPerson) + random.Next(5);
            Quality Recount(double threshold) => pairs.Where(p => p.Weight >= threshold).Aggregate(new Quality(0, 0, 0, linkable), static (q, p) => q.With(p.Verdict));

            var curve = new ThresholdCurve(pairs, linkable);
            var points = curve.Points().ToList();
            var named = pairs.Where(static p => p.Verdict != Verdict.NobodyNamed && !double.IsNaN(p.Weight)).ToList();
            Assert.True(points.Select(static p => p.Weight).SequenceEqual(named.Select(static p => p.Weight).Distinct().OrderDescending()), $"seed {seed}");
            Assert.All(points, p => Assert.True(p.Quality == Recount(p.Weight), $"seed {seed}, weight {p.Weight}"));
            double[] asked = [.. Enumerable.Range(0, 30).Select(_ => random.Next(-50, 90) / 3.0)];
            Assert.All(asked.Zip(curve.At(asked)), a => Assert.True(a.Second == new ThresholdPoint(a.First, Recount(a.First)), $"seed {seed}, threshold {a.First}"));
            if (points.Count > 0)
            {
                Assert.True(points.Max(static p => p.Quality.F1.Value) == curve.BestF1!.Value.Quality.F1.Value, $"seed {seed}");
                var allowed = points.Where(static p => p.Quality.Precision.Value >= 0.99).Select(static p => p.Quality.True).DefaultIfEmpty(-1).Max();
                Assert.True(allowed == (curve.AtPrecision[1].Point?.Quality.True ?? -1), $"seed {seed}");
                var bins = curve.Histogram(-10, 0.5, 60);
                Assert.True((bins.True.Sum(), bins.False.Sum()) == (named.Count(static p => p.Verdict == Verdict.True), named.Count(static p => p.Verdict != Verdict.True)), $"seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(99_999_999, 100_000_000, "0.99999")]
    [InlineData(100_000_000, 100_000_000, "1.00000")]
    [InlineData(29, 100, "0.29000")]
    [InlineData(2, 3, "0.66666")]
    [InlineData(0, 7, "0.00000")]
    [InlineData(0, 0, "–")]
    public void Shares_are_cut_off_and_never_rounded_up(long part, long whole, string text) => Assert.Equal(text, new Ratio(part, whole).ToString());

    [Theory]
    [InlineData(0, 40, 12, new double[] { 0, 5, 10, 15, 20, 25, 30, 35, 40 })]
    [InlineData(-3.2, 3.3, 6, new double[] { -2, 0, 2 })]
    [InlineData(0.8, 1, 6, new[] { 0.8, 0.85, 0.9, 0.95, 1 })]
    [InlineData(7.3, 7.3, 6, new[] { 7.3 })]
    public void Ticks_are_round_and_inside(double low, double high, int parts, double[] ticks)
    {
        var found = Scale.Ticks(low, high, parts);
        Assert.Equal(ticks.Length, found.Length);
        Assert.All(ticks.Zip(found), static t => Assert.Equal(t.First, t.Second, 9));
    }

    private static string[] Shares(Quality quality) => [$"{quality.Precision}", $"{quality.Recall}", $"{quality.F1}"];

    private LinkEvaluation Evaluate(string pairs, string truth)
    {
        var (pairsPath, truthPath) = (Path.Combine(_folder, "pairs.csv"), Path.Combine(_folder, "truth.csv"));
        File.WriteAllText(pairsPath, "patient_id,participant_id,decision,tier,weight\n" + pairs);
        File.WriteAllText(truthPath, "patient_id,participant_id\n" + truth);
        return LinkEvaluation.Read(pairsPath, truthPath);
    }
}
