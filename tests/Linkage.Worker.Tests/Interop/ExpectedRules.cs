using System.Globalization;
using System.Text.RegularExpressions;
using Linkage.Batches;

namespace Linkage.Worker.Tests.Interop;

/// <summary>
/// The rules of the tables, written a second time from their description with strings and DateOnly, and without the product's code: what the
/// tests hold it against.
/// </summary>
internal static partial class ExpectedRules
{
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    // No living patient was born earlier: where the date of birth is not known, this is.
    private static readonly DateOnly EarliestBirth = new(1850, 1, 1);

    /// <summary>Days since 1970-01-01.</summary>
    public static int Day(DateOnly date) => date.DayNumber - Epoch.DayNumber;

    /// <summary>UK Biobank's special dates.</summary>
    /// <param name="day">Days since 1970-01-01 as sent; null for none.</param>
    /// <param name="dateOfBirth">As sent.</param>
    /// <param name="today">When the batch was made.</param>
    public static DateOnly Masked(long? day, string dateOfBirth, DateOnly today)
    {
        if (day is null)
        {
            return new DateOnly(1900, 1, 1);
        }

        if (day > Day(today))
        {
            return new DateOnly(2037, 7, 7);
        }

        var (birth, exact) = Born(dateOfBirth);
        if (day < Day(birth ?? EarliestBirth))
        {
            return new DateOnly(1901, 1, 1);
        }

        var date = Epoch.AddDays((int)day);
        return birth is null || date.Year != birth.Value.Year ? date
            : exact && date == birth ? new DateOnly(1902, 2, 2)
            : new DateOnly(1903, 3, 3);
    }

    /// <summary>A code's column and normal form, or why it is rejected.</summary>
    public static (string? Column, string? Code, string? Reject) Coded(SentCode? code, IReadOnlyDictionary<CodeSystem, string> columns)
    {
        if (code is null)
        {
            return (null, null, "missing-code");
        }

        if (!columns.TryGetValue(code.System, out var column))
        {
            return (null, null, "code-system-unfit");
        }

        var text = Trimmed(code.Text);
        if (text is null)
        {
            return (null, null, "missing-code");
        }

        var normal = code.System switch
        {
            // Five characters; a two-character term code may follow, trailing dots may be missing.
            CodeSystem.Read2 or CodeSystem.Ctv3 => ReadCode().IsMatch(text) ? text[..Math.Min(5, text.Length)].PadRight(5, '.') : null,
            CodeSystem.Bnf => Undotted(text),
            _ => ConceptId().IsMatch(text) ? text : null,
        };
        return normal is null ? (null, null, "malformed-code") : (column, normal, null);
    }

    /// <summary>A text without white space around; null when nothing is left.</summary>
    public static string? Trimmed(string? text) => string.IsNullOrEmpty(text?.Trim(' ', '\t', '\r', '\n')) ? null : text.Trim(' ', '\t', '\r', '\n');

    private static string? Undotted(string text)
    {
        var code = text.Replace(".", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return BnfCode().IsMatch(code) ? code : null;
    }

    // The forms the feeds of these tests write. A date that no calendar has says nothing.
    private static (DateOnly? Date, bool Exact) Born(string text)
    {
        string[] full = ["yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd"];
        var date = text.Contains('T', StringComparison.Ordinal) ? text[..text.IndexOf('T', StringComparison.Ordinal)] : text;
        if (DateOnly.TryParseExact(date, full, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return (day, true);
        }

        return DateOnly.TryParseExact(date, ["yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? (first, false) : (null, false);
    }

    [GeneratedRegex(@"^([0-9A-Za-z.]{1,5}|[0-9A-Za-z.]{7})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReadCode();

    [GeneratedRegex(@"^[0-9A-Z]{2,15}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BnfCode();

    [GeneratedRegex(@"^[1-9][0-9]{5,17}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ConceptId();
}
