namespace Linkage.Worker.Synth;

/// <summary>Rows of truth.csv (a patient of a batch) and truth-batches.csv (a table of a batch).</summary>
internal sealed class TruthRows(ParticipantRows participants)
{
    private static readonly GpTable[] Tables = Enum.GetValues<GpTable>();
    private static readonly byte[][] KindNames = KebabCase.NamesOf<PersonKind>();

    /// <summary>First line of truth.csv.</summary>
    public static ReadOnlySpan<byte> Header =>
        "batch_id,patient,participant_id,kind,clean,dirt,clinical,scripts,registrations,clinical_rejects,scripts_rejects,registrations_rejects,record_dirt\n"u8;

    /// <summary>First line of truth-batches.csv.</summary>
    public static byte[] BatchHeader { get; } = MakeBatchHeader();

    /// <summary>Appends the row of a patient.</summary>
    public void Add(ReadOnlySpan<byte> batchId, int patient, in Person person, bool formerSurname, bool formerPostcode, List<IdentifierDirt> dirt, RecordTally tally, Utf8Buffer into)
    {
        into.Add(batchId).Add((byte)',').Add(patient).Add((byte)',');
        if (person.Kind == PersonKind.Participant)
        {
            participants.AddId(person.Participant, into);
        }

        into.Add((byte)',').Add(KindNames[(int)person.Kind]).Add((byte)',');
        into.Add(IsClean(person, dirt) ? (byte)'1' : (byte)'0').Add((byte)',');
        AddDirt(person, formerSurname, formerPostcode, dirt, into);
        foreach (var table in Tables)
        {
            into.Add((byte)',').Add(tally.Sent(table));
        }

        foreach (var table in Tables)
        {
            into.Add((byte)',').Add(tally.Rejects(table));
        }

        into.Add((byte)',');
        AddRecordDirt(tally, into);
        into.Add((byte)'\n');
    }

    /// <summary>Appends a batch's three rows.</summary>
    public static void AddBatch(ReadOnlySpan<byte> batchId, int patients, RecordTally tally, Utf8Buffer into)
    {
        foreach (var table in Tables)
        {
            into.Add(batchId).Add((byte)',').Add(RecordDirtKinds.TableNames[(int)table]).Add((byte)',').Add(patients).Add((byte)',').Add(tally.Sent(table));
            for (var kind = 0; kind < RecordDirtKinds.Count; kind++)
            {
                into.Add((byte)',').Add(tally.Dirt(table, (RecordDirt)kind));
            }

            into.Add((byte)'\n');
        }
    }

    /// <summary>A participant whose NHS number and date of birth the study and the practice both have right: must link.</summary>
    private static bool IsClean(in Person person, List<IdentifierDirt> dirt) =>
        person.Kind == PersonKind.Participant && !person.NumberUnknownToStudy && dirt.TrueForAll(IdentifierDirtKinds.KeepsNumberAndBirth);

    private static void AddDirt(in Person person, bool formerSurname, bool formerPostcode, List<IdentifierDirt> dirt, Utf8Buffer into)
    {
        var start = into.Length;
        foreach (var kind in dirt)
        {
            Separate(start, into).Add(IdentifierDirtKinds.Names[(int)kind]);
        }

        if (person.NumberUnknownToStudy)
        {
            Separate(start, into).Add("study-nhs-missing"u8);
        }

        if (formerSurname)
        {
            Separate(start, into).Add("former-surname"u8);
        }

        if (formerPostcode)
        {
            Separate(start, into).Add("former-postcode"u8);
        }
    }

    private static void AddRecordDirt(RecordTally tally, Utf8Buffer into)
    {
        var start = into.Length;
        foreach (var table in Tables)
        {
            for (var kind = 0; kind < RecordDirtKinds.Count; kind++)
            {
                var count = tally.Dirt(table, (RecordDirt)kind);
                if (count > 0)
                {
                    Separate(start, into).Add(RecordDirtKinds.TableNames[(int)table]).Add((byte)'/').Add(RecordDirtKinds.Names[kind]).Add((byte)':').Add(count);
                }
            }
        }
    }

    private static Utf8Buffer Separate(int start, Utf8Buffer into) => into.Length == start ? into : into.Add((byte)';');

    private static byte[] MakeBatchHeader()
    {
        var header = new Utf8Buffer(256);
        header.Add("batch_id,table,patients,records"u8);
        foreach (var name in RecordDirtKinds.Names)
        {
            header.Add((byte)',').Add(name);
        }

        return [.. header.Add((byte)'\n').Span];
    }
}
