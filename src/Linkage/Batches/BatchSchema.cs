using System.Buffers.Binary;

namespace Linkage.Batches;

/// <summary>
/// What the code knows of schemas/gp-record-batch.avsc: its text, its fingerprint, its names in their order. A test holds them to the file.
/// </summary>
public static class BatchSchema
{
    /// <summary>CRC-64-AVRO fingerprint of the schema's Parsing Canonical Form.</summary>
    public const ulong Fingerprint = 0x928E281FE3BCE3BA;

    /// <summary>Bytes of single-object framing: C3 01 and the fingerprint, little-endian.</summary>
    public const int SingleObjectHeader = 10;

    /// <summary>Bytes of Confluent framing: 00 and the schema id, big-endian.</summary>
    public const int ConfluentHeader = 5;

    /// <summary>The schema file as it is in schemas/.</summary>
    public static ReadOnlyMemory<byte> Text { get; } = ReadResource();

    internal static readonly byte[][] BatchFields = Names(
        "batch_id", "practice", "gp_system_supplier", "data_provider", "reporting_period_end_date", "processed_timestamp",
        "patients", "codes", "texts", "clinical", "scripts", "registrations");

    internal static readonly byte[][] PatientFields = Names(
        "nhs_number", "surname", "forename", "other_forenames", "date_of_birth", "sex", "postcode", "date_of_death");

    internal static readonly byte[][] CodeFields = Names("code_system", "code");

    internal static readonly byte[][] ClinicalFields = Names(
        "patient", "date", "record_date", "code", "value1", "value2", "value3", "deleted");

    internal static readonly byte[][] ScriptFields = Names("patient", "issue_date", "code", "drug_name", "quantity", "deleted");

    internal static readonly byte[][] RegistrationFields = Names("patient", "reg_date", "deduct_date", "deleted");

    /// <summary>Symbols by <see cref="CodeSystem"/>.</summary>
    internal static readonly byte[][] CodeSystems = Names("SNOMED_CT", "READ_2", "CTV3", "DMD", "BNF");

    /// <summary>Field names of a record type of the schema (<c>GpRecordBatch</c>, <c>Patient</c>, …), in their order.</summary>
    internal static IReadOnlyList<string> FieldsOf(string recordName) => Strings(recordName switch
    {
        "GpRecordBatch" => BatchFields,
        "Patient" => PatientFields,
        "Code" => CodeFields,
        "Clinical" => ClinicalFields,
        "Script" => ScriptFields,
        "Registration" => RegistrationFields,
        _ => throw new ArgumentOutOfRangeException(nameof(recordName), recordName, "Not a record type of the batch schema."),
    });

    /// <summary>Symbols of the code system enum, in their order.</summary>
    internal static IReadOnlyList<string> CodeSystemSymbols => Strings(CodeSystems);

    /// <summary>Writes single-object framing into the first <see cref="SingleObjectHeader"/> bytes.</summary>
    internal static void WriteSingleObjectHeader(Span<byte> bytes)
    {
        bytes[0] = 0xC3;
        bytes[1] = 0x01;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[2..], Fingerprint);
    }

    private static byte[][] Names(params string[] names) => Array.ConvertAll(names, System.Text.Encoding.ASCII.GetBytes);

    private static string[] Strings(byte[][] names) => Array.ConvertAll(names, System.Text.Encoding.ASCII.GetString);

    private static byte[] ReadResource()
    {
        using var stream = typeof(BatchSchema).Assembly.GetManifestResourceStream("gp-record-batch.avsc")
            ?? throw new InvalidOperationException("The assembly lacks its resource gp-record-batch.avsc.");
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        return text;
    }
}
