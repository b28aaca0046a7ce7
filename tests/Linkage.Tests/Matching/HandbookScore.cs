using System.Globalization;

namespace Linkage.Tests.Matching;

/// <summary>The scores of the algorithmic trace, by the rules of the Person_ID Handbook: a check of what our page quotes.</summary>
internal static class HandbookScore
{
    // Pairs that the handbook shows as made one before blocking, unscored.
    private static readonly string[] BlockedAsOne = ["Jones-Smith/Jonessmith", "Jon/Johnny", "Jenny/Jennifer"];

    /// <summary>Score as the page writes it.</summary>
    public static string Of(HandbookExample example)
    {
        if (example.Query.Length == 0 || example.Candidate.Length == 0)
            return "not counted";
        return example.Field switch
        {
            "surname" or "forename" => OfNames(example),
            "date_of_birth" => Text(OfDates(example.Query.Split('-'), example.Candidate.Split('-'))),
            "sex" => Text(OfSexes(example.Query, example.Candidate)),
            _ => Text(OfPostcodes(example.Query, example.Candidate)),
        };
    }

    /// <summary>
    /// Likeness of two names, 0 to 1. Winkler's bonus for an equal beginning is given above 0.7 only, as in his own program: the handbook's 51 for Jon and James has none.
    /// </summary>
    public static double JaroWinkler(string a, string b)
    {
        a = Ascii(a);
        b = Ascii(b);
        var jaro = Jaro(a, b);
        var prefix = a.Zip(b).Take(4).TakeWhile(static p => p.First == p.Second).Count();
        return jaro > 0.7 ? jaro + (prefix * 0.1 * (1 - jaro)) : jaro;
    }

    private static string Text(double score) => Math.Round(score, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture);

    private static string OfNames(HandbookExample example)
    {
        if (BlockedAsOne.Contains($"{example.Query}/{example.Candidate}", StringComparer.Ordinal))
            return "blocked as one";
        var first = Text(100 * JaroWinkler(HandbookExample.First(example.Query), HandbookExample.First(example.Candidate)));
        var other = HandbookExample.Other(example.Query);
        return other.Length == 0 ? first : $"{first}, and {Text(100 * JaroWinkler(other, HandbookExample.Other(example.Candidate)))}";
    }

    // Table 1.
    private static int OfDates(string[] a, string[] b)
    {
        var equal = a.Zip(b, static (x, y) => string.Equals(x, y, StringComparison.Ordinal)).ToList();
        var year = equal[0];
        if (equal.TrueForAll(static e => e))
            return 100;
        if (equal.Count(static e => e) == 2 || (year && string.Equals(a[1] + a[2], b[2] + b[1], StringComparison.Ordinal)))
            return 66;
        return year ? 33 : 0;
    }

    // Table 2.
    private static int OfSexes(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.Ordinal))
            return 100;
        return a is "1" or "2" && b is "1" or "2" ? 0 : 50;
    }

    private static double OfPostcodes(string query, string candidate) =>
        candidate.StartsWith(query, StringComparison.Ordinal) ? 100.0 * query.Length / candidate.Length : 0;

    private static double Jaro(string a, string b)
    {
        var window = Math.Max(0, (Math.Max(a.Length, b.Length) / 2) - 1);
        var takenInA = new bool[a.Length];
        var takenInB = new bool[b.Length];
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j < Math.Min(b.Length, i + window + 1) && !takenInA[i]; j++)
            {
                if (!takenInB[j] && a[i] == b[j])
                    takenInA[i] = takenInB[j] = true;
            }
        }

        var commonA = a.Where((_, i) => takenInA[i]).ToList();
        var commonB = b.Where((_, j) => takenInB[j]).ToList();
        if (commonA.Count == 0)
            return 0;
        double common = commonA.Count;
        var transposed = commonA.Zip(commonB).Count(static p => p.First != p.Second) / 2.0;
        return ((common / a.Length) + (common / b.Length) + ((common - transposed) / common)) / 3;
    }

    private static string Ascii(string name) => string.Concat(name.Select(static c => char.IsAscii(c) ? c : '@'));
}
