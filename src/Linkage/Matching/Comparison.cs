namespace Linkage.Matching;

/// <summary>How two dates of birth compare, the strongest finding first.</summary>
internal enum DateAgreement : byte
{
    /// <summary>Missing on a side.</summary>
    NotCompared,

    /// <summary>All three parts.</summary>
    Full,

    /// <summary>Two parts agree (a part may be missing on a side), or year, and day and month swapped.</summary>
    Parts,

    /// <summary>Month and day agree, the year differs: a mistyped year, or father and son, who share more birthdays than chance would give them.</summary>
    Birthday,

    /// <summary>Fewer parts agree than it takes.</summary>
    Disagree,

    /// <summary>Only the year is known on a side, and agrees: true of one person in eighty, so not evidence by itself.</summary>
    YearOnly,
}

/// <summary>Field-by-field comparison of a patient with a participant: the best that any of the participant's rows gives for each field.</summary>
internal struct Comparison
{
    public DateAgreement Date;
    public Agreement Surname;
    public Agreement Forename;
    public Agreement Sex;
    public Agreement Postcode;

    /// <summary>Compares with one row.</summary>
    public static Comparison Of(PersonTokens patient, in RegistryRow row)
    {
        ref readonly var own = ref patient.All;
        return new Comparison
        {
            Date = Dates(patient, in row),
            Surname = Tokens(own.Surname, row.Surname),
            Forename = Forenames(in own, in row),
            Sex = Tokens(own.Sex, row.Sex),
            Postcode = Postcodes(in own, in row),
        };
    }

    /// <summary>Compares with all rows of the participant that has <paramref name="row"/>.</summary>
    public static Comparison OfParticipant(PersonTokens patient, Registry registry, int row)
    {
        var (first, last) = registry.RowsOfParticipant(row);
        var best = Of(patient, in registry.Row(first));
        var otherForename = IsOtherForename(patient, in registry.Row(first), best.Forename);
        for (var other = first + 1; other <= last; other++)
        {
            var found = Of(patient, in registry.Row(other));
            best.Date = (DateAgreement)Better((byte)best.Date, (byte)found.Date);
            best.Surname = (Agreement)Better((byte)best.Surname, (byte)found.Surname);
            best.Forename = (Agreement)Better((byte)best.Forename, (byte)found.Forename);
            best.Sex = (Agreement)Better((byte)best.Sex, (byte)found.Sex);
            best.Postcode = (Agreement)Better((byte)best.Postcode, (byte)found.Postcode);
            otherForename |= IsOtherForename(patient, in registry.Row(other), found.Forename);
        }

        // An initial in one row does not speak for a patient whose forename another row contradicts: that patient is the twin.
        if (otherForename && best.Forename == Agreement.Partial)
            best.Forename = Agreement.Disagree;
        return best;
    }

    /// <summary>Writes the fields of a decision.</summary>
    public readonly void Describe(ref Decision decision)
    {
        decision.DateOfBirth = Date switch
        {
            DateAgreement.Full => Agreement.Full,
            DateAgreement.Parts or DateAgreement.Birthday or DateAgreement.YearOnly => Agreement.Partial,
            DateAgreement.Disagree => Agreement.Disagree,
            _ => Agreement.NotCompared,
        };
        decision.Surname = Surname;
        decision.Forename = Forename;
        decision.Sex = Sex;
        decision.Postcode = Postcode;
    }

    /// <summary>
    /// Dates of birth: equal; or two of three parts; or the year, with day and month exchanged. An exchange with a different year is two
    /// errors at once, and no agreement. Parts missing on a side are not compared.
    /// </summary>
    public static DateAgreement Dates(PersonTokens patient, in RegistryRow row)
    {
        ref readonly var own = ref patient.All;
        if (own.BirthYear == 0 || row.BirthYear == 0)
            return DateAgreement.NotCompared;
        if (own.DateOfBirth != 0 && own.DateOfBirth == row.DateOfBirth)
            return DateAgreement.Full;
        var compared = 1;
        var agreed = 0;
        Part(own.BirthMonth, row.BirthMonth, ref compared, ref agreed);
        Part(own.BirthDay, row.BirthDay, ref compared, ref agreed);
        var year = own.BirthYear == row.BirthYear;
        if (!year)
            return agreed == 2 ? DateAgreement.Birthday : DateAgreement.Disagree;
        if (agreed >= 1)
            return DateAgreement.Parts;
        if (compared == 1)
            return DateAgreement.YearOnly;
        var swapped = compared == 3 && patient.MonthAsDay == row.BirthDay && patient.DayAsMonth == row.BirthMonth;
        return swapped ? DateAgreement.Parts : DateAgreement.Disagree;
    }

    // Both written out, and different.
    private static bool IsOtherForename(PersonTokens patient, in RegistryRow row, Agreement forename) =>
        forename == Agreement.Disagree && ((patient.All.Flags | row.Flags) & RowFlags.ForenameIsInitial) == RowFlags.None;

    private static void Part(ulong a, ulong b, ref int compared, ref int agreed)
    {
        if (a == 0 || b == 0)
            return;
        compared++;
        if (a == b)
            agreed++;
    }

    private static Agreement Tokens(ulong a, ulong b) =>
        a == 0 || b == 0 ? Agreement.NotCompared : a == b ? Agreement.Full : Agreement.Disagree;

    /// <summary>Forenames: equal; or one side has only an initial, which agrees (in part); two full ones that differ disagree, whatever their initials.</summary>
    private static Agreement Forenames(in RegistryRow a, in RegistryRow b)
    {
        if (a.Forename == 0 || b.Forename == 0)
            return Agreement.NotCompared;
        if (((a.Flags | b.Flags) & RowFlags.ForenameIsInitial) == RowFlags.None)
            return a.Forename == b.Forename ? Agreement.Full : Agreement.Disagree;
        return a.ForenameInitial == b.ForenameInitial ? Agreement.Partial : Agreement.Disagree;
    }

    /// <summary>Postcodes: the unit; or the outcode (in part).</summary>
    private static Agreement Postcodes(in RegistryRow a, in RegistryRow b)
    {
        if (a.Outcode == 0 || b.Outcode == 0)
            return Agreement.NotCompared;
        if (a.Postcode != 0 && a.Postcode == b.Postcode)
            return Agreement.Full;
        return a.Outcode == b.Outcode ? Agreement.Partial : Agreement.Disagree;
    }

    // 0 is "not compared": anything compared beats it; otherwise the lower value is the stronger finding.
    private static byte Better(byte a, byte b) => a == 0 ? b : b == 0 ? a : Math.Min(a, b);
}
