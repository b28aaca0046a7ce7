using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Linkage.Matching;

namespace Linkage.Worker;

/// <summary>
/// Reads a participants file (schemas/participants.csv.md). In: CSV, RFC 4180, UTF-8. Out: rows as UTF-8 spans for <see cref="RegistryBuilder"/>, with their line
/// numbers; nothing is interpreted here.
/// </summary>
public sealed class ParticipantsCsv
{
    private const string IdColumn = "participant_id";
    private const int LongestField = 1 << 16;
    private const int LongestLine = 1 << 20;

    private static readonly string[] Columns =
    [
        IdColumn, "nhs_number", "surname", "forename", "other_forenames", "date_of_birth", "sex", "postcode", "genome_ids", "questionnaire_ids",
        "sample_ids", "consent",
    ];

    private readonly string path;

    // Column of the file for each of Columns; -1 when the file has none.
    private readonly int[] places = new int[Columns.Length];
    private readonly byte[] bytes = new byte[LongestLine];
    private readonly (int Start, int Length)[] fields = new (int, int)[Columns.Length];
    private int fieldCount;

    private ParticipantsCsv(string path) => this.path = path;

    /// <summary>
    /// Reads the file into a builder. <see cref="PeopleCsvException"/> when the file as a whole cannot be used; <see cref="IOException"/> and
    /// <see cref="UnauthorizedAccessException"/> when it cannot be read.
    /// </summary>
    public static void Read(string path, RegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        using var reader = new StreamReader(path, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, 1 << 16);
        new ParticipantsCsv(path).Read(reader, builder);
    }

    private void Read(TextReader reader, RegistryBuilder builder)
    {
        var bad = false;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectColumnCountChanges = false,
            IgnoreBlankLines = true,
            MaxFieldSize = LongestField,
            // The default throws with the raw text of the line in its message.
            BadDataFound = _ => bad = true,
        };
        using var parser = new CsvParser(reader, configuration);
        try
        {
            if (!parser.Read())
                throw new PeopleCsvException($"{path} is empty; its first line must name the columns, {IdColumn} among them");
            ReadHeader(parser);
            var line = parser.RawRow + 1;
            while (parser.Read())
            {
                var last = parser.RawRow;
                AddRow(parser, builder, SkipBlankLines(parser, line, last), bad);
                bad = false;
                line = last + 1;
            }
        }
        catch (MaxFieldSizeException)
        {
            throw OpenQuote(parser.RawRow);
        }
    }

    private void ReadHeader(CsvParser parser)
    {
        fieldCount = parser.Count;
        var names = parser.Record!.Select(name => name.Trim()).ToArray();
        // Without this column the line may well be data: then nothing of it may be shown.
        if (!names.Contains(IdColumn, StringComparer.OrdinalIgnoreCase))
            throw new PeopleCsvException($"{path} has no column {IdColumn} in its first line; allowed columns: {string.Join(", ", Columns)}");
        Array.Fill(places, -1);
        for (var i = 0; i < names.Length; i++)
        {
            var column = Array.FindIndex(Columns, known => known.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (column < 0)
                throw new PeopleCsvException($"{path} has an unknown column '{names[i]}'; allowed columns: {string.Join(", ", Columns)}");
            if (places[column] >= 0)
                throw new PeopleCsvException($"{path} has the column {Columns[column]} twice");
            places[column] = i;
        }
    }

    // The parser counts raw lines, blank ones included, and reports the line a record ends in. A record here is one line: its last line is its first.
    private int SkipBlankLines(CsvParser parser, int first, int last)
    {
        foreach (var field in parser.Record!)
        {
            if (field.AsSpan().IndexOfAny('\n', '\r') >= 0)
                throw OpenQuote(first);
        }

        return last;
    }

    private void AddRow(CsvParser parser, RegistryBuilder builder, int line, bool bad)
    {
        var length = 0;
        for (var column = 0; column < Columns.Length; column++)
        {
            var place = places[column];
            var text = place < 0 || place >= parser.Count ? default : parser[place].AsSpan();
            if (!Encoding.UTF8.TryGetBytes(text, bytes.AsSpan(length), out var written))
            {
                bad = true;
                written = 0;
            }

            fields[column] = (length, written);
            length += written;
        }

        if (bad || parser.Count != fieldCount)
            builder.AddUnreadable(line, Field(0));
        else
            builder.Add(Row(line));
        bytes.AsSpan(0, length).Clear();
    }

    private ParticipantRow Row(int line) => new()
    {
        Line = line,
        ParticipantId = Field(0),
        NhsNumber = Field(1),
        Surname = Field(2),
        Forename = Field(3),
        OtherForenames = Field(4),
        DateOfBirth = Field(5),
        Sex = Field(6),
        Postcode = Field(7),
        GenomeIds = Field(8),
        QuestionnaireIds = Field(9),
        SampleIds = Field(10),
        Consent = Field(11),
    };

    private ReadOnlySpan<byte> Field(int column) => bytes.AsSpan(fields[column].Start, fields[column].Length);

    private PeopleCsvException OpenQuote(int line) =>
        new($"{path}, line {line}: a quoted field goes on beyond its line or is longer than {LongestField} characters; is a quote left open? Nothing was built");
}
