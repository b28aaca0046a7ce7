namespace Linkage.Matching.Links;

/// <summary>What was found for the rows of one flush, as the ledger's files have it. Not thread-safe.</summary>
public sealed class LinkFindings
{
    private readonly List<ArraySegment<byte>> _chunks;
    private bool _givenBack;

    internal LinkFindings(List<ArraySegment<byte>> chunks, int epoch)
    {
        _chunks = chunks;
        Epoch = epoch;
        foreach (var chunk in chunks)
            Count += chunk.Count / LinkRecord.Size;
    }

    /// <summary>Number of findings.</summary>
    public long Count { get; }

    internal int Epoch { get; }

    /// <summary>Bytes of findings, <see cref="LinkRecord.Size"/> each, in an order that keeps each patient's; not after <see cref="GiveBack"/>.</summary>
    internal IReadOnlyList<ArraySegment<byte>> Chunks => _givenBack ? throw new InvalidOperationException("the findings were given back") : _chunks;

    /// <summary>The findings, read one by one.</summary>
    public LinkRecord[] ToArray()
    {
        var records = new List<LinkRecord>();
        foreach (var chunk in Chunks)
        {
            for (var at = 0; at < chunk.Count; at += LinkRecord.Size)
                records.Add(LinkRecord.Read(chunk.AsSpan(at)));
        }

        return [.. records];
    }

    /// <summary>Zeroes the findings and gives their memory back, once they are in a file: the next findings take it. What <see cref="ToArray"/> gave stays.</summary>
    public void GiveBack()
    {
        _givenBack = true;
        LinkNotes.GiveBack(_chunks);
    }
}
