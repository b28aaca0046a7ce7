namespace Linkage.Worker.Synth;

/// <summary>Rows of participants.csv, and the identifiers of a participant.</summary>
internal sealed class ParticipantRows
{
    /// <summary>First line of participants.csv.</summary>
    public static ReadOnlySpan<byte> Header =>
        "participant_id,nhs_number,surname,forename,other_forenames,date_of_birth,sex,postcode,genome_ids,questionnaire_ids,sample_ids,consent\n"u8;

    // Odd, no multiple of 3 or 5: multiplying by it permutes the numbers below 9·10ⁿ.
    private const long Multiplier = 6_180_349;

    private readonly PatientFields _fields = new();
    private readonly long _range;
    private readonly long _seed;
    private readonly long[] _offsets = new long[4];

    /// <summary>Rows for a study of so many participants.</summary>
    public ParticipantRows(long seed, int participants)
    {
        _seed = seed;
        _range = participants <= 4_500_000 ? 9_000_000 : 90_000_000;
        var random = new SeededRandom(seed, RandomPurpose.ParticipantIds);
        foreach (ref var offset in _offsets.AsSpan())
        {
            offset = random.Below((int)_range);
        }
    }

    /// <summary>Appends a participant's id: seven digits (eight in a study above 4.5 million), in no order.</summary>
    public void AddId(long participant, Utf8Buffer into) => into.Add(Permuted(participant, 0));

    /// <summary>Appends a participant's rows: as they are now and, where name or address changed, as they were.</summary>
    public void Add(in Person person, long nhsNumber, Utf8Buffer into)
    {
        AddRow(person, nhsNumber, former: false, into);
        if (person.FormerSurname.Length > 0 || person.HasMoved)
        {
            AddRow(person, nhsNumber, former: true, into);
        }
    }

    private void AddRow(in Person person, long nhsNumber, bool former, Utf8Buffer into)
    {
        _fields.Set(_seed, person, nhsNumber, former);
        AddId(person.Participant, into);
        into.Add((byte)',');
        if (!person.NumberUnknownToStudy)
        {
            into.Add(_fields.NhsNumber.Span);
        }

        into.Add((byte)',').Add(_fields.Surname.Span)
            .Add((byte)',').Add(_fields.Forename.Span)
            .Add((byte)',').Add(_fields.OtherForenames.Span)
            .Add((byte)',').Add(_fields.DateOfBirth.Span)
            .Add((byte)',').Add(_fields.Sex.Span)
            .Add((byte)',').Add(_fields.Postcode.Span);

        // One participant in 25 has no genome, one in 10 no questionnaire; some have several.
        var random = new SeededRandom(_seed, RandomPurpose.ParticipantIds, person.Participant, 1);
        AddIds("GEN"u8, 1, random.Below(25) == 0 ? 0 : random.Below(40) == 0 ? 2 : 1, person.Participant, into);
        AddIds("Q"u8, 2, random.Below(10) == 0 ? 0 : 1 + (random.Below(5) == 0 ? 1 : 0), person.Participant, into);
        AddIds("S"u8, 3, random.Below(4), person.Participant, into);
        into.Add((byte)',').Add(person.Kind == PersonKind.Withdrawn ? "withdrawn"u8 : "given"u8).Add((byte)'\n');
    }

    private void AddIds(ReadOnlySpan<byte> prefix, int kind, int count, long participant, Utf8Buffer into)
    {
        into.Add((byte)',');
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                into.Add((byte)';');
            }

            into.Add(prefix).Add(Permuted(participant, kind)).Add((byte)'0').Add((byte)('1' + i));
        }
    }

    private long Permuted(long participant, int kind) => (_range / 9) + (((participant * Multiplier) + _offsets[kind]) % _range);
}
