namespace Linkage.Matching.Blocking;

/// <summary>Row numbers met for one patient, each once. Emptied at no cost; room for 4,096, of which a search fills a fifth at most. Not thread-safe.</summary>
internal sealed class RowSet
{
    private const int Slots = 1 << SlotBits;
    private const int SlotBits = 12;

    private readonly int[] _rows = new int[Slots];

    // A slot is taken if its patient is the current one.
    private readonly int[] _patients = new int[Slots];
    private int _patient;

    /// <summary>Empties the set for the next patient.</summary>
    public void Clear() => _patient++;

    /// <summary>Adds a row; false when it is there already.</summary>
    public bool Add(int row)
    {
        for (var slot = (int)((uint)row * 0x9E3779B1u >> (32 - SlotBits)); ; slot = (slot + 1) % Slots)
        {
            if (_patients[slot] != _patient)
            {
                _patients[slot] = _patient;
                _rows[slot] = row;
                return true;
            }

            if (_rows[slot] == row)
                return false;
        }
    }
}
