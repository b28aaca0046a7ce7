using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Linkage.Pseudonyms;

/// <summary>
/// Several fields as one message to hash: a count of fields, then each field's length and bytes, so that ("AB", "C") and ("A", "BC") differ. A length takes one byte below 255, else 255 and a
/// 32-bit big-endian number. Frozen: part of the token format. One reused block, which the caller zeroes by <see cref="Clear"/> when the message is hashed.
/// </summary>
internal sealed class FieldMessage
{
    // Fields of a person, with their lengths, fit in all but freak cases.
    private byte[] _block = GC.AllocateArray<byte>(256, pinned: true);
    private int _length;

    /// <summary>The message of two to five fields; none of the first <paramref name="count"/> is empty. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Of(int count, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d, ReadOnlySpan<byte> e)
    {
        Clear();
        var most = checked(1 + (count * 5) + a.Length + b.Length + c.Length + d.Length + e.Length);
        if (_block.Length < most)
            _block = GC.AllocateArray<byte>(most, pinned: true);
        _block[0] = (byte)count;
        _length = 1;
        Append(a);
        Append(b);
        if (count > 2)
            Append(c);
        if (count > 3)
            Append(d);
        if (count > 4)
            Append(e);
        return _block.AsSpan(0, _length);
    }

    /// <summary>Zeroes the message.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_block.AsSpan(0, _length));
        _length = 0;
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "FieldMessage(redacted)";

    private void Append(ReadOnlySpan<byte> field)
    {
        if (field.Length < byte.MaxValue)
        {
            _block[_length++] = (byte)field.Length;
        }
        else
        {
            _block[_length++] = byte.MaxValue;
            BinaryPrimitives.WriteInt32BigEndian(_block.AsSpan(_length), field.Length);
            _length += sizeof(int);
        }

        field.CopyTo(_block.AsSpan(_length));
        _length += field.Length;
    }
}
