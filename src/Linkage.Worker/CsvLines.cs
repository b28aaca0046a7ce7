using CsvHelper;

namespace Linkage.Worker;

/// <summary>
/// One CSV file with a header, line by line. In: RFC 4180, UTF-8, commas, columns in any order. Out: fields as UTF-8 spans by column, with their line number;
/// nothing is interpreted here. <see cref="PeopleCsvException"/> when the file as a whole cannot be used; <see cref="IOException"/> and
/// <see cref="UnauthorizedAccessException"/> when it cannot be read.
/// </summary>
internal sealed class CsvLines : IDisposable
{
    private const int LongestLine = 1 << 20;

    private readonly string _path;
    private readonly CsvReader _csv;
    private readonly int[] _places;
    private bool _malformed;

    /// <summary>Opens the file and reads its header.</summary>
    /// <param name="path">File.</param>
    /// <param name="columns">Names of the columns; their places in this list are the indices of <see cref="this[int]"/>.</param>
    /// <param name="required">How many columns, the first of the list, must be there.</param>
    /// <param name="othersAllowed">Whether other columns are passed over; else they are an error, so that a misspelt one is not silently ignored.</param>
    public CsvLines(string path, IReadOnlyList<string> columns, int required, bool othersAllowed)
    {
        _path = path;
        _csv = CsvReader.FromFile(path, new CsvReaderOptions
        {
            Separator = ',',
            TrackLineNumbers = true,
            // No field has a line break. A quote left open spoils its own line and cannot swallow the rest of the file.
            AllowLineBreaksInQuotes = false,
            MalformedData = CsvMalformedDataHandling.Recover,
            OnMalformedRecord = _ => _malformed = true,
            IncludeValuesInExceptions = false,
            MaxRecordSize = LongestLine,
        });
        try
        {
            _places = Places(columns, required, othersAllowed);
        }
        catch (CsvFormatException e)
        {
            _csv.Dispose();
            throw TooLong(e);
        }
        catch (Exception e) when (e is PeopleCsvException or IOException)
        {
            _csv.Dispose();
            throw;
        }
    }

    /// <summary>Line the current record stands on, as an editor counts them; the header is line 1.</summary>
    public int Line => (int)Math.Min(_csv.LineNumber, int.MaxValue);

    /// <summary>Whether the current line has as many fields as the header, and its quotes where they belong.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>A field of the current line; empty where the file has no such column.</summary>
    public ReadOnlySpan<byte> this[int column] => _places[column] < 0 ? default : _csv.GetSpan(_places[column]);

    /// <summary>Whether the file has the column.</summary>
    public bool Has(int column) => _places[column] >= 0;

    /// <summary>Goes to the next line that is not empty; false at the end.</summary>
    public bool Read()
    {
        _malformed = false;
        try
        {
            if (!_csv.Read())
                return false;
        }
        catch (CsvFormatException e)
        {
            throw TooLong(e);
        }

        IsReadable = !_malformed && _csv.FieldCount == _csv.Headers.Count;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    /// <summary>Where each of the columns is in the file; −1 where it is not.</summary>
    private int[] Places(IReadOnlyList<string> columns, int required, bool othersAllowed)
    {
        var names = _csv.Headers.Select(static name => name.Trim()).ToArray();
        var allowed = $"{(othersAllowed ? "columns read" : "allowed columns")}: {string.Join(", ", columns)}";
        // Without these columns the first line may well be data: then nothing of it may be shown.
        for (var i = 0; i < required; i++)
        {
            if (!names.Contains(columns[i], StringComparer.OrdinalIgnoreCase))
                throw new PeopleCsvException($"{_path} has no column {columns[i]} in its first line; {allowed}");
        }

        var places = new int[columns.Count];
        Array.Fill(places, -1);
        for (var i = 0; i < names.Length; i++)
        {
            var column = 0;
            while (column < places.Length && !columns[column].Equals(names[i], StringComparison.OrdinalIgnoreCase))
                column++;
            if (column == places.Length)
            {
                if (othersAllowed)
                    continue;
                throw new PeopleCsvException($"{_path} has an unknown column '{names[i]}'; {allowed}");
            }

            if (places[column] >= 0)
                throw new PeopleCsvException($"{_path} has the column {columns[column]} twice");
            places[column] = i;
        }

        return places;
    }

    private PeopleCsvException TooLong(CsvFormatException e) => new($"{_path}, line {e.LineNumber}: longer than {LongestLine} bytes; is this a CSV file? Nothing was made of it");
}
