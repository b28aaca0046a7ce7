using System.Text;
using Linkage.Batches;

namespace Linkage.Tests.Batches;

/// <summary>
/// An Avro encoder of the test's own, written from the specification and slow: the other side of the decoder that shares none of its code.
/// Splits arrays into blocks at random, with and without byte sizes, as writers may.
/// </summary>
internal sealed class AvroOracle
{
    private readonly Random? _blocks;
    private readonly List<byte> _output = [];

    private AvroOracle(Random? blocks) => _blocks = blocks;

    /// <summary>A datum; arrays in one block, or in random blocks if a random is given.</summary>
    public static byte[] Datum(BatchModel batch, Random? blocks = null)
    {
        var oracle = new AvroOracle(blocks);
        oracle.Text(batch.BatchId);
        oracle.Text(batch.Practice);
        oracle.Text(batch.Supplier);
        oracle.Long(batch.DataProvider);
        oracle.Date(batch.PeriodEnd);
        oracle.Long(batch.Timestamp == 0 ? 0 : 1);
        if (batch.Timestamp != 0)
        {
            oracle.Long(batch.Timestamp);
        }

        oracle.Array(batch.Patients, static (o, p) => System.Array.ForEach(p, o.OptionalText));
        oracle.Array(batch.Codes, static (o, c) =>
        {
            o.Long((int)c.System);
            o.Text(c.Code);
        });
        oracle.Array(batch.Texts, static (o, t) => o.Text(t));
        oracle.Array(batch.Clinical, static (o, r) =>
        {
            o.Long(r.Patient);
            o.Date(r.Date);
            o.Date(r.RecordDate);
            o.Long(r.Code);
            o.Double(r.HasValue1, r.Value1);
            o.Double(r.HasValue2, r.Value2);
            o.Long(r.Value3);
            o.Boolean(r.Deleted);
        });
        oracle.Array(batch.Scripts, static (o, r) =>
        {
            o.Long(r.Patient);
            o.Date(r.IssueDate);
            o.Long(r.Code);
            o.Long(r.DrugName);
            o.Long(r.Quantity);
            o.Boolean(r.Deleted);
        });
        oracle.Array(batch.Registrations, static (o, r) =>
        {
            o.Long(r.Patient);
            o.Date(r.RegDate);
            o.Date(r.DeductDate);
            o.Boolean(r.Deleted);
        });
        return oracle._output.ToArray();
    }

    /// <summary>A zigzag varint.</summary>
    public static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        var raw = (ulong)((value << 1) ^ (value >> 63));
        for (; raw > 127; raw >>= 7)
        {
            bytes.Add((byte)((raw & 127) | 128));
        }

        bytes.Add((byte)raw);
        return [.. bytes];
    }

    /// <summary>C3 01, the fingerprint little-endian, the datum.</summary>
    public static byte[] SingleObject(byte[] datum) => [0xC3, 0x01, .. BitConverter.GetBytes(BatchSchema.Fingerprint), .. datum];

    private void Long(long value) => _output.AddRange(Varint(value));

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Long(bytes.Length);
        _output.AddRange(bytes);
    }

    private void OptionalText(string text)
    {
        Long(text.Length == 0 ? 0 : 1);
        if (text.Length > 0)
        {
            Text(text);
        }
    }

    private void Date(int days)
    {
        Long(days == ClinicalRecord.NoDate ? 0 : 1);
        if (days != ClinicalRecord.NoDate)
        {
            Long(days);
        }
    }

    private void Double(bool present, double value)
    {
        Long(present ? 1 : 0);
        if (present)
        {
            _output.AddRange(BitConverter.GetBytes(value));
        }
    }

    private void Boolean(bool value) => _output.Add(value ? (byte)1 : (byte)0);

    private void Array<T>(List<T> items, Action<AvroOracle, T> write)
    {
        for (var at = 0; at < items.Count;)
        {
            var count = _blocks is null ? items.Count : _blocks.Next(1, items.Count - at + 1);
            var block = new AvroOracle(null);
            items.GetRange(at, count).ForEach(item => write(block, item));
            var bytes = block._output.ToArray();
            if (_blocks is not null && _blocks.Next(2) == 0)
            {
                Long(-count);
                Long(bytes.Length);
            }
            else
            {
                Long(count);
            }

            _output.AddRange(bytes);
            at += count;
        }

        Long(0);
    }
}
