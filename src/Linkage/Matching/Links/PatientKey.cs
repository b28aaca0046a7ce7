using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// What a patient is recognised by from batch to batch, whatever the practice: a token under a purpose of its own, which cannot be joined with the registry's
/// tokens or the pseudonyms of outsiders. One HMAC, gathered with those of the batch's other patients.
/// </summary>
internal static class PatientKey
{
    /// <summary>The key of an NHS number, which is known first and mostly enough; slot 0 for the empty one.</summary>
    public static uint AddNumber(ReadOnlySpan<byte> nhsNumber, TokenBatch batch) => batch.Add(Purpose.Patient, nhsNumber);

    /// <summary>
    /// The key: of the NHS number; without one, of surname, forename, full date of birth and unit postcode together. Empty when one of these is missing: with less, two people would
    /// share a key, and the links of one would seem to contradict the other's. For the same reason an initial is no forename here (twins), and a number is no key of a patient
    /// whom all the rest linked to a participant with another number: it is somebody else's.
    /// </summary>
    /// <param name="person">The patient.</param>
    /// <param name="decision">What was decided on the patient.</param>
    /// <param name="byNumber">What <see cref="AddNumber"/> gave for the patient.</param>
    /// <param name="batch">Where the key is gathered.</param>
    /// <returns>The key's slot in the batch; 0 when it is empty.</returns>
    public static uint Add(PersonIdentity person, in Decision decision, uint byNumber, TokenBatch batch)
    {
        if (byNumber != 0 && decision is not { Outcome: Outcome.Linked, NhsNumber: Agreement.Disagree })
            return byNumber;
        if (!person.PostcodeIsFull || person.Surname.Length < 2 || person.Forename.Length == person.ForenameInitial.Length)
            return 0;
        return batch.Add(Purpose.Patient, person.Surname, person.Forename, person.DateOfBirthDigits, person.Postcode);
    }
}
