using Linkage.Matching;

namespace Linkage.Worker;

/// <summary>
/// Reads a participants file (schemas/participants.csv.md). In: CSV, RFC 4180, UTF-8. Out: rows as UTF-8 spans for <see cref="RegistryBuilder"/>, with their line
/// numbers; nothing is interpreted here.
/// </summary>
public static class ParticipantsCsv
{
    private static readonly string[] Columns =
    [
        "participant_id", "nhs_number", "surname", "forename", "other_forenames", "date_of_birth", "sex", "postcode", "genome_ids", "questionnaire_ids",
        "sample_ids", "consent",
    ];

    /// <summary>
    /// Reads the file into a builder. <see cref="PeopleCsvException"/> when the file as a whole cannot be used; <see cref="IOException"/> and
    /// <see cref="UnauthorizedAccessException"/> when it cannot be read.
    /// </summary>
    public static void Read(string path, RegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        using var lines = new CsvLines(path, Columns, required: 1, othersAllowed: false);
        while (lines.Read())
        {
            if (lines.IsReadable)
                builder.Add(Row(lines));
            else
                builder.AddUnreadable(lines.Line, lines[0]);
        }
    }

    private static ParticipantRow Row(CsvLines lines) => new()
    {
        Line = lines.Line,
        ParticipantId = lines[0],
        NhsNumber = lines[1],
        Surname = lines[2],
        Forename = lines[3],
        OtherForenames = lines[4],
        DateOfBirth = lines[5],
        Sex = lines[6],
        Postcode = lines[7],
        GenomeIds = lines[8],
        QuestionnaireIds = lines[9],
        SampleIds = lines[10],
        Consent = lines[11],
    };
}
