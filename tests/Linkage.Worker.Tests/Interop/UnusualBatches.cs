using System.Globalization;
using System.Text;
using Linkage.Batches;

namespace Linkage.Worker.Tests.Interop;

/// <summary>A batch with the participant each of its patients is, and whether they must be linked to it.</summary>
internal sealed record UnusualBatch(byte[] Avro, (string ParticipantId, bool MustLink)[] Patients);

/// <summary>
/// Batches of what a synthetic feed never has: values at the edges of DOUBLE, dates at the edges of int, texts of every script and length, codes of every
/// length, partial dates of birth, rivals.
/// </summary>
internal sealed class UnusualBatches(IReadOnlyList<Dictionary<string, string>> participants)
{
    /// <summary>2024-06-01T12:34:56.789Z.</summary>
    private const long Made = 1_717_245_296_789;

    private static readonly string Long = new('é', 32_000);

    private static readonly string[] Texts =
    [
        "µmol/L", "10⁹/L", "", "  ", " mm[Hg] ", "°C", "💊 per day", "пить", "アスピリン 81mg", "a\u0000b", "\"quoted, \\ and\ttabbed\"", "\u0301 combining",
        "\uFFFF last of its plane", "\U0010FFFF last of all", Long, Long + "x", new string('y', 33),
    ];

    private static readonly double[] Values =
    [
        double.NaN, 0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 1.5, -1.5, 1e15, 0.1,
    ];

    private readonly BatchBuilder _builder = new();

    // One row in the file, a number and consent: with number and date of birth as they are there, the link is certain.
    private readonly Queue<Dictionary<string, string>> _certain = new(participants
        .GroupBy(row => row["participant_id"])
        .Where(rows => rows.Count() == 1)
        .Select(rows => rows.Single())
        .Where(row => row["nhs_number"].Length > 0 && row["consent"] == "given"));

    /// <summary>The batches.</summary>
    public IReadOnlyList<UnusualBatch> Make() => [Edges(), PartialBirths(), ListedTwice(), Rivals(), NoRecords()];

    private UnusualBatch Edges()
    {
        Begin("edges", 7, Made);
        var patients = Enumerable.Range(0, 5).Select(_ => _certain.Dequeue()).ToArray();
        foreach (var patient in patients)
        {
            AddPatient(patient, patient["date_of_birth"]);
        }

        AddValues(patient: 0);
        AddDates(patient: 1, patients[1]["date_of_birth"]);
        AddCodes(patient: 2);
        AddScripts(patient: 3);
        AddRegistrations(patient: 4);
        return Done(patients, mustLink: true);
    }

    private UnusualBatch PartialBirths()
    {
        // No time of its own: the message's counts. No data provider either.
        Begin("partial-births", 0, processed: 0);
        var patients = Enumerable.Range(0, 4).Select(_ => _certain.Dequeue()).ToArray();
        string[] births = [patients[0]["date_of_birth"][..7], patients[1]["date_of_birth"][..4], "", patients[3]["date_of_birth"]];
        foreach (var (index, patient) in patients.Index())
        {
            AddPatient(patient, births[index]);
            AddDates(index, patient["date_of_birth"]);
        }

        return Done(patients, mustLink: false);
    }

    private UnusualBatch ListedTwice()
    {
        Begin("listed-twice", 2, Made);
        var patient = _certain.Dequeue();
        AddPatient(patient, patient["date_of_birth"]);
        AddPatient(patient, patient["date_of_birth"]);
        AddValue(0, 11_000, 1, 2, -1);
        AddValue(1, 11_000, 1, 2, -1);
        return Done([patient, patient], mustLink: true);
    }

    // Two patients of one batch, not the same by their dates of birth, claim one participant.
    private UnusualBatch Rivals()
    {
        Begin("rivals", 2, Made);
        var patient = _certain.Dequeue();
        var born = patient["date_of_birth"];
        AddPatient(patient, born);
        AddPatient(patient, born[..8] + (born.EndsWith("11", StringComparison.Ordinal) ? "12" : "11"));
        AddValue(0, 11_000, 1, 2, -1);
        AddValue(1, 11_000, 1, 2, -1);
        return Done([patient, patient], mustLink: false);
    }

    private UnusualBatch NoRecords()
    {
        Begin("no-records", 3, Made);
        var patient = _certain.Dequeue();
        AddPatient(patient, patient["date_of_birth"]);
        return Done([patient], mustLink: true);
    }

    private void AddValues(int patient)
    {
        foreach (var (index, value) in Values.Index())
        {
            AddValue(patient, 11_000 + index, value, Values[^(index + 1)], -1);
        }

        // To the bit: a duplicate, and none.
        AddValue(patient, 11_000, double.NaN, Values[^1], -1);
        AddValue(patient, 11_001, -0.0, Values[^2], -1);
        foreach (var (index, text) in Texts.Index())
        {
            AddValue(patient, 12_000 + index, null, index, Text(text));
        }
    }

    private void AddValue(int patient, int date, double? value1, double? value2, int value3) =>
        _builder.Add(new ClinicalRecord(patient, date, date, Code(CodeSystem.SnomedCt, "271649006"), value1 ?? 0, value2 ?? 0, value1 is not null, value2 is not null, value3, Deleted: false));

    private void AddDates(int patient, string born)
    {
        var birth = ExpectedRules.Day(DateOnly.ParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        var year = DateOnly.ParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture).Year;
        var today = (int)(Made / 86_400_000);
        int[] dates =
        [
            int.MinValue, int.MinValue + 1, int.MaxValue, -719_162, 2_932_896, -43_830, -43_829, -43_828, -62_091, 84_005, 84_006, -1, 0, 1, birth - 1, birth, birth + 1,
            ExpectedRules.Day(new DateOnly(year, 1, 1)) - 1, ExpectedRules.Day(new DateOnly(year, 1, 1)), ExpectedRules.Day(new DateOnly(year, 12, 31)),
            ExpectedRules.Day(new DateOnly(year + 1, 1, 1)), today - 1, today, today + 1,
        ];
        foreach (var date in dates.Distinct())
        {
            AddValue(patient, date, 1, null, -1);
            _builder.Add(new ScriptRecord(patient, date, -1, Text("drug"), -1, Deleted: false));
            _builder.Add(new RegistrationRecord(patient, 11_000, date, Deleted: false));
            _builder.Add(new RegistrationRecord(patient, date, int.MinValue, Deleted: false));
        }
    }

    private void AddCodes(int patient)
    {
        string[] codes =
        [
            "H", "H3", "H33", "H33z", "H33z.", "H33zz1", "H33zz11", "H33zz111", "h33Zz", "H....", "H33?.", " H33z. ", "é33z.", "", " ",
            "12345", "123456", "123456789012345678", "1234567890123456789", "012345678", "12345a7", "22298006\t",
        ];
        var date = 13_000;
        foreach (var system in Enum.GetValues<CodeSystem>())
        {
            foreach (var code in codes)
            {
                _builder.Add(new ClinicalRecord(patient, date++, int.MinValue, Code(system, code), 0, 0, HasValue1: false, HasValue2: false, -1, Deleted: false));
            }
        }

        _builder.Add(new ClinicalRecord(patient, date, int.MinValue, -1, 0, 0, HasValue1: false, HasValue2: false, -1, Deleted: false));
        _builder.Add(new ClinicalRecord(patient, 13_000, int.MinValue, Code(CodeSystem.Read2, "H33z."), 0, 0, HasValue1: false, HasValue2: false, -1, Deleted: true));
        _builder.Add(new ClinicalRecord(-1, 13_000, int.MinValue, Code(CodeSystem.Read2, "H33z."), 0, 0, HasValue1: false, HasValue2: false, -1, Deleted: false));
    }

    private void AddScripts(int patient)
    {
        (CodeSystem System, string Code)[] codes =
        [
            (CodeSystem.Bnf, "04.03.03.00.00"), (CodeSystem.Bnf, "0403030E0AAAAAA"), (CodeSystem.Bnf, "0403030e0aaaaaa"), (CodeSystem.Bnf, "0403030E0AAAAAAA"),
            (CodeSystem.Bnf, "04"), (CodeSystem.Bnf, "4"), (CodeSystem.Bnf, "04 03"), (CodeSystem.Bnf, "04-03"), (CodeSystem.Bnf, "..."), (CodeSystem.Bnf, "０４０３"),
            (CodeSystem.Dmd, "322280009"), (CodeSystem.SnomedCt, "322280009"), (CodeSystem.Dmd, "32228"), (CodeSystem.Read2, "di21."), (CodeSystem.Read2, "di2"),
            (CodeSystem.Ctv3, "di21."), (CodeSystem.Bnf, ""), (CodeSystem.Read2, "  "),
        ];
        var date = 14_000;
        foreach (var (system, code) in codes)
        {
            _builder.Add(new ScriptRecord(patient, date, Code(system, code), -1, -1, Deleted: false));
            _builder.Add(new ScriptRecord(patient, date++, Code(system, code), Text("Paracétamol 500 mg"), Text("28 comprimés"), Deleted: false));
        }

        foreach (var text in Texts)
        {
            _builder.Add(new ScriptRecord(patient, date, -1, Text(text), -1, Deleted: false));
            _builder.Add(new ScriptRecord(patient, date, Code(CodeSystem.Dmd, "322280009"), Text(text), Text(text), Deleted: false));
            _builder.Add(new ScriptRecord(patient, date++, Code(CodeSystem.Dmd, "322280009"), Text(text), Text(text), Deleted: false));
        }

        _builder.Add(new ScriptRecord(patient, date, -1, -1, -1, Deleted: false));
        _builder.Add(new ScriptRecord(patient, date, -1, -1, Text("28"), Deleted: true));
        _builder.Add(new ScriptRecord(-1, date, -1, Text("drug"), -1, Deleted: true));
    }

    private void AddRegistrations(int patient)
    {
        (int From, int To)[] periods = [(10_000, 11_000), (11_000, 10_000), (10_000, int.MinValue), (int.MinValue, 11_000), (int.MinValue, int.MinValue), (10_000, 11_000)];
        foreach (var (from, to) in periods)
        {
            _builder.Add(new RegistrationRecord(patient, from, to, Deleted: false));
        }

        _builder.Add(new RegistrationRecord(patient, 10_000, 11_000, Deleted: true));
        _builder.Add(new RegistrationRecord(-1, 10_000, 11_000, Deleted: false));
    }

    private void Begin(string id, int dataProvider, long processed) => _builder.Begin(Encoding.UTF8.GetBytes(id), "X99999"u8, "EMIS"u8, dataProvider, 19_000, processed);

    private void AddPatient(Dictionary<string, string> row, string born)
    {
        byte[] Field(string name) => Encoding.UTF8.GetBytes(row[name]);
        _builder.AddPatient(
            Field("nhs_number"), Field("surname"), Field("forename"), Field("other_forenames"), Encoding.UTF8.GetBytes(born), Field("sex"), Field("postcode"), default);
    }

    private int Text(string text) => _builder.Text(Encoding.UTF8.GetBytes(text));

    private int Code(CodeSystem system, string code) => _builder.Code(system, Encoding.UTF8.GetBytes(code));

    private UnusualBatch Done(Dictionary<string, string>[] patients, bool mustLink) =>
        new([.. _builder.SingleObject()], [.. patients.Select(row => (row["participant_id"], mustLink))]);
}
