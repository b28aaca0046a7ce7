using System.Text;
using Linkage.Identity;

namespace Linkage.Worker.Tests.Linking;

/// <summary>People nobody is, as lines of a participants and a patients file: clean patients, soiled ones, strangers.</summary>
internal static class MadeUpStudy
{
    public const string ParticipantHeader = "participant_id,nhs_number,surname,forename,date_of_birth,sex,postcode,consent\n";
    public const string PatientHeader = "patient_id,nhs_number,surname,forename,date_of_birth,sex,postcode\n";

    private static readonly string[] Starts = ["Bram", "Thorn", "Wick", "Ald", "Pend", "Harl", "Croft", "Mere", "Stan", "Ock", "Lang", "Whit"];
    private static readonly string[] Ends = ["worth", "ley", "combe", "wick", "field", "stone", "by", "thwaite", "hurst", "den"];
    private static readonly string[] Forenames = ["Agatha", "Benedict", "Clementine", "Dunstan", "Esmeralda", "Ferdinand", "Gwendolen", "Horatio", "Isadora", "Jeremiah", "Katharina", "Leander"];

    /// <summary>A number of the test range with a right check digit, another one for each i below 500,000.</summary>
    public static string TestNhs(int i)
    {
        for (var number = 999_000_000 + (i * 2L); ; number++)
        {
            var check = NhsNumber.CheckDigit(Encoding.ASCII.GetBytes($"{number:D9}0"));
            if (check < 10)
                return $"{number:D9}{check}";
        }
    }

    /// <summary>
    /// Participants S0 … and patients P0 …; patient i is participant i when i is below <paramref name="participants"/>, else a stranger. One in two patients has no NHS number, one in
    /// four a typing error in the surname, one in five another postcode; one participant in fifty withdrew.
    /// </summary>
    public static (string Participants, string Patients) Make(int participants, int patients, int seed)
    {
        var random = new Random(seed);
        var (study, feed) = (new StringBuilder(ParticipantHeader), new StringBuilder(PatientHeader));
        string Of(string[] values) => values[random.Next(values.Length)];
        for (var i = 0; i < Math.Max(participants, patients); i++)
        {
            var (nhs, surname, forename) = (TestNhs(i), Of(Starts) + Of(Ends), Of(Forenames));
            var born = new DateOnly(1930, 1, 2).AddDays(random.Next(25_000)).ToString("yyyy-MM-dd");
            var sex = random.Next(2) == 0 ? "F" : "M";
            var postcode = $"ZZ{random.Next(1, 90)} {random.Next(1, 9)}{(char)('A' + random.Next(3))}{(char)('D' + random.Next(3))}";
            if (i < participants)
                study.Append($"S{i},{nhs},{surname},{forename},{born},{sex},{postcode},{(random.Next(50) == 0 ? "withdrawn" : "given")}\n");
            if (i >= patients)
                continue;
            if (random.Next(2) == 0)
                nhs = "";
            if (random.Next(4) == 0)
                surname = surname.Remove(random.Next(1, surname.Length), 1);
            if (random.Next(5) == 0)
                postcode = "YY1 1AA";
            feed.Append($"P{i},{nhs},{surname},{forename},{born},{sex},{postcode}\n");
        }

        return (study.ToString(), feed.ToString());
    }
}
