using System.Globalization;
using System.Text;

namespace Linkage.Delta;

/// <summary>
/// Folder names of partitions, as Hive and Spark write them (<c>column=value/column=value</c>), and the URI form of a path that
/// the Delta log wants.
/// </summary>
public static class HivePath
{
    /// <summary>What stands for null (and, as in Hive and Delta, for the empty string).</summary>
    public const string NullPartition = "__HIVE_DEFAULT_PARTITION__";

    // Hive, FileUtils.charToEscape, which Spark (ExternalCatalogUtils) shares: besides these, control characters and DEL.
    private const string Escaped = "\"#%'*/:=?\\{[]^\u007f";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The partition folder, relative to the table folder; '' for no partition columns.</summary>
    /// <param name="values">Column and value in path order; a null value is the null partition.</param>
    /// <exception cref="ArgumentException">A value cannot be told from the null partition, or is not valid Unicode.</exception>
    public static string Format(IEnumerable<KeyValuePair<string, string?>> values)
    {
        var path = new StringBuilder();
        foreach (var (column, value) in values)
        {
            if (path.Length > 0)
                path.Append('/');
            Escape(column, path);
            path.Append('=');
            if (string.IsNullOrEmpty(value))
                path.Append(NullPartition);
            else if (string.Equals(value, NullPartition, StringComparison.Ordinal))
                throw new ArgumentException($"Partition column '{column}' cannot have the value {NullPartition}: it stands for null.", nameof(values));
            else
                Escape(value, path);
        }
        return path.ToString();
    }

    /// <summary>Column and value of each folder of a partition path; the reverse of <see cref="Format"/>.</summary>
    /// <exception cref="FormatException">A folder is not of the form column=value.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Parse(string path)
    {
        var values = new List<KeyValuePair<string, string?>>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new FormatException($"Folder '{part}' is not of the form column=value.");
            var value = part[(equals + 1)..];
            values.Add(new(Unescape(part[..equals]), string.Equals(value, NullPartition, StringComparison.Ordinal) ? null : Unescape(value)));
        }
        return values;
    }

    /// <summary>The URI form of a path (RFC 2396), as an <c>add</c> action has it.</summary>
    internal static string ToLog(string path)
    {
        var uri = new StringBuilder(path.Length);
        foreach (var b in Strict.GetBytes(path))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~' or (byte)'/' or (byte)'=')
                uri.Append((char)b);
            else
                uri.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return uri.ToString();
    }

    /// <summary>The path of a URI form.</summary>
    internal static string FromLog(string uri) => Uri.UnescapeDataString(uri);

    private static void Escape(string text, StringBuilder to)
    {
        try { Strict.GetByteCount(text); }
        catch (EncoderFallbackException e) { throw new ArgumentException("A partition column or value is not valid Unicode.", nameof(text), e); }
        foreach (var c in text)
        {
            if (c < ' ' || Escaped.Contains(c, StringComparison.Ordinal))
                to.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            else
                to.Append(c);
        }
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            // As Hive does: what is not an escape stays as it is.
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 2;
            }
            else
            {
                plain.Append(text[i]);
            }
        }
        return plain.ToString();
    }
}
