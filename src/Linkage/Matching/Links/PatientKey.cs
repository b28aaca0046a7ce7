using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// What a patient is recognised by from batch to batch, whatever the practice: a token under a purpose of its own, which cannot be joined with the registry's
/// tokens or the pseudonyms of outsiders. One HMAC.
/// </summary>
internal static class PatientKey
{
    /// <summary>
    /// The key: of the NHS number; without one, of surname, forename, full date of birth and unit postcode together. Empty when one of these is missing: with less, two people would
    /// share a key, and the links of one would seem to contradict the other's. For the same reason an initial is no forename here (twins), and a number is no key of a patient
    /// whom all the rest linked to a participant with another number: it is somebody else's.
    /// </summary>
    public static Token Of(PersonIdentity person, in Decision decision, Pseudonymiser pseudonymiser)
    {
        if (person.HasNhsNumber && decision is not { Outcome: Outcome.Linked, NhsNumber: Agreement.Disagree })
            return pseudonymiser.Token(Purpose.Patient, person.NhsNumber);
        if (!person.PostcodeIsFull || person.Surname.Length < 2 || person.Forename.Length == person.ForenameInitial.Length)
            return default;
        return pseudonymiser.Token(Purpose.Patient, person.Surname, person.Forename, person.DateOfBirthDigits, person.Postcode);
    }
}
