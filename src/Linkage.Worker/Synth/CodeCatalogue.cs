using System.Globalization;
using System.Text;
using Linkage.Batches;

namespace Linkage.Worker.Synth;

/// <summary>A run of codes of one system in the catalogue, the most used first.</summary>
internal sealed record CodeList(CodeSystem System, int First, int Count)
{
    /// <summary>Draws by use.</summary>
    public AliasTable Ranks { get; } = new(Count, 5);
}

/// <summary>A kind of measurement: unit, middle and half-width of the values in tenths, and the second value's, if it has two.</summary>
internal sealed record Measurement(int Unit, int Middle, int Spread, int SecondMiddle, int SecondSpread);

/// <summary>
/// 20,000 codes, 3,000 drug names, units and quantities: what batches are made of. The same for every seed. Some Read codes differ in case only.
/// </summary>
internal sealed class CodeCatalogue
{
    private static readonly (string Unit, int Middle, int Spread)[] Measurements =
    [
        ("mm[Hg]", 1_350, 250), ("kg/m2", 275, 70), ("kg", 780, 200), ("cm", 1_680, 130), ("mmol/L", 52, 18), ("mmol/mol", 440, 120), ("mL/min/1.73m2", 780, 220),
        ("g/L", 1_380, 190), ("10*9/L", 2_500, 700), ("umol/L", 800, 250), ("mmol/L", 1_395, 40), ("%", 61, 12), ("beats/min", 730, 150), ("fL", 900, 60), ("U/L", 300, 180),
        ("mg/L", 50, 50), ("ng/mL", 800, 500), ("mIU/L", 21, 16), ("nmol/L", 550, 300), ("L/min", 4_200, 1_100), ("units/week", 100, 100), ("/day", 100, 90), ("MicroU/L", 25, 12), ("MEA000", 0, 0),
    ];

    private static readonly string[] Quantities =
    [
        "28 tablet", "56 tablet", "28", "56", "30 tablet", "84 tablet", "1", "14 tablet", "28 capsule", "56 capsule", "21 capsule", "200 dose", "1 x 200 dose", "100 tablet",
        "112 tablet", "60", "2 x 28 tablet", "150 ml", "200 ml", "300 ml", "500 ml", "30 grams", "50 gram", "100 g", "15 capsule", "7 days", "1 OP", "2 op", "3 pack(s) of 21 tablet(s)",
        "28 tablet(s) - 20 mg", "28 tablet(s) - 40 mg", "32", "96", "168 tablet", "10 ml", "5 ml", "3.5 ml", "1 pre-filled disposable injection", "5 vial(s)", "28 sachets", "12 patches", "½ pack",
    ];

    private readonly List<byte[]> _codes = [];
    private readonly HashSet<(CodeSystem System, string Code)> _known = [];
    private readonly int[] _drug;
    private SeededRandom _random = new(0, RandomPurpose.Catalogue);

    private CodeCatalogue()
    {
        Snomed = Make(CodeSystem.SnomedCt, 8_000, static (ref SeededRandom r) => CodeShapes.Snomed(ref r));
        Read2 = Make(CodeSystem.Read2, 4_000, static (ref SeededRandom r) => CodeShapes.Read2(ref r, drug: false));
        Ctv3 = Make(CodeSystem.Ctv3, 4_000, static (ref SeededRandom r) => CodeShapes.Ctv3(ref r));
        Dmd = Make(CodeSystem.Dmd, 2_600, static (ref SeededRandom r) => CodeShapes.Dmd(ref r));
        Bnf = Make(CodeSystem.Bnf, 900, static (ref SeededRandom r) => CodeShapes.Bnf(ref r));
        Read2Drugs = Make(CodeSystem.Read2, 900, static (ref SeededRandom r) => CodeShapes.Read2(ref r, drug: true));

        var texts = new List<byte[]>();
        var units = Measurements.Select(m => m.Unit).Distinct(StringComparer.Ordinal).ToList();
        texts.AddRange(units.Select(Encoding.UTF8.GetBytes));
        Kinds = [.. Measurements.Select((m, i) => new Measurement(units.IndexOf(m.Unit), m.Middle, m.Spread, i == 0 ? 800 : 0, i == 0 ? 150 : 0))];
        FirstQuantity = texts.Count;
        texts.AddRange(Quantities.Select(Encoding.UTF8.GetBytes));
        QuantityRanks = new AliasTable(Quantities.Length, 2);

        var drugs = new HashSet<string>(StringComparer.Ordinal);
        while (drugs.Count < 3_000)
        {
            drugs.Add(DrugName());
        }

        _drug = new int[_codes.Count];
        foreach (var list in (CodeList[])[Dmd, Bnf, Read2Drugs])
        {
            for (var i = 0; i < list.Count; i++)
            {
                _drug[list.First + i] = texts.Count + (list == Dmd ? i : _random.Below(drugs.Count));
            }
        }

        texts.AddRange(drugs.Select(Encoding.UTF8.GetBytes));
        Texts = [.. texts];
        _known.Clear();
    }

    private delegate string CodeMaker(ref SeededRandom random);

    /// <summary>The catalogue.</summary>
    public static CodeCatalogue Instance { get; } = new();

    /// <summary>Lists of clinical codes.</summary>
    public CodeList Snomed { get; }

    /// <inheritdoc cref="Snomed"/>
    public CodeList Read2 { get; }

    /// <inheritdoc cref="Snomed"/>
    public CodeList Ctv3 { get; }

    /// <summary>Lists of drug codes.</summary>
    public CodeList Dmd { get; }

    /// <inheritdoc cref="Dmd"/>
    public CodeList Bnf { get; }

    /// <inheritdoc cref="Dmd"/>
    public CodeList Read2Drugs { get; }

    /// <summary>Kinds of measurements.</summary>
    public Measurement[] Kinds { get; }

    /// <summary>Units, quantities and drug names.</summary>
    public byte[][] Texts { get; }

    /// <summary>Where quantities begin in <see cref="Texts"/>.</summary>
    public int FirstQuantity { get; }

    /// <summary>Draws quantities.</summary>
    public AliasTable QuantityRanks { get; }

    /// <summary>Number of codes.</summary>
    public int Count => _codes.Count;

    /// <summary>A code's bytes.</summary>
    public byte[] Code(int code) => _codes[code];

    /// <summary>Index into <see cref="Texts"/> of a drug code's name.</summary>
    public int DrugName(int code) => _drug[code];

    private CodeList Make(CodeSystem system, int count, CodeMaker make)
    {
        var first = _codes.Count;
        var last = "";
        while (_codes.Count < first + count)
        {
            // Case is part of a Read code: now and then one that differs from the last in nothing else.
            var code = _codes.Count % 25 == 24 && last.Length == 5 ? last[..2] + SwapCase(last[2..]) : make(ref _random);
            if (!_known.Add((system, code)))
            {
                code = make(ref _random);
                if (!_known.Add((system, code)))
                {
                    continue;
                }
            }

            _codes.Add(Encoding.ASCII.GetBytes(code));
            last = code;
        }

        return new CodeList(system, first, count);
    }

    private static string SwapCase(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));

    private string DrugName()
    {
        string[] start = ["A", "Ator", "Bi", "Cande", "Cele", "Dapa", "Dox", "Ena", "Flu", "Ge", "Hydro", "Iso", "Lan", "Levo", "Lo", "Met", "Mira", "Na", "Ome", "Pan", "Pre", "Ra", "Ro", "Ser", "Sim", "Ta", "Ti", "Val", "Ve", "Xa"];
        string[] middle = ["ba", "ce", "cor", "da", "fe", "ga", "li", "lo", "mi", "na", "pra", "ri", "sa", "ta", "va", "xi"];
        string[] end = ["bactam", "cillin", "dipine", "floxacin", "gliptin", "gabalin", "lukast", "mab", "nazole", "olol", "parin", "pril", "profen", "sartan", "setron", "statin", "tidine", "triptan", "vir", "zepam"];
        string[] form = ["tablets", "capsules", "modified-release tablets", "gastro-resistant capsules", "oral solution sugar free", "cream", "ointment", "dose inhaler", "eye drops", "patches", "suppositories"];
        string[] dose = ["1mg", "2.5mg", "5mg", "10mg", "20mg", "40mg", "50mg", "75mg", "100mg", "250mg", "500mg", "1.5mg/ml", "0.05%", "2% w/w", "100micrograms"];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{start[_random.Below(start.Length)]}{middle[_random.Below(middle.Length)]}{end[_random.Below(end.Length)]} {dose[_random.Below(dose.Length)]} {form[_random.Below(form.Length)]}");
    }
}
