using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>A part of the ledger under one lock: remembered links by patient (open addressing, at most three quarters full), and what was found since the last flush.</summary>
internal sealed class LinkStripe
{
    private const int FirstCapacity = 16;
    private Entry[] _entries = [];
    private LinkRecord[] _pending = [];
    private int _pendingCount;

    /// <summary>A slot: 40 bytes. An empty key is a free slot.</summary>
    internal struct Entry
    {
        public Token Key;
        public ulong Participant;
        public double Weight;

        /// <summary>Which flush the link was last set in; 0 when it came from a file.</summary>
        public int Epoch;
        public Tier Tier;

        public readonly LinkStrength Strength => new(Tier, Weight);

        public void Set(ulong participant, LinkStrength strength, int epoch)
        {
            Participant = participant;
            Tier = strength.Tier;
            Weight = strength.Weight;
            Epoch = epoch;
        }
    }

    /// <summary>Links remembered.</summary>
    public int Count { get; private set; }

    /// <summary>What was found since the last flush; for one patient in the order it was found.</summary>
    public ReadOnlySpan<LinkRecord> Pending => _pending.AsSpan(0, _pendingCount);

    /// <summary>The slot of a patient; one with an empty key when the patient is not known. Valid until <see cref="Add"/>.</summary>
    public ref Entry Find(Token key)
    {
        if (_entries.Length == 0)
            _entries = new Entry[FirstCapacity];
        return ref Slot(_entries, key);
    }

    /// <summary>Adds a patient who is not known yet.</summary>
    public ref Entry Add(Token key)
    {
        if ((Count + 1) * 4L > _entries.Length * 3L)
            Grow();
        ref var slot = ref Slot(_entries, key);
        slot.Key = key;
        Count++;
        return ref slot;
    }

    /// <summary>Notes a finding for the next flush.</summary>
    public void Note(in LinkRecord record)
    {
        if (_pendingCount == _pending.Length)
            Array.Resize(ref _pending, Math.Max(FirstCapacity, _pendingCount * 2));
        _pending[_pendingCount++] = record;
    }

    /// <summary>Forgets the findings: they are on their way into a file.</summary>
    public void ClearPending()
    {
        Array.Clear(_pending, 0, _pendingCount);
        _pendingCount = 0;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries = [];
        _pending = [];
        _pendingCount = Count = 0;
    }

    private static ref Entry Slot(Entry[] entries, Token key)
    {
        var mask = entries.Length - 1;
        for (var slot = (int)key.Low & mask; ; slot = (slot + 1) & mask)
        {
            ref var entry = ref entries[slot];
            if (entry.Key.IsEmpty || entry.Key == key)
                return ref entry;
        }
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[Math.Max(FirstCapacity, old.Length * 2)];
        foreach (ref var entry in old.AsSpan())
        {
            if (!entry.Key.IsEmpty)
                Slot(_entries, entry.Key) = entry;
        }
    }
}
