using System.IO.Hashing;

namespace Linkage.Batches;

/// <summary>
/// The distinct codes or texts of a batch under construction, as encoded array items, found again by their bytes. Emptying it costs nothing:
/// a slot counts only if it is of the present generation.
/// </summary>
internal sealed class InternedItems
{
    /// <summary>Kind of items that have none before their text.</summary>
    public const int NoKind = -1;

    private readonly AvroOutput _items = new();
    private Slot[] _slots = new Slot[256];
    private int _generation = 1;

    private record struct Slot(int Generation, int Index, int Kind, uint Hash, int Offset, int Length);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Written => _items.Written;

    public void Clear()
    {
        _items.Clear();
        Count = 0;
        if (++_generation == int.MaxValue)
        {
            Array.Clear(_slots);
            _generation = 1;
        }
    }

    /// <summary>Index of the item, added if new. <paramref name="kind"/>, unless <see cref="NoKind"/>, is written as an enum before the text.</summary>
    public int Intern(int kind, ReadOnlySpan<byte> text)
    {
        var hash = (uint)XxHash3.HashToUInt64(text, kind);
        var mask = _slots.Length - 1;
        var at = (int)hash & mask;
        while (_slots[at].Generation == _generation)
        {
            ref var slot = ref _slots[at];
            if (slot.Hash == hash && slot.Kind == kind && _items.Written.Slice(slot.Offset, slot.Length).SequenceEqual(text))
            {
                return slot.Index;
            }

            at = (at + 1) & mask;
        }

        if (kind != NoKind)
        {
            _items.Int(kind);
        }

        _items.Text(text);
        _slots[at] = new Slot(_generation, Count, kind, hash, _items.Length - text.Length, text.Length);
        Count++;
        if (Count > _slots.Length / 2)
        {
            Widen();
        }

        return Count - 1;
    }

    private void Widen()
    {
        var slots = new Slot[_slots.Length * 2];
        var mask = slots.Length - 1;
        foreach (var slot in _slots)
        {
            if (slot.Generation == _generation)
            {
                var at = (int)slot.Hash & mask;
                while (slots[at].Generation == _generation)
                {
                    at = (at + 1) & mask;
                }

                slots[at] = slot;
            }
        }

        _slots = slots;
    }
}
