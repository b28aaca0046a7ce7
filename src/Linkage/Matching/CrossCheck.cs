namespace Linkage.Matching;

/// <summary>
/// Tier 1, after the cross-check trace of the NHS Master Person Service: the NHS number finds the participant, the date of birth confirms. A number
/// that is found always ends the cascade here: its owner, or review. It never goes on to look for somebody else.
/// </summary>
/// <remarks>
/// What it takes for a link, by what the date of birth says:
/// <list type="bullet">
/// <item>equal: nothing more. Nearly all patients end here, so nothing else of them is hashed or compared.</item>
/// <item>in two of three parts, or with day and month exchanged: surname, forename or unit postcode must agree where any of them is known on both sides,
/// and not both forename and sex may differ.</item>
/// <item>in month and day, but not in the year: besides, the forename (or its initial) must agree where anything is known to compare. A father's number on
/// a son of the same birthday has surname, sex and postcode in its favour.</item>
/// <item>missing on a side, or only the year is known and agrees: surname and forename must agree, or forename and unit postcode (a married name), and sex
/// must not differ.</item>
/// <item>different: a number on the wrong record; review.</item>
/// </list>
/// Any row of the participant (former names, former postcodes) may agree.
/// </remarks>
internal sealed class CrossCheck(Registry registry) : IMatchTier
{
    public bool TryDecide(PersonTokens patient, ref Decision decision)
    {
        var number = patient.NhsNumber;
        if (number.IsEmpty)
            return false;
        // A usable number identifies a person, whether or not that person is a participant.
        decision.Outcome = Outcome.NotAParticipant;
        var found = patient.NumberRow ?? registry.FindNhsNumber(number);
        if (found < 0)
            return false;
        if (TryMatch(found, patient.DateOfBirth, ref decision))
            return true;

        ref readonly var row = ref registry.Row(found);
        decision.NhsNumber = Agreement.Full;
        if (IsDoubtful(in row))
        {
            decision.Review(Tier.CrossCheck, in row);
            return true;
        }

        var comparison = Comparison.OfParticipant(patient, registry, found);
        comparison.Describe(ref decision);
        if (Confirms(in comparison))
            decision.Match(Tier.CrossCheck, in row);
        else
            decision.Review(Tier.CrossCheck, in row);
        return true;
    }

    /// <summary>The common case, which needs nothing else of the patient: the row that has the number has the date of birth.</summary>
    /// <param name="found">The row; −1 for none.</param>
    /// <param name="date">Token of the patient's full date of birth; 0 when it is not full.</param>
    /// <param name="decision">The decision, when this is the case; untouched otherwise.</param>
    public bool TryMatch(int found, ulong date, ref Decision decision)
    {
        if (found < 0 || date == 0)
            return false;
        ref readonly var row = ref registry.Row(found);
        if (date != row.DateOfBirth || IsDoubtful(in row))
            return false;
        decision.NhsNumber = Agreement.Full;
        decision.DateOfBirth = Agreement.Full;
        decision.Match(Tier.CrossCheck, in row);
        return true;
    }

    // The number is also somebody else's, or the participant's rows are of two people.
    private static bool IsDoubtful(in RegistryRow row) => (row.Flags & (RowFlags.NhsNumberShared | RowFlags.TwoPeople)) != RowFlags.None;

    private static bool Confirms(in Comparison comparison)
    {
        var surname = comparison.Surname == Agreement.Full;
        var forename = comparison.Forename == Agreement.Full;
        var postcode = comparison.Postcode == Agreement.Full;
        switch (comparison.Date)
        {
            case DateAgreement.Full:
                return true;
            case DateAgreement.Parts or DateAgreement.Birthday:
                if (comparison is { Forename: Agreement.Disagree, Sex: Agreement.Disagree })
                    return false;
                if (comparison is { Date: DateAgreement.Birthday, Forename: Agreement.Disagree or Agreement.NotCompared } && !NothingElse(in comparison))
                    return false;
                return surname || forename || postcode || NothingElse(in comparison);
            case DateAgreement.NotCompared or DateAgreement.YearOnly:
                return forename && (surname || postcode) && comparison.Sex != Agreement.Disagree;
            default:
                return false;
        }
    }

    private static bool NothingElse(in Comparison comparison) => comparison is
    {
        Surname: Agreement.NotCompared,
        Forename: Agreement.NotCompared,
        Postcode: Agreement.NotCompared,
    };
}
