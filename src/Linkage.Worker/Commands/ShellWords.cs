namespace Linkage.Worker.Commands;

/// <summary>Words of a command that a person may paste into a POSIX shell.</summary>
internal static class ShellWords
{
    /// <summary>A command line.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>A word, quoted when it must be.</summary>
    public static string Quote(string word) => word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A word in double quotes: how an SQL statement, which has single quotes of its own, stays readable.</summary>
    public static string DoubleQuote(string word)
    {
        foreach (var special in (ReadOnlySpan<string>)["\\", "\"", "$", "`"])
        {
            word = word.Replace(special, "\\" + special, StringComparison.Ordinal);
        }

        return $"\"{word}\"";
    }
}
