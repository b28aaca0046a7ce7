using System.Security.Cryptography;
using Linkage.Identity;

namespace Linkage.Worker.Linking;

/// <summary>
/// Some patients of a file as they were read: ids and identifiers in clear, in one block that does not move and is zeroed by <see cref="Clear"/>. Filled by
/// one thread, then read by many.
/// </summary>
internal sealed class PatientRows : IDisposable
{
    /// <summary>Most patients at once.</summary>
    public const int Capacity = 8192;

    /// <summary>Fields of a patient: the id, then those of <see cref="PersonIdentity.Set"/> in its order.</summary>
    public const int Fields = 8;

    private const int EnoughBytes = 4 << 20;

    private readonly int[] _ends = new int[Capacity * Fields];
    private byte[] _block = GC.AllocateUninitializedArray<byte>(1 << 20, pinned: true);
    private int _used;

    /// <summary>Patients here.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it is time to link what is here.</summary>
    public bool IsFull => Count == Capacity || _used >= EnoughBytes;

    /// <summary>Takes a patient, whose id stands without the spaces around it.</summary>
    public void Add(ReadOnlySpan<byte> id, CsvLines line)
    {
        Append(0, id);
        for (var field = 1; field < Fields; field++)
            Append(field, line[field]);
        Count++;
    }

    /// <summary>The patient's id.</summary>
    public ReadOnlySpan<byte> Id(int patient) => Field(patient, 0);

    /// <summary>Parses the patient's identifiers.</summary>
    public void Read(int patient, PersonIdentity into) => into.Set(
        Field(patient, 1), Field(patient, 2), Field(patient, 3), Field(patient, 4), Field(patient, 5), Field(patient, 6), Field(patient, 7));

    /// <summary>Zeroes everything.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_block.AsSpan(0, _used));
        _used = 0;
        Count = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private ReadOnlySpan<byte> Field(int patient, int field)
    {
        var at = (patient * Fields) + field;
        var start = at == 0 ? 0 : _ends[at - 1];
        return _block.AsSpan(start, _ends[at] - start);
    }

    private void Append(int field, ReadOnlySpan<byte> value)
    {
        if (_block.Length - _used < value.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(2 * _block.Length, _used + value.Length), pinned: true);
            _block.AsSpan(0, _used).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_block);
            _block = larger;
        }

        value.CopyTo(_block.AsSpan(_used));
        _used += value.Length;
        _ends[(Count * Fields) + field] = _used;
    }
}
