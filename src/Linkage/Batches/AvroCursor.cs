using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Linkage.Batches;

/// <summary>
/// Reads Avro binary values one after another and believes none of them. A read that fails leaves <see cref="Position"/> at the value and
/// names the <see cref="Reason"/>. Bytes that end early are always <see cref="RejectReason.Truncated"/>; a length that no permitted batch
/// could hold is <see cref="RejectReason.BadLength"/>.
/// </summary>
internal ref struct AvroCursor(ReadOnlySpan<byte> source, int start, int maxBytes)
{
    private readonly ReadOnlySpan<byte> _bytes = source;
    private readonly int _maxBytes = maxBytes;

    // Up to here all bytes that follow some place before are ASCII.
    private int _asciiEnd = start;

    public int Position = start;

    public RejectReason Reason;

    public readonly int Remaining => _bytes.Length - Position;

    public bool Fail(RejectReason reason)
    {
        Reason = reason;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryInt(out int value)
    {
        var bytes = _bytes;
        var position = Position;
        if (position <= bytes.Length - sizeof(uint))
        {
            // Up to three bytes, which hold a day of this century and an index into a batch. A field has nearly always as many as in the record before: the branches cost nothing.
            var four = BinaryPrimitives.ReadUInt32LittleEndian(bytes[position..]);
            if ((four & 0x80) == 0)
            {
                Position = position + 1;
                value = Decode(four & 0x7F);
                return true;
            }

            if ((four & 0x8000) == 0)
            {
                Position = position + 2;
                value = Decode((four & 0x7F) | ((four >> 1) & 0x3F80));
                return true;
            }

            if ((four & 0x80_0000) == 0)
            {
                Position = position + 3;
                value = Decode((four & 0x7F) | ((four >> 1) & 0x3F80) | ((four >> 2) & 0x1F_C000));
                return true;
            }
        }

        return TryLongerInt(out value);
    }

    public bool TryLong(out long value)
    {
        var raw = 0UL;
        var position = Position;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)position >= (uint)_bytes.Length)
            {
                value = 0;
                return Fail(RejectReason.Truncated);
            }

            var b = _bytes[position++];
            // The tenth byte holds the topmost bit alone.
            if (shift == 63 && b > 1)
            {
                break;
            }

            raw |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                Position = position;
                value = (long)(raw >> 1) ^ -(long)(raw & 1);
                return true;
            }
        }

        value = 0;
        return Fail(RejectReason.BadValue);
    }

    /// <summary>An index into something of <paramref name="count"/> entries, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryIndex(int count, out int index)
    {
        var before = Position;
        if (!TryInt(out index))
        {
            return false;
        }

        if ((uint)(index + 1) <= (uint)count)
        {
            return true;
        }

        Position = before;
        return Fail(RejectReason.IndexOutOfRange);
    }

    public bool TryBoolean(out bool value)
    {
        value = false;
        if ((uint)Position >= (uint)_bytes.Length)
        {
            return Fail(RejectReason.Truncated);
        }

        var b = _bytes[Position];
        if (b > 1)
        {
            return Fail(RejectReason.BadValue);
        }

        Position++;
        value = b != 0;
        return true;
    }

    /// <summary>Which branch of a union of null and something: false for null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryUnion(out bool present)
    {
        var bytes = _bytes;
        var position = Position;
        if ((uint)position < (uint)bytes.Length && (bytes[position] & ~2) == 0)
        {
            present = bytes[position] != 0;
            Position = position + 1;
            return true;
        }

        return TryLongerUnion(out present);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOptionalDate(out int days)
    {
        days = ClinicalRecord.NoDate;
        return TryUnion(out var present) && (!present || TryInt(out days));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOptionalDouble(out double value, out bool present)
    {
        value = 0;
        return TryUnion(out present) && (!present || TryDouble(out value));
    }

    /// <summary>Text: its place in the bytes, checked to be UTF-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryText(out Slice slice)
    {
        var bytes = _bytes;
        var position = Position;
        if ((uint)position < (uint)bytes.Length)
        {
            // A length below 64: one byte, even and below 128.
            var twice = bytes[position];
            var end = position + 1 + (twice >> 1);
            if ((twice & 0x81) == 0 && end <= _asciiEnd)
            {
                slice = new Slice(position + 1, twice >> 1);
                Position = end;
                return true;
            }
        }

        return TryAnyText(out slice);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOptionalText(out Slice slice)
    {
        slice = default;
        return TryUnion(out var present) && (!present || TryText(out slice));
    }

    /// <summary>
    /// Start of a block of array items of at least <paramref name="itemBytes"/> each; a count of 0 ends the array. <paramref name="end"/> is where
    /// the writer says the block ends, −1 if it does not say.
    /// </summary>
    public bool TryBlock(int itemBytes, out int count, out int end)
    {
        count = 0;
        end = -1;
        var before = Position;
        if (!TryLong(out var declared))
        {
            return false;
        }

        if (declared < 0)
        {
            if (declared == long.MinValue)
            {
                Position = before;
                return Fail(RejectReason.BadLength);
            }

            declared = -declared;
            var sizeStart = Position;
            if (!TryLong(out var size))
            {
                return false;
            }

            if (!Fits(size, 1))
            {
                Position = sizeStart;
                return false;
            }

            end = Position + (int)size;
        }

        if (!Fits(declared, itemBytes))
        {
            Position = before;
            return false;
        }

        count = (int)declared;
        return true;
    }

    /// <summary>Passes over some bytes.</summary>
    public bool TrySkip(long count)
    {
        if (!Fits(count, 1))
        {
            return false;
        }

        Position += (int)count;
        return true;
    }

    /// <summary>Whether so many items can follow.</summary>
    private bool Fits(long count, int itemBytes)
    {
        if (count < 0 || count > _maxBytes / itemBytes)
        {
            return Fail(RejectReason.BadLength);
        }

        return count <= Remaining / itemBytes || Fail(RejectReason.Truncated);
    }

    private bool TryDouble(out double value)
    {
        value = 0;
        if (Remaining < sizeof(double))
        {
            return Fail(RejectReason.Truncated);
        }

        value = BinaryPrimitives.ReadDoubleLittleEndian(_bytes.Slice(Position, sizeof(double)));
        Position += sizeof(double);
        return true;
    }

    private bool TryAnyText(out Slice slice)
    {
        slice = default;
        var before = Position;
        if (!TryLong(out var length))
        {
            return false;
        }

        if (!Fits(length, 1))
        {
            Position = before;
            return false;
        }

        if (!IsText((int)length))
        {
            return Fail(RejectReason.BadUtf8);
        }

        slice = new Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    /// <summary>
    /// Whether so many bytes from here are UTF-8. Identifiers, codes and texts lie in a row with a byte or two between them, nearly all of it ASCII: looked through once for all of them, up to the first
    /// byte that is not, instead of once each.
    /// </summary>
    private bool IsText(int length)
    {
        if (Position + length > _asciiEnd)
        {
            var run = _bytes[Position..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            _asciiEnd = run < 0 ? _bytes.Length : Position + run;
        }

        return Position + length <= _asciiEnd || Utf8.IsValid(_bytes.Slice(Position, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Decode(uint raw) => (int)(raw >> 1) ^ -(int)(raw & 1);

    private bool TryLongerInt(out int value)
    {
        var before = Position;
        value = 0;
        if (!TryLong(out var wide))
        {
            return false;
        }

        value = (int)wide;
        if (value == wide)
        {
            return true;
        }

        Position = before;
        return Fail(RejectReason.BadValue);
    }

    private bool TryLongerUnion(out bool present)
    {
        present = false;
        var before = Position;
        if (!TryLong(out var branch))
        {
            return false;
        }

        present = branch == 1;
        if (branch is 0 or 1)
        {
            return true;
        }

        Position = before;
        return Fail(RejectReason.BadValue);
    }
}
