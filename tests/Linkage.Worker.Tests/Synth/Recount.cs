using System.Text;
using System.Text.RegularExpressions;
using Linkage.Batches;

namespace Linkage.Worker.Tests.Synth;

/// <summary>
/// Counts a decoded feed anew, knowing nothing of how it was made: what every batch holds, by patient, and what is irregular about it.
/// Keys are (batch, patient, "table/kind"); orphans are patient −1.
/// </summary>
internal sealed partial class Recount
{
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Records by batch, patient and table.</summary>
    public Dictionary<(string Batch, int Patient, string Table), int> Sent { get; } = [];

    /// <summary>Irregular records by batch, patient and "table/kind".</summary>
    public Dictionary<(string Batch, int Patient, string Kind), int> Dirt { get; } = [];

    /// <summary>Identifiers as sent.</summary>
    public Dictionary<(string Batch, int Patient), PatientText> Patients { get; } = [];

    /// <summary>Batch ids in order.</summary>
    public List<string> BatchIds { get; } = [];

    /// <summary>Codes seen, with their systems.</summary>
    public HashSet<(CodeSystem System, string Code)> Codes { get; } = [];

    /// <summary>Clinical records with a value.</summary>
    public int WithValue { get; private set; }

    /// <summary>Records of all kinds.</summary>
    public long Records => Sent.Values.Sum(count => (long)count);

    /// <summary>Decodes and counts; every batch must decode.</summary>
    public static Recount Of(IReadOnlyList<byte[]> batches)
    {
        var count = new Recount();
        var decoder = new BatchDecoder(new BatchLimits());
        for (var i = 0; i < batches.Count; i++)
        {
            using var raw = RawBatch.Copy(batches[i], isTombstone: false, BatchFormat.Avro, "topic", 0, i, DateTime.UnixEpoch);
            var result = decoder.Decode(raw, out var batch);
            Assert.True(result.Ok, $"batch {i}: {result.Reason} at byte {result.Position}");
            count.Add(batch);
        }

        return count;
    }

    /// <summary>NHS number rule of the Data Dictionary, written out.</summary>
    public static bool IsValidNhsNumber(string text)
    {
        if (text.Length != 10 || !text.All(char.IsAsciiDigit))
        {
            return false;
        }

        var remainder = Enumerable.Range(0, 9).Sum(i => (text[i] - '0') * (10 - i)) % 11;
        return (11 - remainder) % 11 == text[9] - '0';
    }

    /// <summary>Whether a code has its system's shape, and its check digit where it has one.</summary>
    public static bool IsWellFormed(CodeSystem system, string code) => system switch
    {
        CodeSystem.SnomedCt => SnomedShape().IsMatch(code) && VerhoeffHolds(code),
        CodeSystem.Dmd => DmdShape().IsMatch(code) && VerhoeffHolds(code),
        CodeSystem.Read2 or CodeSystem.Ctv3 => ReadShape().IsMatch(code),
        _ => BnfShape().IsMatch(code),
    };

    private static bool VerhoeffHolds(string digits)
    {
        // In the dihedral group D5, digits below 5 are rotations and the others reflections.
        int[] permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        var check = 0;
        foreach (var (position, character) in digits.Reverse().Index())
        {
            var digit = character - '0';
            for (var i = 0; i < position % 8; i++)
            {
                digit = permutation[digit];
            }

            check = Times(check, digit);
        }

        return check == 0;

        static int Times(int a, int b) => (a < 5, b < 5) switch
        {
            (true, true) => (a + b) % 5,
            (true, false) => 5 + ((a + b - 5) % 5),
            (false, true) => 5 + ((a - 5 - b + 5) % 5),
            (false, false) => (a - b + 5) % 5,
        };
    }

    private void Add(DecodedBatch batch)
    {
        var id = Encoding.UTF8.GetString(batch.Bytes(batch.BatchId));
        BatchIds.Add(id);
        for (var i = 0; i < batch.PatientCount; i++)
        {
            string Text(Slice slice) => Encoding.UTF8.GetString(batch.Bytes(slice));
            ref var p = ref batch.Patients[i];
            Patients.Add((id, i), new PatientText(Text(p.NhsNumber), Text(p.Surname), Text(p.Forename), Text(p.DateOfBirth), Text(p.Sex), Text(p.Postcode)));
        }

        for (var i = 0; i < batch.CodeCount; i++)
        {
            Codes.Add((batch.CodeSystems[i], Encoding.UTF8.GetString(batch.Bytes(batch.Codes[i]))));
        }

        var clinical = new HashSet<ClinicalRecord>();
        foreach (ref readonly var record in batch.Clinical.AsSpan(0, batch.ClinicalCount))
        {
            WithValue += record.HasValue1 ? 1 : 0;
            AddRecord(batch, id, "clinical", record.Patient, record.Deleted, !clinical.Add(record), record.Code, record.Date, CodeSystem.Bnf);
        }

        var scripts = new HashSet<ScriptRecord>();
        foreach (ref readonly var record in batch.Scripts.AsSpan(0, batch.ScriptCount))
        {
            AddRecord(batch, id, "scripts", record.Patient, record.Deleted, !scripts.Add(record), record.Code, record.IssueDate, CodeSystem.Ctv3);
        }

        var registrations = new HashSet<RegistrationRecord>();
        foreach (ref readonly var record in batch.Registrations.AsSpan(0, batch.RegistrationCount))
        {
            AddRecord(batch, id, "registrations", record.Patient, record.Deleted, !registrations.Add(record), null, record.RegDate, null);
        }
    }

    private void AddRecord(DecodedBatch batch, string id, string table, int patient, bool deleted, bool repeated, int? code, int date, CodeSystem? unfit)
    {
        Increase(Sent, (id, patient, table));
        if (patient < 0)
        {
            Increase(Dirt, (id, patient, table + "/orphan-record"));
            return;
        }

        if (deleted || repeated)
        {
            Increase(Dirt, (id, patient, table + (deleted ? "/deleted" : "/duplicate-record")));
            return;
        }

        var codeKind = code is { } index ? CodeKind(batch, table, index, unfit) : null;
        var dateKind = DateKind(date, Patients[(id, patient)].DateOfBirth);
        Assert.True(codeKind is null || dateKind is null, $"batch {id}: a record with two irregularities, {codeKind} and {dateKind}");
        if ((codeKind ?? dateKind) is { } kind)
        {
            Increase(Dirt, (id, patient, table + "/" + kind));
        }
    }

    private static string? CodeKind(DecodedBatch batch, string table, int index, CodeSystem? unfit)
    {
        if (index < 0)
        {
            return table == "scripts" ? "drug-name-only" : "missing-code";
        }

        var system = batch.CodeSystems[index];
        var code = Encoding.UTF8.GetString(batch.Bytes(batch.Codes[index]));
        return system == unfit ? "code-system-unfit"
            : system is CodeSystem.Read2 or CodeSystem.Ctv3 && code.Length == 7 && ReadShape().IsMatch(code[..5]) ? "read-seven-characters"
            : system == CodeSystem.Bnf && DottedShape().IsMatch(code) ? "bnf-dotted"
            : IsWellFormed(system, code) ? null
            : "malformed-code";
    }

    private static string? DateKind(int date, string born)
    {
        if (date == ClinicalRecord.NoDate)
        {
            return "date-missing";
        }

        var day = DateOnly.FromDayNumber(date + Epoch);
        if (day > new DateOnly(2024, 3, 31))
        {
            return "date-future";
        }

        return !DateOnly.TryParseExact(born, "yyyy-MM-dd", out var birth) ? null
            : day < birth ? "date-before-birth"
            : day == birth ? "date-on-birth"
            : day.Year == birth.Year ? "date-in-birth-year"
            : null;
    }

    private static void Increase<T>(Dictionary<T, int> counts, T key)
        where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    [GeneratedRegex("^[1-9][0-9]{3,14}(00|10)[0-9]$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SnomedShape();

    [GeneratedRegex("^[1-9][0-9]{3,14}(00|100000110|10)[0-9]$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DmdShape();

    [GeneratedRegex("^(?=[0-9A-Za-z]{2,5}\\.*$).{5}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReadShape();

    [GeneratedRegex("^[0-9]{7}[A-Z][0-9][A-Z]{6}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BnfShape();

    [GeneratedRegex("^[0-9]{2}(\\.[0-9]{2}){4}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DottedShape();
}

/// <summary>A patient's identifiers as sent.</summary>
internal sealed record PatientText(string NhsNumber, string Surname, string Forename, string DateOfBirth, string Sex, string Postcode)
{
    /// <summary>Digits of the NHS number.</summary>
    public string NhsDigits => string.Concat(NhsNumber.Where(char.IsAsciiDigit));
}
