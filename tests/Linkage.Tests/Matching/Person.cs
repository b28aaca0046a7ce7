using System.Text;
using Linkage.Identity;
using Linkage.Matching;

namespace Linkage.Tests.Matching;

/// <summary>Identifiers as a clerk would type them, for tests.</summary>
public sealed record Person(string Nhs = "", string Surname = "", string Forename = "", string Born = "", string Sex = "", string Postcode = "", string Others = "")
{
    /// <summary>A number of the test range with a right check digit, another one for each i below 500,000.</summary>
    public static string TestNhs(int i)
    {
        // Of two neighbours at least one has a check digit.
        for (var number = 999_000_000 + (i * 2L); ; number++)
        {
            var digits = Encoding.ASCII.GetBytes($"{number:D9}0");
            var check = NhsNumber.CheckDigit(digits);
            if (check < 10)
                return $"{number:D9}{check}";
        }
    }

    public PersonIdentity ToIdentity()
    {
        var identity = new PersonIdentity();
        Fill(identity);
        return identity;
    }

    public void Fill(PersonIdentity identity) =>
        identity.Set(Utf8(Nhs), Utf8(Surname), Utf8(Forename), Utf8(Others), Utf8(Born), Utf8(Sex), Utf8(Postcode));

    public ParticipantRow ToRow(int line, string id, string consent = "", string genome = "", string questionnaire = "", string sample = "") => new()
    {
        Line = line,
        ParticipantId = Utf8(id),
        NhsNumber = Utf8(Nhs),
        Surname = Utf8(Surname),
        Forename = Utf8(Forename),
        OtherForenames = Utf8(Others),
        DateOfBirth = Utf8(Born),
        Sex = Utf8(Sex),
        Postcode = Utf8(Postcode),
        GenomeIds = Utf8(genome),
        QuestionnaireIds = Utf8(questionnaire),
        SampleIds = Utf8(sample),
        Consent = Utf8(consent),
    };

    private static byte[] Utf8(string value) => Encoding.UTF8.GetBytes(value);
}
