using System.Text;
using Linkage.Identity;
using Linkage.Worker.Linking;

namespace Linkage.Worker.Tests.Linking;

public sealed class PatientsCsvTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-patients-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fields_arrive_by_name_whatever_the_order_and_dialect()
    {
        using var patients = Open("\uFEFFPOSTCODE, surname,patient_id,forename\r\nLS1 4AP,\"O\"\"Brien, Jr\",\" a 1 \",Ann\r\n\r\n,,b,\r\n");
        using var rows = new PatientRows();
        Assert.True(patients.Fill(rows));
        Assert.Equal(["a 1", "b"], Ids(rows));
        var person = new PersonIdentity();
        rows.Read(0, person);
        Assert.Equal(("OBRIEN", "ANN", "LS14AP", false), (Text(person.Surname), Text(person.Forename), Text(person.Postcode), person.HasNhsNumber));
        rows.Read(1, person);
        Assert.True(person.Surname.IsEmpty && person.Forename.IsEmpty && person.Postcode.IsEmpty);
        rows.Clear();
        Assert.False(patients.Fill(rows));
        Assert.Empty(patients.Report.Issues);
        Assert.Equal(2, patients.Report.Lines);
    }

    [Fact]
    public void Lines_that_cannot_be_used_are_left_out_and_named()
    {
        using var patients = Open($"patient_id,nhs_number,surname\na,9990000026,X\n,9990000026,X\nb,1\na,9990000042,Y\nc,,\"Z\n9990000026,999 000 0026,X\n9990000026,9990000042,X\n{new string('d', 257)},,\ne\u0001,,\nf,,F\n");
        using var rows = new PatientRows();
        Assert.True(patients.Fill(rows));
        // Somebody else's number is just a word.
        Assert.Equal(["a", "9990000026", "f"], Ids(rows));
        Assert.Equal(
            [
                (PatientIssue.UnreadableLine, 2L, "4,6"), (PatientIssue.MissingPatientId, 1L, "3"), (PatientIssue.UnusablePatientId, 2L, "9,10"),
                (PatientIssue.DuplicatePatientId, 1L, "5"), (PatientIssue.IdIsNhsNumber, 1L, "7"),
            ],
            patients.Report.Issues.Select(static i => (i.Issue, i.Count, string.Join(',', i.Lines))));
        Assert.Equal((10, 7), (patients.Report.Lines, patients.Report.LeftOut));
    }

    [Theory]
    [InlineData("surname,forename\nx,y\n", "has no column patient_id")]
    [InlineData("", "has no column patient_id")]
    [InlineData("patient_id,nhs_nummer\na,1\n", "unknown column 'nhs_nummer'")]
    [InlineData("patient_id,sex,SEX\na,F,F\n", "the column sex twice")]
    public void A_file_with_a_wrong_header_is_refused(string text, string says) =>
        Assert.Contains(says, Assert.Throws<PeopleCsvException>(() => Open(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Many_long_lines_come_in_rounds_and_none_is_lost()
    {
        const int Lines = 3 * PatientRows.Capacity;
        using var patients = Open("patient_id,surname,forename\n" + string.Concat(Enumerable.Range(0, Lines).Select(static i => $"p{i},{new string((char)('a' + (i % 26)), i % 1500)},Ann\n")));
        using var rows = new PatientRows();
        var person = new PersonIdentity();
        var seen = 0;
        var rounds = 0;
        for (; patients.Fill(rows); rows.Clear(), rounds++)
        {
            for (var i = 0; i < rows.Count; i++, seen++)
            {
                Assert.Equal($"p{seen}", Text(rows.Id(i)));
                rows.Read(i, person);
                // A letter repeated is no name; of a long one the first 256 bytes count.
                Assert.Equal("ANN", Text(person.Forename));
            }
        }

        Assert.Equal(Lines, seen);
        Assert.True(rounds > 3, $"{rounds} rounds");
    }

    private static string[] Ids(PatientRows rows) => [.. Enumerable.Range(0, rows.Count).Select(i => Text(rows.Id(i)))];

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private PatientsCsv Open(string text)
    {
        var path = Path.Combine(_folder, "patients.csv");
        File.WriteAllText(path, text);
        return new PatientsCsv(path);
    }
}
