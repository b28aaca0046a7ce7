using System.Text;

namespace Linkage.Worker.Synth;

/// <summary>Names of enum members as files show them: <c>NhsSpaced</c> is <c>nhs-spaced</c>.</summary>
internal static class KebabCase
{
    /// <summary>All members' names by value; values run from 0 without gaps.</summary>
    public static byte[][] NamesOf<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => Encoding.ASCII.GetBytes(Of(name)))];

    private static string Of(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
