using System.Text;
using Linkage.Batches;

namespace Linkage.Worker.Tests.Interop;

/// <summary>A message as the broker acknowledged it.</summary>
/// <param name="Value">Its bytes; null for a tombstone.</param>
/// <param name="Batch">What is in it; null when it is no batch.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Timestamp">Milliseconds since 1970-01-01T00:00:00Z.</param>
internal sealed record SentMessage(byte[]? Value, SentBatch? Batch, int Partition, long Offset, long Timestamp);

/// <summary>One batch in plain objects.</summary>
internal sealed record SentBatch(
    string Id,
    string Practice,
    int DataProvider,
    long ProcessedTimestamp,
    string[] BirthDates,
    SentClinical[] Clinical,
    SentScript[] Scripts,
    SentRegistration[] Registrations)
{
    /// <summary>A batch in Avro, decoded.</summary>
    public static SentBatch Decode(byte[] avro)
    {
        using var raw = RawBatch.Copy(avro, isTombstone: false, BatchFormat.Avro, "topic", 0, 0, DateTime.UnixEpoch);
        var result = new BatchDecoder(new BatchLimits()).Decode(raw, out var batch);
        Assert.True(result.Ok, $"{result.Reason} at byte {result.Position}");
        string Text(Slice slice) => Encoding.UTF8.GetString(batch.Bytes(slice));
        string? TextAt(int index) => index < 0 ? null : Text(batch.Texts[index]);
        SentCode? CodeAt(int index) => index < 0 ? null : new SentCode(batch.CodeSystems[index], Text(batch.Codes[index]));
        return new SentBatch(
            Text(batch.BatchId),
            Text(batch.Practice),
            batch.DataProvider,
            batch.ProcessedTimestamp,
            [.. batch.Patients.Take(batch.PatientCount).Select(patient => Text(patient.DateOfBirth))],
            [.. batch.Clinical.Take(batch.ClinicalCount).Select(record => new SentClinical(
                record.Patient, DayOf(record.Date), DayOf(record.RecordDate), CodeAt(record.Code), BitsOf(record.HasValue1, record.Value1), BitsOf(record.HasValue2, record.Value2), TextAt(record.Value3), record.Deleted))],
            [.. batch.Scripts.Take(batch.ScriptCount).Select(record => new SentScript(
                record.Patient, DayOf(record.IssueDate), CodeAt(record.Code), TextAt(record.DrugName), TextAt(record.Quantity), record.Deleted))],
            [.. batch.Registrations.Take(batch.RegistrationCount).Select(record => new SentRegistration(
                record.Patient, DayOf(record.RegDate), DayOf(record.DeductDate), record.Deleted))]);
    }

    private static long? DayOf(int date) => date == ClinicalRecord.NoDate ? null : date;

    private static long? BitsOf(bool has, double value) => has ? BitConverter.DoubleToInt64Bits(value) : null;
}

/// <summary>A code as sent.</summary>
internal sealed record SentCode(CodeSystem System, string Text);

/// <summary>A clinical event as sent: days since 1970-01-01, values by their bits (a duplicate is one to the bit).</summary>
internal sealed record SentClinical(int Patient, long? Date, long? RecordDate, SentCode? Code, long? Value1, long? Value2, string? Value3, bool Deleted);

/// <summary>A prescription as sent.</summary>
internal sealed record SentScript(int Patient, long? Date, SentCode? Code, string? DrugName, string? Quantity, bool Deleted);

/// <summary>A registration as sent.</summary>
internal sealed record SentRegistration(int Patient, long? Date, long? DeductDate, bool Deleted);
