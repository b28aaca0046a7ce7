using CsvHelper;
using Linkage.Matching;

namespace Linkage.Worker;

/// <summary>
/// Reads a participants file (schemas/participants.csv.md). In: CSV, RFC 4180, UTF-8. Out: rows as UTF-8 spans for <see cref="RegistryBuilder"/>, with their line
/// numbers; nothing is interpreted here.
/// </summary>
public static class ParticipantsCsv
{
    private const string IdColumn = "participant_id";
    private const int LongestLine = 1 << 20;

    private static readonly string[] Columns =
    [
        IdColumn, "nhs_number", "surname", "forename", "other_forenames", "date_of_birth", "sex", "postcode", "genome_ids", "questionnaire_ids",
        "sample_ids", "consent",
    ];

    /// <summary>
    /// Reads the file into a builder. <see cref="PeopleCsvException"/> when the file as a whole cannot be used; <see cref="IOException"/> and
    /// <see cref="UnauthorizedAccessException"/> when it cannot be read.
    /// </summary>
    public static void Read(string path, RegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var malformed = false;
        var options = new CsvReaderOptions
        {
            Separator = ',',
            TrackLineNumbers = true,
            // No field has a line break. A quote left open spoils its own line and cannot swallow the rest of the file.
            AllowLineBreaksInQuotes = false,
            MalformedData = CsvMalformedDataHandling.Recover,
            OnMalformedRecord = _ => malformed = true,
            IncludeValuesInExceptions = false,
            MaxRecordSize = LongestLine,
        };
        using var csv = CsvReader.FromFile(path, options);
        try
        {
            var places = Places(csv.Headers, path);
            while (csv.Read())
            {
                if (malformed || csv.FieldCount != csv.Headers.Count)
                    builder.AddUnreadable(LineOf(csv), Field(csv, places[0]));
                else
                    builder.Add(Row(csv, places));
                malformed = false;
            }
        }
        catch (CsvFormatException e)
        {
            throw new PeopleCsvException($"{path}, line {e.LineNumber}: longer than {LongestLine} bytes; is this a CSV file? Nothing was built");
        }
    }

    /// <summary>Where each of <see cref="Columns"/> is in the file; −1 where it is not.</summary>
    private static int[] Places(IReadOnlyList<string> headers, string path)
    {
        var names = headers.Select(name => name.Trim()).ToArray();
        var allowed = $"allowed columns: {string.Join(", ", Columns)}";
        // Without this column the first line may well be data: then nothing of it may be shown.
        if (!names.Contains(IdColumn, StringComparer.OrdinalIgnoreCase))
            throw new PeopleCsvException($"{path} has no column {IdColumn} in its first line; {allowed}");
        var places = new int[Columns.Length];
        Array.Fill(places, -1);
        for (var i = 0; i < names.Length; i++)
        {
            var column = Array.FindIndex(Columns, known => known.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (column < 0)
                throw new PeopleCsvException($"{path} has an unknown column '{names[i]}'; {allowed}");
            if (places[column] >= 0)
                throw new PeopleCsvException($"{path} has the column {Columns[column]} twice");
            places[column] = i;
        }

        return places;
    }

    private static ParticipantRow Row(CsvReader csv, int[] places) => new()
    {
        Line = LineOf(csv),
        ParticipantId = Field(csv, places[0]),
        NhsNumber = Field(csv, places[1]),
        Surname = Field(csv, places[2]),
        Forename = Field(csv, places[3]),
        OtherForenames = Field(csv, places[4]),
        DateOfBirth = Field(csv, places[5]),
        Sex = Field(csv, places[6]),
        Postcode = Field(csv, places[7]),
        GenomeIds = Field(csv, places[8]),
        QuestionnaireIds = Field(csv, places[9]),
        SampleIds = Field(csv, places[10]),
        Consent = Field(csv, places[11]),
    };

    private static int LineOf(CsvReader csv) => (int)Math.Min(csv.LineNumber, int.MaxValue);

    private static ReadOnlySpan<byte> Field(CsvReader csv, int place) => place < 0 ? default : csv.GetSpan(place);
}
