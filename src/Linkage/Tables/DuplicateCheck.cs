using System.Buffers.Binary;
using System.Security.Cryptography;
using Linkage.Batches;

namespace Linkage.Tables;

/// <summary>Finds records of a batch that equal an earlier one in every field: an open-addressing table of indexes, reused from batch to batch.</summary>
/// <remarks>
/// Records are told apart by their fields, never by their hash, so that the outcome does not depend on its secrets. These are drawn anew for each instance: a batch made to fill
/// one chain of slots, which would take the square of its records in time, cannot be made without them.
/// </remarks>
internal sealed class DuplicateCheck
{
    private readonly ulong _first = Secret();
    private readonly ulong _second = Secret();
    private int[] _slots = [];
    private int _mask;

    /// <summary>Starts a list of records.</summary>
    public void Begin(int count)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count * 2));
        if (_slots.Length < size)
        {
            _slots = new int[size];
        }
        else
        {
            Array.Clear(_slots, 0, size);
        }

        _mask = size - 1;
    }

    /// <summary>Whether record <paramref name="index"/> equals one asked about before.</summary>
    public bool IsRepeat(ReadOnlySpan<ClinicalRecord> records, int index)
    {
        ref readonly var record = ref records[index];
        var hash = Hash(record);
        for (var slot = (int)(hash >> 32) & _mask; ; slot = (slot + 1) & _mask)
        {
            var other = _slots[slot] - 1;
            if (other < 0)
            {
                _slots[slot] = index + 1;
                return false;
            }

            if (Same(records[other], record))
            {
                return true;
            }
        }
    }

    /// <summary>As above, for prescriptions.</summary>
    public bool IsRepeat(ReadOnlySpan<ScriptRecord> records, int index)
    {
        ref readonly var record = ref records[index];
        var hash = Mix(Key(record.Patient, record.IssueDate), Mix(Key(record.Code, record.DrugName), (uint)record.Quantity));
        for (var slot = (int)(hash >> 32) & _mask; ; slot = (slot + 1) & _mask)
        {
            var other = _slots[slot] - 1;
            if (other < 0)
            {
                _slots[slot] = index + 1;
                return false;
            }

            if (records[other] == record)
            {
                return true;
            }
        }
    }

    /// <summary>As above, for registrations.</summary>
    public bool IsRepeat(ReadOnlySpan<RegistrationRecord> records, int index)
    {
        ref readonly var record = ref records[index];
        var hash = Mix(Key(record.Patient, record.RegDate), (uint)record.DeductDate);
        for (var slot = (int)(hash >> 32) & _mask; ; slot = (slot + 1) & _mask)
        {
            var other = _slots[slot] - 1;
            if (other < 0)
            {
                _slots[slot] = index + 1;
                return false;
            }

            if (records[other] == record)
            {
                return true;
            }
        }
    }

    // Every field that many records can differ in; each enters by itself, so that no two of them can cancel out.
    internal ulong Hash(in ClinicalRecord record) => Mix(
        Mix(Key(record.Patient, record.Date), Key(record.Code, record.RecordDate)),
        Mix((ulong)BitConverter.DoubleToInt64Bits(record.Value1), (ulong)BitConverter.DoubleToInt64Bits(record.Value2)) ^ (uint)record.Value3);

    // By bits: two records with NaN for a value are as equal as two with 1.
    private static bool Same(in ClinicalRecord a, in ClinicalRecord b) =>
        a.Patient == b.Patient && a.Date == b.Date && a.RecordDate == b.RecordDate && a.Code == b.Code && a.Value3 == b.Value3
        && a.HasValue1 == b.HasValue1 && a.HasValue2 == b.HasValue2
        && BitConverter.DoubleToInt64Bits(a.Value1) == BitConverter.DoubleToInt64Bits(b.Value1)
        && BitConverter.DoubleToInt64Bits(a.Value2) == BitConverter.DoubleToInt64Bits(b.Value2);

    private static ulong Key(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;

    // A multiply-and-fold step: keys are small ints, which must spread over the table.
    private ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ _first, b ^ _second, out var low);
        return high ^ low;
    }

    private static ulong Secret()
    {
        Span<byte> secret = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(secret);
        return BinaryPrimitives.ReadUInt64LittleEndian(secret);
    }
}
