namespace Linkage.Matching;

/// <summary>
/// One line of a participants file, as UTF-8 in clear. A participant may have several (former names, former postcodes). Anything but
/// <see cref="ParticipantId"/> may be empty.
/// </summary>
public ref struct ParticipantRow
{
    /// <summary>Line of the file the row begins in, from 1 (the header is line 1); names the row in reports.</summary>
    public int Line;

    /// <summary>Pseudonymous id of the participant in the study: goes into the output tables.</summary>
    public ReadOnlySpan<byte> ParticipantId;

    /// <summary>Identifiers, as in <see cref="Identity.PersonIdentity.Set"/>.</summary>
    public ReadOnlySpan<byte> NhsNumber, Surname, Forename, OtherForenames, DateOfBirth, Sex, Postcode;

    /// <summary>Ids separated by ';'.</summary>
    public ReadOnlySpan<byte> GenomeIds, QuestionnaireIds, SampleIds;

    /// <summary>A word of <see cref="Matching.Consent"/>.</summary>
    public ReadOnlySpan<byte> Consent;
}
