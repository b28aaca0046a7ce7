namespace Linkage.Worker.Synth;

/// <summary>Which supplier a practice has and which codes it uses, by data provider: shares in hundredths.</summary>
internal sealed record PracticeCoding(
    int DataProvider, byte[] Supplier, CodeList Clinical, CodeList OtherClinical, int OtherClinicalPercent, CodeList Drugs, CodeList OtherDrugs, int OtherDrugsPercent)
{
    private static readonly PracticeCoding[] All = Make();

    /// <summary>The coding of a practice; half of them are of data provider 3.</summary>
    public static PracticeCoding Of(long seed, int practice)
    {
        var random = new SeededRandom(seed, RandomPurpose.Plan, -1, practice);
        return All[random.Below(All.Length)];
    }

    private static PracticeCoding[] Make()
    {
        var codes = CodeCatalogue.Instance;
        byte[] emis = [.. "EMIS"u8], tpp = [.. "TPP"u8], vision = [.. "VISION"u8];
        var english = new PracticeCoding(3, tpp, codes.Ctv3, codes.Snomed, 45, codes.Dmd, codes.Bnf, 40);
        return
        [
            english,
            english,
            english with { OtherClinicalPercent = 70, OtherDrugsPercent = 25 },
            new PracticeCoding(1, vision, codes.Read2, codes.Snomed, 50, codes.Dmd, codes.Read2Drugs, 30),
            new PracticeCoding(2, emis, codes.Read2, codes.Snomed, 20, codes.Read2Drugs, codes.Bnf, 30),
            new PracticeCoding(4, emis, codes.Snomed, codes.Read2, 40, codes.Dmd, codes.Read2Drugs, 35),
        ];
    }
}
