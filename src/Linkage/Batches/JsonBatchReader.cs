using System.Text.Json;

namespace Linkage.Batches;

/// <summary>
/// One JSON document of the batch schema to views, fields in any order. Records may come before the patients, codes and texts that they refer to, so
/// indexes are checked at the end, by the largest of each kind.
/// </summary>
internal ref partial struct JsonBatchReader(ReadOnlySpan<byte> json, Span<byte> text, DecodedBatch batch, int maxRecords)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly DecodedBatch _batch = batch;
    private readonly int _skipped = json.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
    private JsonCursor _cursor = new(json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json, text);
    private Furthest _patients;
    private Furthest _codes;
    private Furthest _texts;

    /// <summary>The largest index of a kind and the byte where it stands.</summary>
    private record struct Furthest(int Index, int Position);

    /// <summary>Bytes of text in the buffer.</summary>
    public readonly int TextLength => _cursor.TextLength;

    /// <summary>Reads the document into the batch.</summary>
    public DecodeResult Read()
    {
        _patients = _codes = _texts = new Furthest(-1, 0);
        try
        {
            return _cursor.TryUtf8() && _cursor.TryStart() && TryBatch() && _cursor.TryEnd() && TryIndexes()
                ? default
                : new DecodeResult(_cursor.Reason, _cursor.Position + _skipped);
        }
        catch (JsonException)
        {
            return new DecodeResult(RejectReason.BadJson, _cursor.Consumed + _skipped);
        }
    }

    private bool TryBatch()
    {
        var seen = 0u;
        var field = -1;
        while (_cursor.TryField(BatchSchema.BatchFields, ref seen, ref field))
        {
            if (field < 0)
            {
                return (!_batch.BatchId.IsEmpty && !_batch.Practice.IsEmpty) || _cursor.Fail(RejectReason.MissingField);
            }

            if (!TryBatchField(field))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryBatchField(int field)
    {
        bool ok;
        switch (field)
        {
            case 0:
                ok = _cursor.TryOptionalText(out var batchId) && (batchId.Length <= DecodedBatch.MaxNameBytes || _cursor.Fail(RejectReason.BadLength));
                _batch.BatchId = batchId;
                return ok;
            case 1:
                ok = _cursor.TryOptionalText(out var practice) && (practice.Length <= DecodedBatch.MaxNameBytes || _cursor.Fail(RejectReason.BadLength));
                _batch.Practice = practice;
                return ok;
            case 2:
                ok = _cursor.TryOptionalText(out var supplier);
                _batch.GpSystemSupplier = supplier;
                return ok;
            case 3:
                ok = _cursor.TryInt(0, out var provider) && ((uint)provider <= DecodedBatch.MaxDataProvider || _cursor.Fail(RejectReason.BadValue));
                _batch.DataProvider = provider;
                return ok;
            case 4:
                ok = _cursor.TryOptionalDate(out var periodEnd);
                _batch.ReportingPeriodEndDate = periodEnd;
                return ok;
            case 5:
                ok = _cursor.TryOptionalTimestamp(out var timestamp);
                _batch.ProcessedTimestamp = timestamp;
                return ok;
            case 6:
                return TryPatients();
            case 7:
                return TryCodes();
            case 8:
                return TryTexts();
            case 9:
                return TryClinical();
            case 10:
                return TryScripts();
            default:
                return TryRegistrations();
        }
    }

    private bool TryPatients()
    {
        if (!_cursor.TryList(out var none) || none)
        {
            return none;
        }

        while (TryItem(_batch.PatientCount, out var end))
        {
            if (end)
            {
                return true;
            }

            _batch.Patients = Room.For(_batch.Patients, _batch.PatientCount + 1);
            ref var patient = ref _batch.Patients[_batch.PatientCount];
            patient = default;
            if (!TryPatient(ref patient))
            {
                return false;
            }

            _batch.PatientCount++;
        }

        return false;
    }

    private bool TryPatient(ref PatientView patient)
    {
        var seen = 0u;
        var field = -1;
        while (_cursor.TryField(BatchSchema.PatientFields, ref seen, ref field))
        {
            var ok = field switch
            {
                0 => _cursor.TryOptionalText(out patient.NhsNumber),
                1 => _cursor.TryOptionalText(out patient.Surname),
                2 => _cursor.TryOptionalText(out patient.Forename),
                3 => _cursor.TryOptionalText(out patient.OtherForenames),
                4 => _cursor.TryOptionalText(out patient.DateOfBirth),
                5 => _cursor.TryOptionalText(out patient.Sex),
                6 => _cursor.TryOptionalText(out patient.Postcode),
                7 => _cursor.TryOptionalText(out patient.DateOfDeath),
                _ => true,
            };
            if (!ok || field < 0)
            {
                return ok;
            }
        }

        return false;
    }

    private bool TryCodes()
    {
        if (!_cursor.TryList(out var none) || none)
        {
            return none;
        }

        while (TryItem(_batch.CodeCount, out var end))
        {
            if (end)
            {
                return true;
            }

            if (!TryCode(out var system, out var code))
            {
                return false;
            }

            _batch.Codes = Room.For(_batch.Codes, _batch.CodeCount + 1);
            _batch.CodeSystems = Room.For(_batch.CodeSystems, _batch.CodeCount + 1);
            _batch.Codes[_batch.CodeCount] = code;
            _batch.CodeSystems[_batch.CodeCount] = (CodeSystem)system;
            _batch.CodeCount++;
        }

        return false;
    }

    private bool TryCode(out int system, out Slice code)
    {
        const uint Both = 0b11;
        system = 0;
        code = default;
        var seen = 0u;
        var field = -1;
        while (_cursor.TryField(BatchSchema.CodeFields, ref seen, ref field))
        {
            var ok = field switch
            {
                0 => _cursor.TrySymbol(BatchSchema.CodeSystems, out system),
                1 => _cursor.TryText(out code),
                _ => seen == Both || _cursor.Fail(RejectReason.MissingField),
            };
            if (!ok || field < 0)
            {
                return ok;
            }
        }

        return false;
    }

    private bool TryTexts()
    {
        if (!_cursor.TryList(out var none) || none)
        {
            return none;
        }

        while (TryItem(_batch.TextCount, out var end, JsonTokenType.String))
        {
            if (end)
            {
                return true;
            }

            _batch.Texts = Room.For(_batch.Texts, _batch.TextCount + 1);
            if (!_cursor.TryText(out _batch.Texts[_batch.TextCount]))
            {
                return false;
            }

            if (_batch.Texts[_batch.TextCount].Length > DecodedBatch.MaxTextBytes)
            {
                return _cursor.Fail(RejectReason.BadLength);
            }

            _batch.TextCount++;
        }

        return false;
    }

    /// <summary>The next item of a list that has <paramref name="counted"/> already, or its end.</summary>
    private bool TryItem(int counted, out bool end, JsonTokenType type = JsonTokenType.StartObject) =>
        _cursor.TryItem(type, out end) && (end || counted < maxRecords || _cursor.Fail(RejectReason.Oversized));

    private bool TryIndex(ref Furthest furthest, out int index)
    {
        if (!_cursor.TryInt(-1, out index))
        {
            return false;
        }

        if (index < -1)
        {
            return _cursor.Fail(RejectReason.IndexOutOfRange);
        }

        if (index > furthest.Index)
        {
            furthest = new Furthest(index, _cursor.TokenStart);
        }

        return true;
    }

    private bool TryIndexes() =>
        TryInside(_patients, _batch.PatientCount) && TryInside(_codes, _batch.CodeCount) && TryInside(_texts, _batch.TextCount);

    private bool TryInside(Furthest furthest, int count) =>
        furthest.Index < count || _cursor.Fail(RejectReason.IndexOutOfRange, furthest.Position);
}
