using Linkage.Kernels;

namespace Linkage.Parquet.Pages;

/// <summary>
/// Parquet's hybrid of run lengths and bit packing: dictionary indices and definition levels. Repeats become runs; the rest is
/// packed in groups of eight.
/// </summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE</remarks>
internal static class HybridEncoding
{
    /// <summary>Groups of eight equal levels that are worth a run: no more bytes than they and the header of what is packed behind would take.</summary>
    private const int RunGroups = 4;

    /// <summary>Appends numbers of <paramref name="width"/> bits.</summary>
    public static void Write(ReadOnlySpan<int> values, int width, ByteBuffer output)
    {
        // Shorter runs cost more, with the headers of the packed runs they part, than they save.
        int worthwhile = width switch { 1 => 24, 2 => 16, _ => 8 };
        int start = 0;
        int at = 0;
        while (at + 8 <= values.Length)
        {
            int run = RunLength(values[at..]);
            if (run < worthwhile)
            {
                at += 8;
                continue;
            }

            WritePacked(values[start..at], width, output);
            WriteRun(values[at], run, width, output);
            at += run;
            start = at;
        }

        // What is left has no worthwhile run unless the page ends in a short one of a single number.
        ReadOnlySpan<int> rest = values[start..];
        if (rest.Length > 0 && !rest.ContainsAnyExcept(rest[0]))
            WriteRun(rest[0], rest.Length, width, output);
        else
            WritePacked(rest, width, output);
    }

    /// <summary>Appends definition levels: 1 where there is a value, 0 where there is none.</summary>
    public static void WriteLevels(ReadOnlySpan<bool> valid, ByteBuffer output)
    {
        int groups = (valid.Length + 7) / 8, partial = valid.Length % 8, most = MaxLevelBytes(valid.Length);
        // The bits lie at the end of the room: what is written in front of them stays behind what is read.
        Span<byte> room = output.Reserve(most)[..most];
        Span<byte> bits = room[(most - groups)..];
        Presence.Pack(valid, bits);
        // The last group counts as one of ones when its rows are.
        byte ones = (byte)(partial == 0 ? 0xFF : (1 << partial) - 1);
        if (groups > 0 && bits[^1] == ones)
            bits[^1] = 0xFF;
        int at = 0, packed = 0, written = 0;
        while (at < groups)
        {
            byte group = bits[at];
            if (group is not (0 or 0xFF))
            {
                int next = bits[at..].IndexOfAny((byte)0, (byte)0xFF);
                at = next < 0 ? groups : at + next;
                continue;
            }

            int run = bits[at..].IndexOfAnyExcept(group);
            run = run < 0 ? groups - at : run;
            if (run >= RunGroups || run == groups)
            {
                written += CopyLevels(bits[packed..at], 0xFF, room[written..]);
                written += WriteVarint((uint)Math.Min(run * 8, valid.Length - (at * 8)) << 1, room[written..]);
                room[written++] = (byte)(group & 1);
                packed = at + run;
            }

            at += run;
        }

        written += CopyLevels(bits[packed..], ones, room[written..]);
        output.Advance(written);
    }

    /// <summary>Appends one level for all rows.</summary>
    public static void WriteLevels(bool valid, int rows, ByteBuffer output) => WriteRun(valid ? 1 : 0, rows, 1, output);

    /// <summary>Upper bound of the bytes <see cref="WriteLevels(ReadOnlySpan{bool}, ByteBuffer)"/> appends.</summary>
    public static int MaxLevelBytes(int rows) => (rows / 8) + (rows / (1 << 16)) + 16;

    private static int RunLength(ReadOnlySpan<int> values)
    {
        int value = values[0];
        if (values[1] != value || values[7] != value)
            return 1;
        int run = values.IndexOfAnyExcept(value);
        return run < 0 ? values.Length : run;
    }

    private static void WriteRun(int value, int run, int width, ByteBuffer output)
    {
        output.WriteVarint((ulong)run << 1);
        for (int bits = 0; bits < width; bits += 8)
            output.WriteByte((byte)(value >> bits));
    }

    private static void WritePacked(ReadOnlySpan<int> values, int width, ByteBuffer output)
    {
        if (values.Length == 0)
            return;
        int groups = (values.Length + 7) / 8;
        output.WriteVarint(((ulong)groups << 1) | 1);
        BitPacker.Pack(values, width, output.Reserve((groups * width) + BitPacker.Slack));
        output.Advance(groups * width);
    }

    /// <summary>Writes groups of levels that are packed already.</summary>
    /// <param name="bits">The groups.</param>
    /// <param name="last">Which bits of the last one count.</param>
    /// <param name="room">Where to; may reach over <paramref name="bits"/>.</param>
    /// <returns>Bytes written.</returns>
    private static int CopyLevels(Span<byte> bits, byte last, Span<byte> room)
    {
        if (bits.IsEmpty)
            return 0;
        bits[^1] &= last;
        // The header may overwrite nothing that is still to be copied: there is always room for it before the bits.
        int header = WriteVarint(((uint)bits.Length << 1) | 1, room);
        bits.CopyTo(room[header..]);
        return header + bits.Length;
    }

    private static int WriteVarint(uint value, Span<byte> room)
    {
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            room[length++] = (byte)(value | 0x80);
        room[length++] = (byte)value;
        return length;
    }
}
