using System.Globalization;
using System.Text;
using Linkage.Batches;

namespace Linkage.Tests.Batches;

/// <summary>A batch as plain objects: made at random, encoded by the test's own encoder, or read back from a decoded batch.</summary>
internal sealed class BatchModel
{
    private static readonly string[] Words =
    [
        "a", "kg/m2", "Ä", "O'Neill", "東京", "\"quoted\"\\", "tab\tnew\nline", "🙂", "H33..", "XE0of", "22298006", "28 tablet - 20 mg", "\u0001", "€", "/", "  spaced  ",
    ];

    public string BatchId { get; set; } = "b";

    public string Practice { get; set; } = "A81001";

    public string Supplier { get; set; } = "";

    public int DataProvider { get; set; }

    public int PeriodEnd { get; set; } = ClinicalRecord.NoDate;

    public long Timestamp { get; set; }

    public List<string[]> Patients { get; } = [];

    public List<(CodeSystem System, string Code)> Codes { get; } = [];

    public List<string> Texts { get; } = [];

    public List<ClinicalRecord> Clinical { get; } = [];

    public List<ScriptRecord> Scripts { get; } = [];

    public List<RegistrationRecord> Registrations { get; } = [];

    /// <summary>A batch of up to <paramref name="most"/> of everything, with indexes in range and values from their whole ranges.</summary>
    public static BatchModel Random(Random random, int most)
    {
        var batch = new BatchModel
        {
            BatchId = "id-" + Word(random),
            Practice = "P" + Word(random),
            Supplier = random.Next(3) == 0 ? "" : Word(random),
            DataProvider = random.Next(4) == 0 ? random.Next(256) : random.Next(5),
            PeriodEnd = Date(random),
            Timestamp = random.Next(3) == 0 ? 0 : random.NextInt64(long.MinValue, long.MaxValue),
        };
        for (var i = random.Next(most + 1); i > 0; i--)
        {
            batch.Patients.Add([.. Enumerable.Range(0, 8).Select(_ => random.Next(3) == 0 ? "" : Word(random) + random.Next(1000))]);
        }

        for (var i = random.Next(most + 1); i > 0; i--)
        {
            batch.Codes.Add(((CodeSystem)random.Next(5), Word(random) + batch.Codes.Count));
        }

        for (var i = random.Next(most + 1); i > 0; i--)
        {
            batch.Texts.Add(Word(random) + batch.Texts.Count);
        }

        int patients = batch.Patients.Count, codes = batch.Codes.Count, texts = batch.Texts.Count;
        for (var i = random.Next(most + 1); i > 0; i--)
        {
            bool has1 = random.Next(2) == 0, has2 = random.Next(2) == 0;
            batch.Clinical.Add(new ClinicalRecord(
                random.Next(-1, patients), Date(random), Date(random), random.Next(-1, codes),
                has1 ? Double(random) : 0, has2 ? Double(random) : 0, has1, has2, random.Next(-1, texts), random.Next(9) == 0));
        }

        for (var i = random.Next(most + 1); i > 0; i--)
        {
            batch.Scripts.Add(new ScriptRecord(
                random.Next(-1, patients), Date(random), random.Next(-1, codes), random.Next(-1, texts), random.Next(-1, texts), random.Next(9) == 0));
        }

        for (var i = random.Next(most + 1); i > 0; i--)
        {
            batch.Registrations.Add(new RegistrationRecord(random.Next(-1, patients), Date(random), Date(random), random.Next(9) == 0));
        }

        return batch;
    }

    /// <summary>What the decoder saw.</summary>
    public static BatchModel Of(DecodedBatch view)
    {
        string Text(Slice slice) => Encoding.UTF8.GetString(view.Bytes(slice));
        var batch = new BatchModel
        {
            BatchId = Text(view.BatchId),
            Practice = Text(view.Practice),
            Supplier = Text(view.GpSystemSupplier),
            DataProvider = view.DataProvider,
            PeriodEnd = view.ReportingPeriodEndDate,
            Timestamp = view.ProcessedTimestamp,
        };
        foreach (var p in view.Patients.AsSpan(0, view.PatientCount))
        {
            batch.Patients.Add(
            [
                Text(p.NhsNumber), Text(p.Surname), Text(p.Forename), Text(p.OtherForenames), Text(p.DateOfBirth), Text(p.Sex), Text(p.Postcode), Text(p.DateOfDeath),
            ]);
        }

        for (var i = 0; i < view.CodeCount; i++)
        {
            batch.Codes.Add((view.CodeSystems[i], Text(view.Codes[i])));
        }

        for (var i = 0; i < view.TextCount; i++)
        {
            batch.Texts.Add(Text(view.Texts[i]));
        }

        batch.Clinical.AddRange(view.Clinical.AsSpan(0, view.ClinicalCount));
        batch.Scripts.AddRange(view.Scripts.AsSpan(0, view.ScriptCount));
        batch.Registrations.AddRange(view.Registrations.AsSpan(0, view.RegistrationCount));
        return batch;
    }

    /// <summary>Adds everything to a builder.</summary>
    public void Build(BatchBuilder builder)
    {
        static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
        builder.Begin(Utf8(BatchId), Utf8(Practice), Utf8(Supplier), DataProvider, PeriodEnd, Timestamp);
        foreach (var p in Patients)
        {
            builder.AddPatient(Utf8(p[0]), Utf8(p[1]), Utf8(p[2]), Utf8(p[3]), Utf8(p[4]), Utf8(p[5]), Utf8(p[6]), Utf8(p[7]));
        }

        Codes.ForEach(c => builder.Code(c.System, Utf8(c.Code)));
        Texts.ForEach(t => builder.Text(Utf8(t)));
        Clinical.ForEach(r => builder.Add(r));
        Scripts.ForEach(r => builder.Add(r));
        Registrations.ForEach(r => builder.Add(r));
    }

    /// <summary>Everything, in words to compare. Doubles by their bits.</summary>
    public string Dump()
    {
        static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture);
        var dump = new StringBuilder();
        dump.AppendLine($"{BatchId}|{Practice}|{Supplier}|{DataProvider}|{PeriodEnd}|{Timestamp}");
        Patients.ForEach(p => dump.AppendLine("patient " + string.Join('|', p)));
        Codes.ForEach(c => dump.AppendLine($"code {c.System}|{c.Code}"));
        Texts.ForEach(t => dump.AppendLine("text " + t));
        Clinical.ForEach(r => dump.AppendLine($"{r} {Bits(r.Value1)} {Bits(r.Value2)}"));
        Scripts.ForEach(r => dump.AppendLine(r.ToString()));
        Registrations.ForEach(r => dump.AppendLine(r.ToString()));
        return dump.ToString();
    }

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static int Date(Random random) => random.Next(4) switch
    {
        0 => ClinicalRecord.NoDate,
        1 => random.Next(int.MinValue + 1, int.MaxValue),
        _ => random.Next(-30_000, 25_000),
    };

    private static double Double(Random random) => random.Next(6) switch
    {
        0 => -0.0,
        1 => double.PositiveInfinity,
        2 => double.NaN,
        3 => double.Epsilon,
        4 => random.Next(-1000, 1000) / 10.0,
        _ => BitConverter.Int64BitsToDouble(random.NextInt64() & 0x7FDF_FFFF_FFFF_FFFF),
    };
}
