namespace Linkage.Batches;

/// <summary>
/// Builds one batch in Avro binary (the other side of <see cref="BatchDecoder"/>): used by synth, tests and benchmarks. Reusable; buffers grow and stay.
/// Codes and texts are interned per batch by their bytes. Text must be UTF-8; it is not checked here.
/// </summary>
public sealed class BatchBuilder
{
    // The most bytes that a record can take: 5 an index, 6 a date, 9 a value, 1 a boolean.
    private const int MaxClinicalBytes = (3 * 5) + (2 * 6) + (2 * 9) + 1;
    private const int MaxScriptBytes = (4 * 5) + 6 + 1;
    private const int MaxRegistrationBytes = 5 + (2 * 6) + 1;

    private readonly AvroOutput _header = new();
    private readonly AvroOutput _patients = new();
    private readonly AvroOutput _clinical = new();
    private readonly AvroOutput _scripts = new();
    private readonly AvroOutput _registrations = new();
    private readonly AvroOutput _batch = new();
    private readonly InternedItems _codes = new();
    private readonly InternedItems _texts = new();
    private int _patientCount;
    private int _clinicalCount;
    private int _scriptCount;
    private int _registrationCount;
    private bool _begun;

    /// <summary>Records added so far, all kinds.</summary>
    public int RecordCount => _clinicalCount + _scriptCount + _registrationCount;

    /// <summary>Patients added so far.</summary>
    public int PatientCount => _patientCount;

    /// <summary>Starts a batch. <see cref="ClinicalRecord.NoDate"/> and a timestamp of 0 are nulls.</summary>
    public void Begin(ReadOnlySpan<byte> batchId, ReadOnlySpan<byte> practice, ReadOnlySpan<byte> supplier, int dataProvider, int reportingPeriodEndDate, long processedTimestamp)
    {
        _begun = true;
        _header.Clear();
        _patients.Clear();
        _clinical.Clear();
        _scripts.Clear();
        _registrations.Clear();
        _batch.Clear();
        _codes.Clear();
        _texts.Clear();
        _patientCount = _clinicalCount = _scriptCount = _registrationCount = 0;

        _header.Text(batchId);
        _header.Text(practice);
        _header.Text(supplier);
        _header.Int(dataProvider);
        _header.Advance(AvroOutput.PutOptionalDate(_header.Reserve(6), reportingPeriodEndDate));
        _header.Int(processedTimestamp == 0 ? 0 : 1);
        if (processedTimestamp != 0)
        {
            _header.Int(processedTimestamp);
        }
    }

    /// <summary>Adds a patient; empty spans are nulls. Returns its index.</summary>
    public int AddPatient(ReadOnlySpan<byte> nhsNumber, ReadOnlySpan<byte> surname, ReadOnlySpan<byte> forename, ReadOnlySpan<byte> otherForenames, ReadOnlySpan<byte> dateOfBirth, ReadOnlySpan<byte> sex, ReadOnlySpan<byte> postcode, ReadOnlySpan<byte> dateOfDeath)
    {
        Changed();
        _patients.OptionalText(nhsNumber);
        _patients.OptionalText(surname);
        _patients.OptionalText(forename);
        _patients.OptionalText(otherForenames);
        _patients.OptionalText(dateOfBirth);
        _patients.OptionalText(sex);
        _patients.OptionalText(postcode);
        _patients.OptionalText(dateOfDeath);
        return _patientCount++;
    }

    /// <summary>Adds or finds a code. Returns its index.</summary>
    public int Code(CodeSystem system, ReadOnlySpan<byte> code)
    {
        Changed();
        return _codes.Intern((int)system, code);
    }

    /// <summary>Adds or finds a text (unit, drug name, quantity). Returns its index.</summary>
    public int Text(ReadOnlySpan<byte> text)
    {
        Changed();
        return _texts.Intern(InternedItems.NoKind, text);
    }

    /// <summary>Adds a clinical event.</summary>
    public void Add(in ClinicalRecord record)
    {
        Changed();
        Check(record.Patient, _patientCount, nameof(record.Patient));
        Check(record.Code, _codes.Count, nameof(record.Code));
        Check(record.Value3, _texts.Count, nameof(record.Value3));
        var bytes = _clinical.Reserve(MaxClinicalBytes);
        var length = AvroOutput.PutInt(bytes, record.Patient);
        length += AvroOutput.PutOptionalDate(bytes[length..], record.Date);
        length += AvroOutput.PutOptionalDate(bytes[length..], record.RecordDate);
        length += AvroOutput.PutInt(bytes[length..], record.Code);
        length += AvroOutput.PutOptionalDouble(bytes[length..], record.HasValue1, record.Value1);
        length += AvroOutput.PutOptionalDouble(bytes[length..], record.HasValue2, record.Value2);
        length += AvroOutput.PutInt(bytes[length..], record.Value3);
        bytes[length++] = record.Deleted ? (byte)1 : (byte)0;
        _clinical.Advance(length);
        _clinicalCount++;
    }

    /// <summary>Adds a prescription.</summary>
    public void Add(in ScriptRecord record)
    {
        Changed();
        Check(record.Patient, _patientCount, nameof(record.Patient));
        Check(record.Code, _codes.Count, nameof(record.Code));
        Check(record.DrugName, _texts.Count, nameof(record.DrugName));
        Check(record.Quantity, _texts.Count, nameof(record.Quantity));
        var bytes = _scripts.Reserve(MaxScriptBytes);
        var length = AvroOutput.PutInt(bytes, record.Patient);
        length += AvroOutput.PutOptionalDate(bytes[length..], record.IssueDate);
        length += AvroOutput.PutInt(bytes[length..], record.Code);
        length += AvroOutput.PutInt(bytes[length..], record.DrugName);
        length += AvroOutput.PutInt(bytes[length..], record.Quantity);
        bytes[length++] = record.Deleted ? (byte)1 : (byte)0;
        _scripts.Advance(length);
        _scriptCount++;
    }

    /// <summary>Adds a registration.</summary>
    public void Add(in RegistrationRecord record)
    {
        Changed();
        Check(record.Patient, _patientCount, nameof(record.Patient));
        var bytes = _registrations.Reserve(MaxRegistrationBytes);
        var length = AvroOutput.PutInt(bytes, record.Patient);
        length += AvroOutput.PutOptionalDate(bytes[length..], record.RegDate);
        length += AvroOutput.PutOptionalDate(bytes[length..], record.DeductDate);
        bytes[length++] = record.Deleted ? (byte)1 : (byte)0;
        _registrations.Advance(length);
        _registrationCount++;
    }

    /// <summary>The Avro datum without framing; valid until the builder is used again.</summary>
    public ReadOnlySpan<byte> Datum() => SingleObject()[BatchSchema.SingleObjectHeader..];

    /// <summary>The datum with single-object framing (C3 01 + fingerprint); valid until the builder is used again.</summary>
    public ReadOnlySpan<byte> SingleObject()
    {
        if (!_begun)
        {
            throw new InvalidOperationException($"{nameof(Begin)} starts a batch; it has not been called.");
        }

        if (_batch.Length == 0)
        {
            BatchSchema.WriteSingleObjectHeader(_batch.Reserve(BatchSchema.SingleObjectHeader));
            _batch.Advance(BatchSchema.SingleObjectHeader);
            _batch.Bytes(_header.Written);
            _batch.Array(_patientCount, _patients.Written);
            _batch.Array(_codes.Count, _codes.Written);
            _batch.Array(_texts.Count, _texts.Written);
            _batch.Array(_clinicalCount, _clinical.Written);
            _batch.Array(_scriptCount, _scripts.Written);
            _batch.Array(_registrationCount, _registrations.Written);
        }

        return _batch.Written;
    }

    private static void Check(int index, int count, string name)
    {
        if ((uint)(index + 1) > (uint)count)
        {
            throw new ArgumentOutOfRangeException(name, index, $"An index of this batch is -1 (none) to {count - 1}.");
        }
    }

    private void Changed() => _batch.Clear();
}
