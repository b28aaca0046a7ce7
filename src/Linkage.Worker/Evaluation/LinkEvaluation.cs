namespace Linkage.Worker.Evaluation;

/// <summary>
/// All that is said about a pairs file and a truth: counts only, no id. In: two files. Out: quality at the decisions, by tier, by threshold.
/// </summary>
internal sealed class LinkEvaluation
{
    private const int Tiers = 4;

    private readonly Quality[,] _byTier = new Quality[Tiers, 3];

    private LinkEvaluation(List<JudgedPair> pairs, Truth truth, int unknown)
    {
        Rows = pairs.Count;
        Unknown = unknown;
        Linkable = truth.Linkable;
        TruthPatients = truth.Patients;
        (NotInPairs, NotInPairsLinkable) = truth.NotSeen;
        for (var tier = 0; tier < Tiers; tier++)
        {
            for (var decision = 0; decision < 3; decision++)
                _byTier[tier, decision] = new Quality(0, 0, 0, Linkable);
        }

        foreach (var pair in pairs)
        {
            ref var cell = ref _byTier[pair.Tier, (int)pair.Decision];
            cell = cell.With(pair.Verdict);
            RowsByDecision[(int)pair.Decision]++;
            if (pair.Verdict != Verdict.NobodyNamed && double.IsNaN(pair.Weight))
                NotWeighed++;
        }

        Curve = new ThresholdCurve(pairs, Linkable);
        Thresholds = ThresholdTable.Of(Curve);
    }

    /// <summary>Rows of the pairs whose patient the truth knows.</summary>
    public int Rows { get; }

    /// <summary>Rows by <see cref="PairDecision"/>.</summary>
    public int[] RowsByDecision { get; } = new int[3];

    /// <summary>Rows of patients the truth does not know: in no figure.</summary>
    public int Unknown { get; }

    /// <summary>Patients of the truth.</summary>
    public int TruthPatients { get; }

    /// <summary>Patients of the truth who are a participant.</summary>
    public int Linkable { get; }

    /// <summary>Patients of the truth without a row in the pairs.</summary>
    public int NotInPairs { get; }

    /// <summary>Those of them who are a participant: they count as missed.</summary>
    public int NotInPairsLinkable { get; }

    /// <summary>Rows that name a candidate and no weight: in no threshold.</summary>
    public int NotWeighed { get; }

    /// <summary>The accepted links.</summary>
    public Quality Accepted => All(PairDecision.Accept);

    /// <summary>The accepted links, and those a clerk would confirm or refuse, as if confirmed.</summary>
    public Quality AcceptedAndReviewed => Accepted.And(All(PairDecision.Review));

    /// <summary>Quality by threshold.</summary>
    public ThresholdCurve Curve { get; }

    /// <summary>The table by threshold.</summary>
    public IReadOnlyList<ThresholdRow> Thresholds { get; }

    /// <summary>Candidates of one tier and decision.</summary>
    public Quality Of(int tier, PairDecision decision) => _byTier[tier, (int)decision];

    /// <summary>Reads both files. <see cref="PeopleCsvException"/> when one cannot be used.</summary>
    public static LinkEvaluation Read(string pairsPath, string truthPath)
    {
        var truth = Truth.Read(truthPath);
        var pairs = PairsCsv.Read(pairsPath, truth, out var unknown);
        if (pairs.Count == 0)
            throw new PeopleCsvException($"{truthPath} knows no patient of {pairsPath}: do both name patients by the same patient_id?");
        return new LinkEvaluation(pairs, truth, unknown);
    }

    private Quality All(PairDecision decision)
    {
        var all = Of(0, decision);
        for (var tier = 1; tier < Tiers; tier++)
            all = all.And(Of(tier, decision));
        return all;
    }
}
