namespace Linkage.Batches;

/// <content>The three kinds of records.</content>
internal ref partial struct JsonBatchReader
{
    private bool TryClinical()
    {
        if (!_cursor.TryList(out var none) || none)
        {
            return none;
        }

        while (TryItem(_batch.RecordCount, out var end))
        {
            if (end)
            {
                return true;
            }

            if (!TryClinicalRecord(out var record))
            {
                return false;
            }

            _batch.Clinical = Room.For(_batch.Clinical, _batch.ClinicalCount + 1);
            _batch.Clinical[_batch.ClinicalCount++] = record;
        }

        return false;
    }

    private bool TryClinicalRecord(out ClinicalRecord record)
    {
        int patient = -1, date = ClinicalRecord.NoDate, recordDate = ClinicalRecord.NoDate, code = -1, value3 = -1;
        double value1 = 0, value2 = 0;
        bool has1 = false, has2 = false, deleted = false, ok = true;
        var seen = 0u;
        var field = -1;
        while (ok && _cursor.TryField(BatchSchema.ClinicalFields, ref seen, ref field))
        {
            switch (field)
            {
                case 0: ok = TryIndex(ref _patients, out patient); break;
                case 1: ok = _cursor.TryOptionalDate(out date); break;
                case 2: ok = _cursor.TryOptionalDate(out recordDate); break;
                case 3: ok = TryIndex(ref _codes, out code); break;
                case 4: ok = _cursor.TryOptionalDouble(out value1, out has1); break;
                case 5: ok = _cursor.TryOptionalDouble(out value2, out has2); break;
                case 6: ok = TryIndex(ref _texts, out value3); break;
                case 7: ok = _cursor.TryBoolean(out deleted); break;
                default:
                    record = new ClinicalRecord(patient, date, recordDate, code, value1, value2, has1, has2, value3, deleted);
                    return true;
            }
        }

        record = default;
        return false;
    }

    private bool TryScripts()
    {
        if (!_cursor.TryList(out var none) || none)
        {
            return none;
        }

        while (TryItem(_batch.RecordCount, out var end))
        {
            if (end)
            {
                return true;
            }

            if (!TryScript(out var record))
            {
                return false;
            }

            _batch.Scripts = Room.For(_batch.Scripts, _batch.ScriptCount + 1);
            _batch.Scripts[_batch.ScriptCount++] = record;
        }

        return false;
    }

    private bool TryScript(out ScriptRecord record)
    {
        int patient = -1, issueDate = ClinicalRecord.NoDate, code = -1, drugName = -1, quantity = -1;
        bool deleted = false, ok = true;
        var seen = 0u;
        var field = -1;
        while (ok && _cursor.TryField(BatchSchema.ScriptFields, ref seen, ref field))
        {
            switch (field)
            {
                case 0: ok = TryIndex(ref _patients, out patient); break;
                case 1: ok = _cursor.TryOptionalDate(out issueDate); break;
                case 2: ok = TryIndex(ref _codes, out code); break;
                case 3: ok = TryIndex(ref _texts, out drugName); break;
                case 4: ok = TryIndex(ref _texts, out quantity); break;
                case 5: ok = _cursor.TryBoolean(out deleted); break;
                default:
                    record = new ScriptRecord(patient, issueDate, code, drugName, quantity, deleted);
                    return true;
            }
        }

        record = default;
        return false;
    }

    private bool TryRegistrations()
    {
        if (!_cursor.TryList(out var none) || none)
        {
            return none;
        }

        while (TryItem(_batch.RecordCount, out var end))
        {
            if (end)
            {
                return true;
            }

            if (!TryRegistration(out var record))
            {
                return false;
            }

            _batch.Registrations = Room.For(_batch.Registrations, _batch.RegistrationCount + 1);
            _batch.Registrations[_batch.RegistrationCount++] = record;
        }

        return false;
    }

    private bool TryRegistration(out RegistrationRecord record)
    {
        int patient = -1, regDate = ClinicalRecord.NoDate, deductDate = ClinicalRecord.NoDate;
        bool deleted = false, ok = true;
        var seen = 0u;
        var field = -1;
        while (ok && _cursor.TryField(BatchSchema.RegistrationFields, ref seen, ref field))
        {
            switch (field)
            {
                case 0: ok = TryIndex(ref _patients, out patient); break;
                case 1: ok = _cursor.TryOptionalDate(out regDate); break;
                case 2: ok = _cursor.TryOptionalDate(out deductDate); break;
                case 3: ok = _cursor.TryBoolean(out deleted); break;
                default:
                    record = new RegistrationRecord(patient, regDate, deductDate, deleted);
                    return true;
            }
        }

        record = default;
        return false;
    }
}
