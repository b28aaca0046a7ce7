namespace Linkage.Parquet;

/// <summary>
/// The lanes' dictionaries of each column as one, made once a flush: every file written from several lanes then maps ids by a
/// table instead of comparing values.
/// </summary>
public sealed class DictionaryMerge
{
    private readonly Dictionary<IUtf8Values, (Utf8Dictionary Merged, int[]? Map)> _byDictionary = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds the lanes' dictionaries of one column. With a single lane nothing is copied.</summary>
    public void Add(IReadOnlyList<Utf8Dictionary> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        if (lanes.Count == 1)
        {
            _byDictionary.Add(lanes[0], (lanes[0], null));
            return;
        }

        var merged = new Utf8Dictionary();
        foreach (var dictionary in lanes)
        {
            // One place more, in front: a null, −1, stays what it is.
            var map = new int[dictionary.Count + 1];
            map[0] = -1;
            for (var id = 0; id < dictionary.Count; id++)
            {
                map[id + 1] = merged.GetOrAdd(dictionary[id]);
            }

            _byDictionary.Add(dictionary, (merged, map));
        }
    }

    internal IUtf8Values Merged(IUtf8Values values) => _byDictionary.TryGetValue(values, out var entry) ? entry.Merged : values;

    /// <summary>What a dictionary's ids became: id i is at i + 1, and −1 in front; null where they are what they were.</summary>
    internal int[]? Map(IUtf8Values values) => _byDictionary.TryGetValue(values, out var entry) ? entry.Map : null;
}
