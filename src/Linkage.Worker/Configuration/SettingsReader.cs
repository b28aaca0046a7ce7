using System.Globalization;

namespace Linkage.Worker.Configuration;

/// <summary>Reads typed values out of a flat list of settings and remembers which keys were asked for, so that what is left over is an error.</summary>
internal sealed class SettingsReader(IReadOnlyDictionary<string, string> settings)
{
    private readonly SortedSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A text, or null.</summary>
    public string? Text(string key)
    {
        _known.Add(key);
        return settings.TryGetValue(key, out var value) && value.Length > 0 ? value : null;
    }

    /// <summary>A whole number within bounds.</summary>
    public long Whole(string key, long fallback, long least, long most)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Bad(key, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    /// <summary>A number within bounds, or null.</summary>
    public double? Number(string key, double least, double most)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Bad(key, text, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
    }

    /// <summary>A web address, or null. It is not repeated in the error: it may hold a password.</summary>
    public Uri? Address(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new SettingsException($"Linkage:{key} is no address; allowed: http://HOST:PORT or https://HOST:PORT, with a path where needed.");
    }

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool fallback)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        return bool.TryParse(text, out var value) ? value : throw Bad(key, text, "true or false");
    }

    /// <summary>One of some words.</summary>
    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var words = new List<string>();
        foreach (var (word, _) in choices)
        {
            words.Add(word);
        }

        throw Bad(key, text, string.Join(", ", words));
    }

    /// <summary>All keys below a prefix, without it.</summary>
    public IReadOnlyDictionary<string, string> Below(string prefix)
    {
        var below = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in settings)
        {
            if (key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                _known.Add(key);
                below[key[prefix.Length..]] = value;
            }
        }

        return below;
    }

    /// <summary>Throws for the first key that nobody asked for, with the nearest known one.</summary>
    public void RefuseUnknown() => RefuseUnknown(settings.Keys);

    /// <summary>Throws for a key among these that nobody asked for.</summary>
    public void RefuseUnknown(IEnumerable<string> keys)
    {
        foreach (var key in keys.Order(StringComparer.OrdinalIgnoreCase))
        {
            if (!_known.Contains(key))
            {
                var near = _known.Select(k => (Key: k, Distance: Distance(k, key))).OrderBy(static k => k.Distance).First();
                var hint = near.Distance <= 4 ? $" Did you mean Linkage:{near.Key}?" : string.Empty;
                throw new SettingsException($"Linkage:{key} is not a setting.{hint} Known settings: {string.Join(", ", _known.Where(static k => !k.StartsWith("Kafka:", StringComparison.OrdinalIgnoreCase)))}{(_known.Contains("Source:Brokers") ? ", and Kafka:<any librdkafka setting>" : string.Empty)}.");
            }
        }
    }

    private static SettingsException Bad(string key, string value, string allowed) => new($"Linkage:{key} is '{value}'; allowed: {allowed}.");

    // Edit distance (Levenshtein), two rows.
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
