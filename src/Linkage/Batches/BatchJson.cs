using System.Text.Json;

namespace Linkage.Batches;

/// <summary>
/// A batch as JSON, as <see cref="BatchDecoder"/> reads it: what is missing is left out, dates are ISO 8601. For feeding Kafka by hand and for looking
/// at a batch; holds identifiers in clear.
/// </summary>
public static class BatchJson
{
    /// <summary>Writes a decoded batch as one JSON object. Does not flush.</summary>
    public static void Write(DecodedBatch batch, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("batch_id"u8, batch.Bytes(batch.BatchId));
        json.WriteString("practice"u8, batch.Bytes(batch.Practice));
        Text(json, batch, "gp_system_supplier"u8, batch.GpSystemSupplier);
        json.WriteNumber("data_provider"u8, batch.DataProvider);
        Date(json, "reporting_period_end_date"u8, batch.ReportingPeriodEndDate);
        if (batch.ProcessedTimestamp != 0)
        {
            json.WriteNumber("processed_timestamp"u8, batch.ProcessedTimestamp);
        }

        Patients(json, batch);
        Codes(json, batch);
        Texts(json, batch);
        Clinical(json, batch);
        Scripts(json, batch);
        Registrations(json, batch);
        json.WriteEndObject();
    }

    private static void Patients(Utf8JsonWriter json, DecodedBatch batch)
    {
        json.WriteStartArray("patients"u8);
        foreach (ref readonly var patient in batch.Patients.AsSpan(0, batch.PatientCount))
        {
            json.WriteStartObject();
            Text(json, batch, "nhs_number"u8, patient.NhsNumber);
            Text(json, batch, "surname"u8, patient.Surname);
            Text(json, batch, "forename"u8, patient.Forename);
            Text(json, batch, "other_forenames"u8, patient.OtherForenames);
            Text(json, batch, "date_of_birth"u8, patient.DateOfBirth);
            Text(json, batch, "sex"u8, patient.Sex);
            Text(json, batch, "postcode"u8, patient.Postcode);
            Text(json, batch, "date_of_death"u8, patient.DateOfDeath);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Codes(Utf8JsonWriter json, DecodedBatch batch)
    {
        json.WriteStartArray("codes"u8);
        for (var i = 0; i < batch.CodeCount; i++)
        {
            json.WriteStartObject();
            json.WriteString("code_system"u8, BatchSchema.CodeSystems[(int)batch.CodeSystems[i]]);
            json.WriteString("code"u8, batch.Bytes(batch.Codes[i]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, DecodedBatch batch)
    {
        json.WriteStartArray("texts"u8);
        foreach (var text in batch.Texts.AsSpan(0, batch.TextCount))
        {
            json.WriteStringValue(batch.Bytes(text));
        }

        json.WriteEndArray();
    }

    private static void Clinical(Utf8JsonWriter json, DecodedBatch batch)
    {
        json.WriteStartArray("clinical"u8);
        foreach (ref readonly var record in batch.Clinical.AsSpan(0, batch.ClinicalCount))
        {
            json.WriteStartObject();
            Index(json, "patient"u8, record.Patient);
            Date(json, "date"u8, record.Date);
            Date(json, "record_date"u8, record.RecordDate);
            Index(json, "code"u8, record.Code);
            Value(json, "value1"u8, record.HasValue1, record.Value1);
            Value(json, "value2"u8, record.HasValue2, record.Value2);
            Index(json, "value3"u8, record.Value3);
            Deleted(json, record.Deleted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Scripts(Utf8JsonWriter json, DecodedBatch batch)
    {
        json.WriteStartArray("scripts"u8);
        foreach (ref readonly var record in batch.Scripts.AsSpan(0, batch.ScriptCount))
        {
            json.WriteStartObject();
            Index(json, "patient"u8, record.Patient);
            Date(json, "issue_date"u8, record.IssueDate);
            Index(json, "code"u8, record.Code);
            Index(json, "drug_name"u8, record.DrugName);
            Index(json, "quantity"u8, record.Quantity);
            Deleted(json, record.Deleted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Registrations(Utf8JsonWriter json, DecodedBatch batch)
    {
        json.WriteStartArray("registrations"u8);
        foreach (ref readonly var record in batch.Registrations.AsSpan(0, batch.RegistrationCount))
        {
            json.WriteStartObject();
            Index(json, "patient"u8, record.Patient);
            Date(json, "reg_date"u8, record.RegDate);
            Date(json, "deduct_date"u8, record.DeductDate);
            Deleted(json, record.Deleted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, DecodedBatch batch, ReadOnlySpan<byte> name, Slice text)
    {
        if (!text.IsEmpty)
        {
            json.WriteString(name, batch.Bytes(text));
        }
    }

    private static void Index(Utf8JsonWriter json, ReadOnlySpan<byte> name, int index)
    {
        if (index >= 0)
        {
            json.WriteNumber(name, index);
        }
    }

    private static void Date(Utf8JsonWriter json, ReadOnlySpan<byte> name, int days)
    {
        if (days is >= CalendarDay.First and <= CalendarDay.Last)
        {
            Span<byte> iso = stackalloc byte[CalendarDay.Length];
            CalendarDay.Write(days, iso);
            json.WriteString(name, iso);
        }
        else if (days != ClinicalRecord.NoDate)
        {
            json.WriteNumber(name, days);
        }
    }

    private static void Value(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool present, double value)
    {
        if (!present)
        {
            return;
        }

        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }

    private static void Deleted(Utf8JsonWriter json, bool deleted)
    {
        if (deleted)
        {
            json.WriteBoolean("deleted"u8, value: true);
        }
    }
}
