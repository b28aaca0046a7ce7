using Linkage.Kernels;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// A part of the ledger under one lock: remembered links, and what was found since the last flush. Links lie in the order they came, in chunks that never move; a table of 8 bytes a slot, at most half full,
/// finds them by patient. So it grows without a copy of the links, and what a search reads is small.
/// </summary>
internal sealed class LinkStripe
{
    /// <summary>Links of a chunk: 160 KiB. The first one begins with <see cref="FirstSize"/>.</summary>
    internal const int ChunkSize = 1 << ChunkShift;

    private const int ChunkShift = 12;
    private const int FirstSize = 16;
    private const int NumberShift = 32;

    // A slot: 1 + the number of a link, and behind it the last 32 bits of the patient's key, by which it is placed and told from its neighbours; 0 is free.
    private ulong[] _slots = [];
    private Entry[][] _chunks = [];

    /// <summary>A link: 40 bytes.</summary>
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
    public LinkNotes Notes { get; } = new();

    /// <summary>A link by its number. Valid until the next <see cref="Add"/>.</summary>
    public ref Entry this[int number] => ref _chunks[number >> ChunkShift][number & (ChunkSize - 1)];

    /// <summary>Number of a patient's link; −1 when the patient is not known.</summary>
    public int Find(Token key)
    {
        var slots = _slots;
        var tag = (uint)key.Low;
        for (var at = (int)tag & (slots.Length - 1); (uint)at < (uint)slots.Length; at = (at + 1) & (slots.Length - 1))
        {
            var slot = slots[at];
            if (slot == 0)
                return -1;
            var number = NumberOf(slot);
            if ((uint)slot == tag && this[number].Key == key)
                return number;
        }

        return -1;
    }

    /// <summary>Adds a patient who is not known yet.</summary>
    public void Add(Token key, ulong participant, LinkStrength strength, int epoch)
    {
        var number = Count;
        if (number >= _slots.Length / 2)
            Grow();
        if (number >> ChunkShift == _chunks.Length || (number & (ChunkSize - 1)) == _chunks[^1].Length)
            GrowLinks();
        Place(_slots, (uint)key.Low | ((ulong)(number + 1) << NumberShift));
        Count = number + 1;
        ref var entry = ref this[number];
        entry.Key = key;
        entry.Set(participant, strength, epoch);
    }

    /// <summary>Asks memory for the slot of a patient. Without the lock, too: what another thread does meanwhile makes it useless at worst.</summary>
    public void PrefetchSlot(Token key)
    {
        var slots = _slots;
        CacheLines.Prefetch(slots, (int)(uint)key.Low & (slots.Length - 1));
    }

    /// <summary>Asks memory for what is most likely the link of a patient, if there is one. The slot should be in the cache.</summary>
    public void PrefetchLink(Token key)
    {
        if (Count == 0)
            return;
        var slot = _slots[(int)(uint)key.Low & (_slots.Length - 1)];
        if (slot != 0)
            CacheLines.Prefetch(_chunks[NumberOf(slot) >> ChunkShift], NumberOf(slot) & (ChunkSize - 1));
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _slots = [];
        _chunks = [];
        Notes.Clear();
        Count = 0;
    }

    private static int NumberOf(ulong slot) => (int)(slot >> NumberShift) - 1;

    private static void Place(ulong[] slots, ulong slot)
    {
        var mask = slots.Length - 1;
        var at = (int)(uint)slot & mask;
        while (slots[at] != 0)
            at = (at + 1) & mask;
        slots[at] = slot;
    }

    private void Grow()
    {
        var old = _slots;
        var grown = new ulong[Math.Max(2 * FirstSize, old.Length * 2)];
        foreach (var slot in old)
        {
            if (slot != 0)
                Place(grown, slot);
        }

        _slots = grown;
    }

    // The first chunk begins small: there are runs of few patients.
    private void GrowLinks()
    {
        if (_chunks.Length == 1 && _chunks[0].Length < ChunkSize)
            Array.Resize(ref _chunks[0], _chunks[0].Length * 2);
        else
            _chunks = [.. _chunks, GC.AllocateUninitializedArray<Entry>(_chunks.Length == 0 ? FirstSize : ChunkSize)];
    }
}
