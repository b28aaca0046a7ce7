namespace Linkage.Batches;

/// <summary>
/// One Avro datum of the batch schema to views. Fields come in the schema's order, so that patients, codes and texts are counted before any
/// record refers to them. Arrays grow only by what the bytes present can hold.
/// </summary>
internal static class AvroBatchReader
{
    // The fewest bytes that an item of each array can take: one for every field, for an empty text or a null too.
    private const int PatientBytes = 8;
    private const int CodeBytes = 2;
    private const int TextBytes = 1;
    private const int ClinicalBytes = 8;
    private const int ScriptBytes = 6;
    private const int RegistrationBytes = 4;

    public static bool TryRead(ref AvroCursor cursor, DecodedBatch batch, int maxRecords) =>
        TryHeader(ref cursor, batch)
        && TryPatients(ref cursor, batch, maxRecords)
        && TryCodes(ref cursor, batch, maxRecords)
        && TryTexts(ref cursor, batch, maxRecords)
        && TryClinical(ref cursor, batch, maxRecords)
        && TryScripts(ref cursor, batch, maxRecords)
        && TryRegistrations(ref cursor, batch, maxRecords);

    private static bool TryHeader(ref AvroCursor cursor, DecodedBatch batch)
    {
        if (!TryRequiredText(ref cursor, out var batchId)
            || !TryRequiredText(ref cursor, out var practice)
            || !cursor.TryText(out var supplier))
        {
            return false;
        }

        var start = cursor.Position;
        if (!cursor.TryInt(out var dataProvider))
        {
            return false;
        }

        if ((uint)dataProvider > DecodedBatch.MaxDataProvider)
        {
            cursor.Position = start;
            return cursor.Fail(RejectReason.BadValue);
        }

        if (!cursor.TryOptionalDate(out var periodEnd) || !cursor.TryUnion(out var present))
        {
            return false;
        }

        var timestamp = 0L;
        if (present && !cursor.TryLong(out timestamp))
        {
            return false;
        }

        batch.BatchId = batchId;
        batch.Practice = practice;
        batch.GpSystemSupplier = supplier;
        batch.DataProvider = dataProvider;
        batch.ReportingPeriodEndDate = periodEnd;
        batch.ProcessedTimestamp = timestamp;
        return true;
    }

    private static bool TryRequiredText(ref AvroCursor cursor, out Slice text)
    {
        var start = cursor.Position;
        if (!cursor.TryText(out text))
        {
            return false;
        }

        if (!text.IsEmpty && text.Length <= DecodedBatch.MaxNameBytes)
        {
            return true;
        }

        cursor.Position = start;
        return cursor.Fail(text.IsEmpty ? RejectReason.MissingField : RejectReason.BadLength);
    }

    /// <summary>The next block of an array: its count (0 at the end), checked against the limit together with what was counted before.</summary>
    private static bool TryNextBlock(ref AvroCursor cursor, int itemBytes, int counted, int limit, out int count, out int end)
    {
        var start = cursor.Position;
        if (!cursor.TryBlock(itemBytes, out count, out end))
        {
            return false;
        }

        if (count <= limit - counted)
        {
            return true;
        }

        cursor.Position = start;
        return cursor.Fail(RejectReason.Oversized);
    }

    private static bool TryBlockEnd(ref AvroCursor cursor, int end) =>
        end < 0 || end == cursor.Position || cursor.Fail(RejectReason.BadLength);

    private static bool TryPatients(ref AvroCursor cursor, DecodedBatch batch, int limit)
    {
        while (true)
        {
            if (!TryNextBlock(ref cursor, PatientBytes, batch.PatientCount, limit, out var count, out var end))
            {
                return false;
            }

            if (count == 0)
            {
                return TryBlockEnd(ref cursor, end);
            }

            batch.Patients = Room.For(batch.Patients, batch.PatientCount + count);
            foreach (ref var patient in batch.Patients.AsSpan(batch.PatientCount, count))
            {
                if (!cursor.TryOptionalText(out patient.NhsNumber)
                    || !cursor.TryOptionalText(out patient.Surname)
                    || !cursor.TryOptionalText(out patient.Forename)
                    || !cursor.TryOptionalText(out patient.OtherForenames)
                    || !cursor.TryOptionalText(out patient.DateOfBirth)
                    || !cursor.TryOptionalText(out patient.Sex)
                    || !cursor.TryOptionalText(out patient.Postcode)
                    || !cursor.TryOptionalText(out patient.DateOfDeath))
                {
                    return false;
                }
            }

            batch.PatientCount += count;
            if (!TryBlockEnd(ref cursor, end))
            {
                return false;
            }
        }
    }

    private static bool TryCodes(ref AvroCursor cursor, DecodedBatch batch, int limit)
    {
        while (true)
        {
            if (!TryNextBlock(ref cursor, CodeBytes, batch.CodeCount, limit, out var count, out var end))
            {
                return false;
            }

            if (count == 0)
            {
                return TryBlockEnd(ref cursor, end);
            }

            batch.Codes = Room.For(batch.Codes, batch.CodeCount + count);
            batch.CodeSystems = Room.For(batch.CodeSystems, batch.CodeCount + count);
            var codes = batch.Codes.AsSpan(batch.CodeCount, count);
            var systems = batch.CodeSystems.AsSpan(batch.CodeCount, count);
            for (var i = 0; i < codes.Length; i++)
            {
                var start = cursor.Position;
                if (!cursor.TryInt(out var system))
                {
                    return false;
                }

                if ((uint)system > (uint)CodeSystem.Bnf)
                {
                    cursor.Position = start;
                    return cursor.Fail(RejectReason.BadValue);
                }

                systems[i] = (CodeSystem)system;
                if (!cursor.TryText(out codes[i]))
                {
                    return false;
                }
            }

            batch.CodeCount += count;
            if (!TryBlockEnd(ref cursor, end))
            {
                return false;
            }
        }
    }

    private static bool TryTexts(ref AvroCursor cursor, DecodedBatch batch, int limit)
    {
        while (true)
        {
            if (!TryNextBlock(ref cursor, TextBytes, batch.TextCount, limit, out var count, out var end))
            {
                return false;
            }

            if (count == 0)
            {
                return TryBlockEnd(ref cursor, end);
            }

            batch.Texts = Room.For(batch.Texts, batch.TextCount + count);
            foreach (ref var text in batch.Texts.AsSpan(batch.TextCount, count))
            {
                var start = cursor.Position;
                if (!cursor.TryText(out text))
                {
                    return false;
                }

                if (text.Length > DecodedBatch.MaxTextBytes)
                {
                    cursor.Position = start;
                    return cursor.Fail(RejectReason.BadLength);
                }
            }

            batch.TextCount += count;
            if (!TryBlockEnd(ref cursor, end))
            {
                return false;
            }
        }
    }

    private static bool TryClinical(ref AvroCursor cursor, DecodedBatch batch, int limit)
    {
        int patients = batch.PatientCount, codes = batch.CodeCount, texts = batch.TextCount;
        while (true)
        {
            if (!TryNextBlock(ref cursor, ClinicalBytes, batch.ClinicalCount, limit, out var count, out var end))
            {
                return false;
            }

            if (count == 0)
            {
                return TryBlockEnd(ref cursor, end);
            }

            batch.Clinical = Room.For(batch.Clinical, batch.ClinicalCount + count);
            foreach (ref var record in batch.Clinical.AsSpan(batch.ClinicalCount, count))
            {
                if (!cursor.TryIndex(patients, out var patient)
                    || !cursor.TryOptionalDate(out var date)
                    || !cursor.TryOptionalDate(out var recordDate)
                    || !cursor.TryIndex(codes, out var code)
                    || !cursor.TryOptionalDouble(out var value1, out var hasValue1)
                    || !cursor.TryOptionalDouble(out var value2, out var hasValue2)
                    || !cursor.TryIndex(texts, out var value3)
                    || !cursor.TryBoolean(out var deleted))
                {
                    return false;
                }

                record = new ClinicalRecord(patient, date, recordDate, code, value1, value2, hasValue1, hasValue2, value3, deleted);
            }

            batch.ClinicalCount += count;
            if (!TryBlockEnd(ref cursor, end))
            {
                return false;
            }
        }
    }

    private static bool TryScripts(ref AvroCursor cursor, DecodedBatch batch, int limit)
    {
        int patients = batch.PatientCount, codes = batch.CodeCount, texts = batch.TextCount, before = batch.ClinicalCount;
        while (true)
        {
            if (!TryNextBlock(ref cursor, ScriptBytes, before + batch.ScriptCount, limit, out var count, out var end))
            {
                return false;
            }

            if (count == 0)
            {
                return TryBlockEnd(ref cursor, end);
            }

            batch.Scripts = Room.For(batch.Scripts, batch.ScriptCount + count);
            foreach (ref var record in batch.Scripts.AsSpan(batch.ScriptCount, count))
            {
                if (!cursor.TryIndex(patients, out var patient)
                    || !cursor.TryOptionalDate(out var issueDate)
                    || !cursor.TryIndex(codes, out var code)
                    || !cursor.TryIndex(texts, out var drugName)
                    || !cursor.TryIndex(texts, out var quantity)
                    || !cursor.TryBoolean(out var deleted))
                {
                    return false;
                }

                record = new ScriptRecord(patient, issueDate, code, drugName, quantity, deleted);
            }

            batch.ScriptCount += count;
            if (!TryBlockEnd(ref cursor, end))
            {
                return false;
            }
        }
    }

    private static bool TryRegistrations(ref AvroCursor cursor, DecodedBatch batch, int limit)
    {
        int patients = batch.PatientCount, before = batch.ClinicalCount + batch.ScriptCount;
        while (true)
        {
            if (!TryNextBlock(ref cursor, RegistrationBytes, before + batch.RegistrationCount, limit, out var count, out var end))
            {
                return false;
            }

            if (count == 0)
            {
                return TryBlockEnd(ref cursor, end);
            }

            batch.Registrations = Room.For(batch.Registrations, batch.RegistrationCount + count);
            foreach (ref var record in batch.Registrations.AsSpan(batch.RegistrationCount, count))
            {
                if (!cursor.TryIndex(patients, out var patient)
                    || !cursor.TryOptionalDate(out var regDate)
                    || !cursor.TryOptionalDate(out var deductDate)
                    || !cursor.TryBoolean(out var deleted))
                {
                    return false;
                }

                record = new RegistrationRecord(patient, regDate, deductDate, deleted);
            }

            batch.RegistrationCount += count;
            if (!TryBlockEnd(ref cursor, end))
            {
                return false;
            }
        }
    }
}

/// <summary>Growth of the arrays that batches are decoded into and built in.</summary>
internal static class Room
{
    /// <summary>An array with room for <paramref name="count"/> items and the same content: itself, or one at least twice as long.</summary>
    public static T[] For<T>(T[] array, int count)
    {
        if (count > array.Length)
        {
            Array.Resize(ref array, (int)Math.Min(Math.Max(count, 2L * array.Length), Array.MaxLength));
        }

        return array;
    }
}
