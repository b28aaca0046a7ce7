namespace Linkage.Parquet.Pages;

/// <summary>
/// What the writer of a page of PLAIN strings knows of its repetitions: each run of equal values is one entry that repeats, and begins with bytes of the entry before. A codec
/// that is told need not search, and finds what a quick search misses.
/// </summary>
internal sealed class RepeatList
{
    private Run[] _runs = [];

    /// <summary>Runs so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the largest entry.</summary>
    public int LargestEntry { get; private set; }

    /// <summary>The runs of the page, in order.</summary>
    public ReadOnlySpan<Run> Runs => _runs.AsSpan(0, Count);

    /// <summary>Begins a page.</summary>
    public void Clear()
    {
        Count = 0;
        LargestEntry = 0;
    }

    /// <summary>Adds a run.</summary>
    /// <param name="entry">Bytes of an entry, its length included.</param>
    /// <param name="times">How often it comes.</param>
    /// <param name="shared">Bytes it has in common with the entry before from its start; only where that is as long, else 0.</param>
    public void Add(int entry, int times, int shared)
    {
        if (Count == _runs.Length)
            Array.Resize(ref _runs, Math.Max(1024, 2 * Count));
        _runs[Count++] = new Run(entry, times, shared);
        LargestEntry = Math.Max(LargestEntry, entry);
    }

    internal readonly record struct Run(int Entry, int Times, int Shared);
}
