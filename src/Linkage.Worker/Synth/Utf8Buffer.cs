using System.Buffers.Text;

namespace Linkage.Worker.Synth;

/// <summary>Growing bytes that are written to again and again: text fields, CSV lines, encoded batches.</summary>
internal sealed class Utf8Buffer(int capacity)
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public Span<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Keeps the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Replaces everything.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        Length = 0;
        Add(bytes);
    }

    /// <summary>Appends bytes.</summary>
    public Utf8Buffer Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
        return this;
    }

    /// <summary>Appends one byte.</summary>
    public Utf8Buffer Add(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
        return this;
    }

    /// <summary>Appends a number in decimal.</summary>
    public Utf8Buffer Add(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        Length += written;
        return this;
    }

    /// <summary>Appends a number in decimal with at least <paramref name="width"/> digits.</summary>
    public Utf8Buffer Add(long value, int width)
    {
        Utf8Formatter.TryFormat(value, Reserve(Math.Max(20, width)), out var written, new System.Buffers.StandardFormat('D', (byte)width));
        Length += written;
        return this;
    }

    /// <summary>Appends days since 1970-01-01 as YYYY-MM-DD.</summary>
    public Utf8Buffer AddDate(int epochDay)
    {
        var date = Calendar.Date(epochDay);
        return Add(date.Year, 4).Add((byte)'-').Add(date.Month, 2).Add((byte)'-').Add(date.Day, 2);
    }

    /// <summary>Inserts bytes before position <paramref name="at"/>.</summary>
    public void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        _bytes.AsSpan(at, Length - at).CopyTo(_bytes.AsSpan(at + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(at));
        Length += bytes.Length;
    }

    /// <summary>Removes <paramref name="count"/> bytes from position <paramref name="at"/> on.</summary>
    public void Remove(int at, int count)
    {
        _bytes.AsSpan(at + count, Length - at - count).CopyTo(_bytes.AsSpan(at));
        Length -= count;
    }

    private Span<byte> Reserve(int more)
    {
        if (_bytes.Length - Length < more)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
        }

        return _bytes.AsSpan(Length);
    }
}
