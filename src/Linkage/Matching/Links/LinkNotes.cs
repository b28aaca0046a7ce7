using System.Collections.Concurrent;

namespace Linkage.Matching.Links;

/// <summary>
/// Findings in the order they were made, as the ledger's files have them (<see cref="LinkRecord"/>), so that a file takes them as they are. In chunks that never move and are used again. Not thread-safe.
/// </summary>
internal sealed class LinkNotes
{
    /// <summary>Bytes of a full chunk: not quite 128 KiB.</summary>
    internal const int ChunkBytes = 1_820 * LinkRecord.Size;

    private const int FirstBytes = 16 * LinkRecord.Size;
    private static readonly ConcurrentBag<byte[]> Pool = [];
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _last = [];
    private int _used;
    private long _bytes;

    /// <summary>Adds a finding.</summary>
    public void Add(in LinkRecord record)
    {
        if (_used == _last.Length)
            Next();
        record.Write(_last.AsSpan(_used, LinkRecord.Size));
        _used += LinkRecord.Size;
    }

    /// <summary>Hands all findings over, and has none.</summary>
    public void MoveTo(List<ArraySegment<byte>> chunks)
    {
        chunks.AddRange(_full);
        if (_used > 0)
            chunks.Add(new ArraySegment<byte>(_last, 0, _used));
        Clear();
    }

    /// <summary>Forgets all findings.</summary>
    public void Clear()
    {
        _full.Clear();
        _last = [];
        _used = 0;
        _bytes = 0;
    }

    /// <summary>Zeroes chunks that were handed over and are not needed any more, and keeps full ones for the next findings.</summary>
    public static void GiveBack(List<ArraySegment<byte>> chunks)
    {
        foreach (var chunk in chunks)
        {
            chunk.AsSpan().Clear();
            if (chunk.Array is { Length: ChunkBytes } full)
                Pool.Add(full);
        }

        chunks.Clear();
    }

    // The first ones are small, as the findings of a small batch are.
    private void Next()
    {
        if (_used > 0)
            _full.Add(new ArraySegment<byte>(_last, 0, _used));
        _bytes += _used;
        _used = 0;
        var size = (int)Math.Clamp(_bytes, FirstBytes, ChunkBytes);
        _last = size == ChunkBytes && Pool.TryTake(out var chunk) ? chunk : GC.AllocateUninitializedArray<byte>(size);
    }
}
