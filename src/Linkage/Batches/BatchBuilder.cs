namespace Linkage.Batches;

/// <summary>
/// Builds one batch in Avro binary (the other side of <see cref="BatchDecoder"/>): used by synth, tests and benchmarks. Reusable; buffers grow and stay.
/// Codes and texts are interned per batch by the caller's ids or bytes.
/// </summary>
public sealed class BatchBuilder
{
    /// <summary>Starts a batch.</summary>
    public void Begin(ReadOnlySpan<byte> batchId, ReadOnlySpan<byte> practice, ReadOnlySpan<byte> supplier, int dataProvider, int reportingPeriodEndDate, long processedTimestamp) => throw new NotSupportedException("stub: batches");

    /// <summary>Adds a patient; empty spans are nulls. Returns its index.</summary>
    public int AddPatient(ReadOnlySpan<byte> nhsNumber, ReadOnlySpan<byte> surname, ReadOnlySpan<byte> forename, ReadOnlySpan<byte> otherForenames, ReadOnlySpan<byte> dateOfBirth, ReadOnlySpan<byte> sex, ReadOnlySpan<byte> postcode, ReadOnlySpan<byte> dateOfDeath) => throw new NotSupportedException("stub: batches");

    /// <summary>Adds or finds a code. Returns its index.</summary>
    public int Code(CodeSystem system, ReadOnlySpan<byte> code) => throw new NotSupportedException("stub: batches");

    /// <summary>Adds or finds a text (unit, drug name, quantity). Returns its index.</summary>
    public int Text(ReadOnlySpan<byte> text) => throw new NotSupportedException("stub: batches");

    /// <summary>Adds a clinical event.</summary>
    public void Add(in ClinicalRecord record) => throw new NotSupportedException("stub: batches");

    /// <summary>Adds a prescription.</summary>
    public void Add(in ScriptRecord record) => throw new NotSupportedException("stub: batches");

    /// <summary>Adds a registration.</summary>
    public void Add(in RegistrationRecord record) => throw new NotSupportedException("stub: batches");

    /// <summary>Records added so far, all kinds.</summary>
    public int RecordCount => throw new NotSupportedException("stub: batches");

    /// <summary>The Avro datum without framing; valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Datum() => throw new NotSupportedException("stub: batches");

    /// <summary>The datum with single-object framing (C3 01 + fingerprint); valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> SingleObject() => throw new NotSupportedException("stub: batches");
}
