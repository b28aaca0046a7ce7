namespace Linkage.Worker.Synth;

/// <summary>What a person is to the study.</summary>
internal enum PersonKind : byte
{
    /// <summary>In the registry, consenting.</summary>
    Participant,

    /// <summary>Not in the registry.</summary>
    Outsider,

    /// <summary>In the registry, consent withdrawn: nobody may link to them.</summary>
    Withdrawn,
}

/// <summary>One made-up person, as they are: irregularities come in when they are written down.</summary>
internal struct Person
{
    /// <summary>Number among all people.</summary>
    public long Ordinal;

    /// <summary>Number among the participants; −1 for an outsider.</summary>
    public long Participant;

    /// <summary>What the person is to the study.</summary>
    public PersonKind Kind;

    /// <summary>Sex.</summary>
    public bool Male;

    /// <summary>Day of birth, days since 1970-01-01.</summary>
    public int Born;

    /// <summary>Day of death, or <see cref="int.MaxValue"/>.</summary>
    public int Died;

    /// <summary>Surname, and the second part of a double-barrelled one.</summary>
    public byte[] Surname, SecondSurname;

    /// <summary>Forenames; the second may be empty.</summary>
    public byte[] Forename, OtherForename;

    /// <summary>Surname before marriage; empty when it never changed.</summary>
    public byte[] FormerSurname;

    /// <summary>Postcode now, and before (0 when the person never moved).</summary>
    public int Postcode, FormerPostcode;

    /// <summary>Index in the practice of whom this person lives with as a couple; −1 when nobody.</summary>
    public int Partner;

    /// <summary>A participant whose row in participants.csv has no NHS number.</summary>
    public bool NumberUnknownToStudy;

    /// <summary>A participant of whom the practices sent nothing.</summary>
    public bool WithoutRecords;

    /// <summary>Relative number of records.</summary>
    public int Weight;

    /// <summary>Whether the person lived elsewhere before.</summary>
    public readonly bool HasMoved => FormerPostcode != 0 && FormerPostcode != Postcode;
}
