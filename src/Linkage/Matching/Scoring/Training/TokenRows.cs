namespace Linkage.Matching.Scoring.Training;

/// <summary>Rows of a registry by the token of one field: sorted, so that a block is a span. Rows of participants who withdrew, or that are two people, are left out.</summary>
internal sealed class TokenRows
{
    private readonly Entry[] _entries;

    public TokenRows(Registry registry, Func<Registry, int, ulong> token)
    {
        var entries = new List<Entry>();
        for (var row = 0; row < registry.Counts.Rows; row++)
        {
            if (!IsLeftOut(registry, row) && token(registry, row) is var value and not 0)
                entries.Add(new Entry(value, row));
        }
        _entries = [.. entries];
        Array.Sort(_entries);
    }

    public static bool IsLeftOut(Registry registry, int row) => (registry.Row(row).Flags & (RowFlags.Withdrawn | RowFlags.TwoPeople)) != RowFlags.None;

    /// <summary>The block of a token, in order of rows.</summary>
    public ReadOnlySpan<Entry> Find(ulong token)
    {
        var first = _entries.AsSpan().BinarySearch(new Entry(token, -1));
        first = first < 0 ? ~first : first;
        var last = token == ulong.MaxValue ? _entries.Length : ~_entries.AsSpan().BinarySearch(new Entry(token + 1, -1));
        return _entries.AsSpan(first, last - first);
    }

    public readonly record struct Entry(ulong Token, int Row) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            var order = Token.CompareTo(other.Token);
            return order != 0 ? order : Row.CompareTo(other.Row);
        }

        public static bool operator <(Entry a, Entry b) => a.CompareTo(b) < 0;

        public static bool operator >(Entry a, Entry b) => a.CompareTo(b) > 0;

        public static bool operator <=(Entry a, Entry b) => a.CompareTo(b) <= 0;

        public static bool operator >=(Entry a, Entry b) => a.CompareTo(b) >= 0;
    }
}
