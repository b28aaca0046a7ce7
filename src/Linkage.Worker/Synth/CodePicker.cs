namespace Linkage.Worker.Synth;

/// <summary>Draws the codes of one patient: conditions and drugs of their own, and whatever else comes along. Never a code twice in a visit.</summary>
internal sealed class CodePicker
{
    private const int MostOwn = 8;

    private readonly CodeCatalogue _catalogue = CodeCatalogue.Instance;
    private readonly (CodeList List, int Code)[] _ownClinical = new (CodeList, int)[MostOwn];
    private readonly (CodeList List, int Code, int Quantity)[] _ownDrugs = new (CodeList, int, int)[MostOwn];
    private readonly List<int> _visit = [];
    private PracticeCoding _coding = null!;
    private int _own, _nextDrug;

    /// <summary>Starts a patient.</summary>
    public void BeginPatient(PracticeCoding coding, ref SeededRandom random)
    {
        _coding = coding;
        _own = 2 + random.Below(MostOwn - 1);
        for (var i = 0; i < _own; i++)
        {
            _ownClinical[i] = AnyClinical(ref random);
            _ownDrugs[i] = AnyScript(ref random);
        }
    }

    /// <summary>Starts a visit.</summary>
    public void BeginVisit()
    {
        _visit.Clear();
        _nextDrug = 0;
    }

    /// <summary>A clinical code, new to the visit.</summary>
    public (CodeList List, int Code) Clinical(ref SeededRandom random)
    {
        var pick = random.Below(2) == 0 ? _ownClinical[random.Below(_own)] : AnyClinical(ref random);
        while (_visit.Contains(pick.Code))
        {
            pick = AnyClinical(ref random);
        }

        _visit.Add(pick.Code);
        return pick;
    }

    /// <summary>A drug code with its quantity (index into the catalogue's texts, −1: none), new to the visit.</summary>
    public (CodeList List, int Code, int Quantity) Script(ref SeededRandom random)
    {
        var pick = _nextDrug < _own && random.Below(8) != 0 ? _ownDrugs[_nextDrug++] : AnyScript(ref random);
        while (_visit.Contains(pick.Code))
        {
            pick = AnyScript(ref random);
        }

        _visit.Add(pick.Code);
        return pick;
    }

    /// <summary>Whether a code comes with a value; three of ten.</summary>
    public static bool HasValue(int code) => code % 10 is 1 or 4 or 8;

    /// <summary>What a code with a value measures.</summary>
    public static Measurement Measurement(int code) => CodeCatalogue.Instance.Kinds[code / 10 % CodeCatalogue.Instance.Kinds.Length];

    /// <summary>Index into the catalogue's texts of the name of a drug code.</summary>
    public int DrugName(int code) => _catalogue.DrugName(code);

    private (CodeList List, int Code) AnyClinical(ref SeededRandom random) =>
        Draw(random.Below(100) < _coding.OtherClinicalPercent ? _coding.OtherClinical : _coding.Clinical, ref random);

    private (CodeList List, int Code, int Quantity) AnyScript(ref SeededRandom random)
    {
        var (list, code) = Draw(random.Below(100) < _coding.OtherDrugsPercent ? _coding.OtherDrugs : _coding.Drugs, ref random);
        return (list, code, random.Below(50) == 0 ? -1 : _catalogue.FirstQuantity + _catalogue.QuantityRanks.Draw(ref random));
    }

    private static (CodeList List, int Code) Draw(CodeList list, ref SeededRandom random) => (list, list.First + list.Ranks.Draw(ref random));
}
