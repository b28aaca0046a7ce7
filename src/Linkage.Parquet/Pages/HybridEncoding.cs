namespace Linkage.Parquet.Pages;

/// <summary>
/// Parquet's hybrid of run lengths and bit packing: dictionary indices and definition levels. Repeats become runs; the rest is
/// packed in groups of eight.
/// </summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE</remarks>
internal static class HybridEncoding
{
    /// <summary>Groups of eight in a packed run of levels: as many as fit a header of one byte.</summary>
    private const int LevelGroups = 63;

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
        int at = 0;
        while (at < valid.Length)
        {
            int run = valid[at..].IndexOf(!valid[at]);
            run = run < 0 ? valid.Length - at : run;
            if (run >= 24 || at + run == valid.Length)
            {
                WriteRun(valid[at] ? 1 : 0, run, 1, output);
                at += run;
                continue;
            }

            at = WritePackedLevels(valid, at, output);
        }
    }

    /// <summary>Appends one level for all rows.</summary>
    public static void WriteLevels(bool valid, int rows, ByteBuffer output) => WriteRun(valid ? 1 : 0, rows, 1, output);

    /// <summary>Upper bound of the bytes <see cref="WriteLevels(ReadOnlySpan{bool}, ByteBuffer)"/> appends.</summary>
    public static int MaxLevelBytes(int rows) => (rows / 8) + (rows / 256) + 16;

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
        BitPacking.Pack(values, width, output.Reserve((groups * width) + BitPacking.Slack));
        output.Advance(groups * width);
    }

    /// <summary>Packs groups of eight levels until the next worthwhile run; returns where it stopped.</summary>
    private static int WritePackedLevels(ReadOnlySpan<bool> valid, int at, ByteBuffer output)
    {
        Span<byte> room = output.Reserve(LevelGroups + 1);
        int groups = 0;
        while (groups < LevelGroups && at < valid.Length)
        {
            ReadOnlySpan<bool> left = valid[at..];
            byte packed = left.Length >= 8 ? PackLevels(left) : PackLastLevels(left);
            // Three equal groups in a row are a run worth ending for; the first group is never part of one.
            if (groups > 0 && packed is 0 or 0xFF && left.Length >= 24 && !left[..24].Contains(packed == 0))
                break;
            room[++groups] = packed;
            at += Math.Min(8, left.Length);
        }

        room[0] = (byte)((groups << 1) | 1);
        output.Advance(groups + 1);
        return at;
    }

    private static byte PackLevels(ReadOnlySpan<bool> v) =>
        (byte)((v[7] ? 128 : 0) | (v[6] ? 64 : 0) | (v[5] ? 32 : 0) | (v[4] ? 16 : 0) | (v[3] ? 8 : 0) | (v[2] ? 4 : 0) | (v[1] ? 2 : 0) | (v[0] ? 1 : 0));

    private static byte PackLastLevels(ReadOnlySpan<bool> v)
    {
        int packed = 0;
        for (int i = 0; i < v.Length; i++)
            packed |= v[i] ? 1 << i : 0;
        return (byte)packed;
    }
}
