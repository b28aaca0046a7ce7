namespace Linkage.Batches;

/// <summary>Bytes of the batch, by position. Length 0 means absent or empty.</summary>
public readonly record struct Slice(int Offset, int Length)
{
    /// <summary>Nothing there.</summary>
    public bool IsEmpty => Length == 0;
}

/// <summary>Coding systems of the batch schema, in its enum order.</summary>
public enum CodeSystem : byte
{
    /// <summary>SNOMED CT concept id.</summary>
    SnomedCt,

    /// <summary>Read version 2 (5-byte).</summary>
    Read2,

    /// <summary>Clinical Terms Version 3 (Read v3).</summary>
    Ctv3,

    /// <summary>NHS dictionary of medicines and devices.</summary>
    Dmd,

    /// <summary>British National Formulary.</summary>
    Bnf,
}

/// <summary>One patient of the batch: slices of identifiers in clear.</summary>
public struct PatientView
{
    /// <summary>As sent.</summary>
    public Slice NhsNumber, Surname, Forename, OtherForenames, DateOfBirth, Sex, Postcode, DateOfDeath;
}

/// <summary>One clinical event. Dates are days since 1970-01-01, <see cref="NoDate"/> when missing.</summary>
public record struct ClinicalRecord(int Patient, int Date, int RecordDate, int Code, double Value1, double Value2, bool HasValue1, bool HasValue2, int Value3, bool Deleted)
{
    /// <summary>A missing date.</summary>
    public const int NoDate = int.MinValue;
}

/// <summary>One issued prescription. <c>Quantity</c> is an index into texts (UK Biobank's quantity is text), −1 when missing.</summary>
public record struct ScriptRecord(int Patient, int IssueDate, int Code, int DrugName, int Quantity, bool Deleted);

/// <summary>One registration of a patient with a practice; no deduct date means still registered.</summary>
public record struct RegistrationRecord(int Patient, int RegDate, int DeductDate, bool Deleted);

/// <summary>
/// A decoded batch: views over <see cref="Text"/>, arrays reused from batch to batch by one lane. Indexes are checked by the decoder:
/// patient in −1..PatientCount−1 (−1: the practice sent the record before its patient), code in −1..CodeCount−1 (−1: none), texts likewise.
/// </summary>
public sealed class DecodedBatch
{
    /// <summary>Longest batch_id and practice, in bytes: both stand in every row of rejects, a million times for one batch if need be.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>Longest of <see cref="Texts"/>, in bytes: a batch of a million records that all refer to one must not become terabytes in a reader's memory.</summary>
    public const int MaxTextBytes = 65_535;

    /// <summary>
    /// Largest <see cref="DataProvider"/>. UK Biobank's has one digit; tables partitioned by it must not get a folder for each of two billion numbers.
    /// </summary>
    public const int MaxDataProvider = 255;

    /// <summary>The bytes slices refer to (the raw batch itself for Avro, unescaped text for JSON).</summary>
    public ArraySegment<byte> Text { get; set; }

    /// <summary>Batch header.</summary>
    public Slice BatchId { get; set; }

    /// <summary>ODS code of the practice.</summary>
    public Slice Practice { get; set; }

    /// <summary>EMIS, TPP, VISION, …</summary>
    public Slice GpSystemSupplier { get; set; }

    /// <summary>1 England Vision, 2 Scotland, 3 England TPP, 4 Wales, more later.</summary>
    public int DataProvider { get; set; }

    /// <summary>Days since 1970-01-01, or <see cref="ClinicalRecord.NoDate"/>.</summary>
    public int ReportingPeriodEndDate { get; set; }

    /// <summary>Milliseconds since 1970-01-01T00:00:00Z; 0 when missing.</summary>
    public long ProcessedTimestamp { get; set; }

    /// <summary>Patients, first <see cref="PatientCount"/> valid.</summary>
    public PatientView[] Patients { get; set; } = [];

    /// <summary>Number of patients.</summary>
    public int PatientCount { get; set; }

    /// <summary>Code systems by code index.</summary>
    public CodeSystem[] CodeSystems { get; set; } = [];

    /// <summary>Codes by index.</summary>
    public Slice[] Codes { get; set; } = [];

    /// <summary>Number of codes.</summary>
    public int CodeCount { get; set; }

    /// <summary>Distinct units, drug names and quantities.</summary>
    public Slice[] Texts { get; set; } = [];

    /// <summary>Number of texts.</summary>
    public int TextCount { get; set; }

    /// <summary>Clinical events.</summary>
    public ClinicalRecord[] Clinical { get; set; } = [];

    /// <summary>Number of clinical events.</summary>
    public int ClinicalCount { get; set; }

    /// <summary>Prescriptions.</summary>
    public ScriptRecord[] Scripts { get; set; } = [];

    /// <summary>Number of prescriptions.</summary>
    public int ScriptCount { get; set; }

    /// <summary>Registrations.</summary>
    public RegistrationRecord[] Registrations { get; set; } = [];

    /// <summary>Number of registrations.</summary>
    public int RegistrationCount { get; set; }

    /// <summary>Number of records of all kinds.</summary>
    public int RecordCount => ClinicalCount + ScriptCount + RegistrationCount;

    /// <summary>Empties the batch; the arrays stay.</summary>
    internal void Reset()
    {
        Text = ArraySegment<byte>.Empty;
        BatchId = Practice = GpSystemSupplier = default;
        DataProvider = 0;
        ReportingPeriodEndDate = ClinicalRecord.NoDate;
        ProcessedTimestamp = 0;
        PatientCount = CodeCount = TextCount = ClinicalCount = ScriptCount = RegistrationCount = 0;
    }

    /// <summary>The bytes of a slice.</summary>
    public ReadOnlySpan<byte> Bytes(Slice slice) => Text.AsSpan(slice.Offset, slice.Length);
}
