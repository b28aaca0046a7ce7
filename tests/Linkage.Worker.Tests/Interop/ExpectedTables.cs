using Linkage.Batches;
using Linkage.Parquet;

namespace Linkage.Worker.Tests.Interop;

/// <summary>A participant's ids as participants.csv has them, over all rows of the participant.</summary>
internal sealed record ParticipantIds(string[] Genomes, string[] Questionnaires, string[] Samples);

/// <summary>
/// What must stand in the tables, computed naively from what was sent, who is linked to whom, and participants.csv: one row at a time, with LINQ
/// and strings, sharing nothing with the product but the batch decoder.
/// </summary>
internal sealed class ExpectedTables
{
    private static readonly Dictionary<CodeSystem, string> ClinicalColumns = new()
    {
        [CodeSystem.Read2] = "read_2",
        [CodeSystem.Ctv3] = "read_3",
        [CodeSystem.SnomedCt] = "snomed_ct",
    };

    // A dm+d id is a SNOMED CT id.
    private static readonly Dictionary<CodeSystem, string> ScriptColumns = new()
    {
        [CodeSystem.Read2] = "read_2",
        [CodeSystem.Bnf] = "bnf_code",
        [CodeSystem.Dmd] = "dmd_code",
        [CodeSystem.SnomedCt] = "dmd_code",
    };

    private readonly string _topic;
    private readonly IReadOnlyDictionary<(string Batch, int Patient), string> _links;
    private readonly IReadOnlyDictionary<string, ParticipantIds> _participants;
    private readonly string? _partition;
    private readonly Func<DateOnly, int, string, string> _partitionOf;

    /// <summary>Computes the tables.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="sent">Every message of the topic.</param>
    /// <param name="links">participant_id of every linked patient.</param>
    /// <param name="participants">Participants by participant_id.</param>
    /// <param name="partition">Name of the partition column; null for none.</param>
    /// <param name="partitionOf">Its value, from event date, data provider and participant_id.</param>
    public ExpectedTables(
        string topic,
        IEnumerable<SentMessage> sent,
        IReadOnlyDictionary<(string Batch, int Patient), string> links,
        IReadOnlyDictionary<string, ParticipantIds> participants,
        string? partition,
        Func<DateOnly, int, string, string> partitionOf)
    {
        (_topic, _links, _participants, _partition, _partitionOf) = (topic, links, participants, partition, partitionOf);
        Clinical = EventTable(
            ("event_dt", ColumnType.Date), ("read_2", ColumnType.String), ("read_3", ColumnType.String), ("snomed_ct", ColumnType.String),
            ("value1", ColumnType.Double), ("value2", ColumnType.Double), ("value3", ColumnType.String));
        Scripts = EventTable(
            ("issue_date", ColumnType.Date), ("read_2", ColumnType.String), ("bnf_code", ColumnType.String), ("dmd_code", ColumnType.String),
            ("drug_name", ColumnType.String), ("quantity", ColumnType.String));
        Registrations = EventTable(("reg_date", ColumnType.Date), ("deduct_date", ColumnType.Date));
        foreach (var message in sent)
        {
            if (message.Batch is { } batch)
            {
                Add(message, batch);
            }
        }
    }

    /// <summary>gp_clinical.</summary>
    public ExpectedTable Clinical { get; }

    /// <summary>gp_scripts.</summary>
    public ExpectedTable Scripts { get; }

    /// <summary>gp_registrations.</summary>
    public ExpectedTable Registrations { get; }

    /// <summary>participant_links, the columns that follow from who is linked to whom.</summary>
    public ExpectedTable Links { get; } = new(
        ("participant_id", ColumnType.String), ("genome_id", ColumnType.String), ("questionnaire_id", ColumnType.String),
        ("genome_ids", ColumnType.StringList), ("questionnaire_ids", ColumnType.StringList), ("sample_ids", ColumnType.StringList),
        ("data_provider", ColumnType.Int32), ("batch_id", ColumnType.String), ("patient", ColumnType.Int32),
        ("processed_at", ColumnType.TimestampMicros), ("weight", ColumnType.Double), ("key_version", ColumnType.Int32));

    /// <summary>rejects, without those of whole batches.</summary>
    public ExpectedTable Rejects { get; } = new(
        ("topic", ColumnType.String), ("source_partition", ColumnType.Int32), ("source_offset", ColumnType.Int64), ("message_at", ColumnType.TimestampMicros),
        ("batch_id", ColumnType.String), ("practice", ColumnType.String), ("kind", ColumnType.String), ("record", ColumnType.Int32),
        ("reason", ColumnType.String), ("position", ColumnType.Int32));

    /// <summary>All tables above by name.</summary>
    public IReadOnlyDictionary<string, ExpectedTable> ByName => new Dictionary<string, ExpectedTable>(StringComparer.Ordinal)
    {
        ["gp_clinical"] = Clinical,
        ["gp_scripts"] = Scripts,
        ["gp_registrations"] = Registrations,
        ["participant_links"] = Links,
        ["rejects"] = Rejects,
    };

    /// <summary>Adds a message that is no batch.</summary>
    public void AddRejectedBatch(SentMessage message, string reason, int position) =>
        Rejects.Add(_topic, message.Partition, message.Offset, message.Timestamp * 1000, null, null, "batch", null, reason, position);

    private ExpectedTable EventTable(params (string, ColumnType)[] columns)
    {
        (string, ColumnType)[] subject = [("participant_id", ColumnType.String), ("genome_id", ColumnType.String), ("questionnaire_id", ColumnType.String), ("data_provider", ColumnType.Int32)];
        (string, ColumnType)[] partition = _partition is null ? [] : [(_partition, ColumnType.String)];
        return new ExpectedTable([.. subject, .. columns, .. partition]);
    }

    private void Add(SentMessage message, SentBatch batch)
    {
        var made = batch.ProcessedTimestamp > 0 ? batch.ProcessedTimestamp : message.Timestamp;
        var today = DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(made));
        foreach (var patient in Enumerable.Range(0, batch.BirthDates.Length).Where(patient => _links.ContainsKey((batch.Id, patient))))
        {
            var id = _links[(batch.Id, patient)];
            var ids = _participants[id];
            Links.Add(
                id, ids.Genomes.FirstOrDefault(), ids.Questionnaires.FirstOrDefault(), Joined(ids.Genomes), Joined(ids.Questionnaires), Joined(ids.Samples),
                batch.DataProvider, batch.Id, patient, made * 1000, null, 1);
        }

        DateOnly? Masked(long? day, int patient) => ExpectedRules.Masked(day, batch.BirthDates[patient], today);

        Judge(message, batch, "clinical", batch.Clinical, record => (record.Patient, record.Deleted), record => ExpectedRules.Coded(record.Code, ClinicalColumns).Reject, record =>
        {
            var (column, code, _) = ExpectedRules.Coded(record.Code, ClinicalColumns);
            object?[] values =
            [
                In(column, code, "read_2"), In(column, code, "read_3"), In(column, code, "snomed_ct"),
                Value(record.Value1), Value(record.Value2), ExpectedRules.Trimmed(record.Value3),
            ];
            AddEvent(Clinical, batch, record.Patient, Masked(record.Date, record.Patient)!.Value, values);
        });
        Judge(message, batch, "scripts", batch.Scripts, record => (record.Patient, record.Deleted), ScriptReject, record =>
        {
            var (column, code, _) = ExpectedRules.Coded(record.Code, ScriptColumns);
            object?[] values =
            [
                In(column, code, "read_2"), In(column, code, "bnf_code"), In(column, code, "dmd_code"),
                ExpectedRules.Trimmed(record.DrugName), ExpectedRules.Trimmed(record.Quantity),
            ];
            AddEvent(Scripts, batch, record.Patient, Masked(record.Date, record.Patient)!.Value, values);
        });
        Judge(message, batch, "registrations", batch.Registrations, record => (record.Patient, record.Deleted), _ => null, record =>
        {
            // No end is no missing date: the registration lasts.
            var deducted = record.DeductDate is null ? null : Masked(record.DeductDate, record.Patient);
            AddEvent(Registrations, batch, record.Patient, Masked(record.Date, record.Patient)!.Value, [deducted is { } date ? ExpectedRules.Day(date) : null]);
        });
    }

    /// <summary>Every record of a list to its one fate.</summary>
    private void Judge<T>(SentMessage message, SentBatch batch, string kind, T[] records, Func<T, (int Patient, bool Deleted)> of, Func<T, string?> rejectOf, Action<T> add)
        where T : notnull
    {
        var seen = new HashSet<T>();
        foreach (var (index, record) in records.Index())
        {
            var (patient, deleted) = of(record);
            if (patient >= 0 && !_links.ContainsKey((batch.Id, patient)))
            {
                continue;
            }

            var reason = patient < 0 ? "orphan-record" : deleted ? "deleted" : !seen.Add(record) ? "duplicate-record" : rejectOf(record);
            if (reason is null)
            {
                add(record);
            }
            else
            {
                Rejects.Add(_topic, message.Partition, message.Offset, message.Timestamp * 1000, batch.Id, batch.Practice, kind, index, reason, null);
            }
        }
    }

    private void AddEvent(ExpectedTable table, SentBatch batch, int patient, DateOnly date, object?[] values)
    {
        var id = _links[(batch.Id, patient)];
        var ids = _participants[id];
        object?[] subject = [id, ids.Genomes.FirstOrDefault(), ids.Questionnaires.FirstOrDefault(), batch.DataProvider, ExpectedRules.Day(date)];
        object?[] partition = _partition is null ? [] : [_partitionOf(date, batch.DataProvider, id)];
        table.Add([.. subject, .. values, .. partition]);
    }

    // A prescription without a code is one when it has the drug's name.
    private static string? ScriptReject(SentScript record)
    {
        var reject = ExpectedRules.Coded(record.Code, ScriptColumns).Reject;
        return reject == "missing-code" && ExpectedRules.Trimmed(record.DrugName) is not null ? null : reject;
    }

    private static string? In(string? column, string? code, string name) => column == name ? code : null;

    private static double? Value(long? bits) => bits is { } known ? BitConverter.Int64BitsToDouble(known) : null;

    private static string? Joined(string[] ids) => ids.Length == 0 ? null : string.Join(';', ids);
}
