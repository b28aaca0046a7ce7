using Linkage.Kernels;

namespace Linkage.Parquet.Pages;

/// <summary>Writes DELTA_BINARY_PACKED: a first value, then blocks of 128 differences in four miniblocks, as parquet-java writes them.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC</remarks>
internal static class DeltaBinaryPacked
{
    /// <summary>Appends numbers of 32 bits.</summary>
    public static void Write(ReadOnlySpan<int> values, ByteBuffer output)
    {
        WriteHeader(values.Length, values.IsEmpty ? 0 : values[0], output);
        Span<int> deltas = stackalloc int[DeltaBlock.Size];
        Span<byte> widths = stackalloc byte[DeltaBlock.Minis];
        for (; values.Length > 1; values = values[Math.Min(values.Length, DeltaBlock.Size)..])
        {
            int count = Math.Min(values.Length - 1, DeltaBlock.Size);
            output.WriteZigZag(DeltaBlock.Compute(values[..(count + 1)], deltas, widths));
            output.Write(widths);
            for (int mini = 0; mini < widths.Length; mini++)
            {
                int bytes = widths[mini] * DeltaBlock.MiniSize / 8;
                if (bytes == 0)
                    continue;
                BitPacker.Pack(deltas.Slice(mini * DeltaBlock.MiniSize, DeltaBlock.MiniSize), widths[mini], output.Reserve(bytes + BitPacker.Slack));
                output.Advance(bytes);
            }
        }
    }

    /// <summary>Appends numbers of 64 bits.</summary>
    public static void Write(ReadOnlySpan<long> values, ByteBuffer output)
    {
        WriteHeader(values.Length, values.IsEmpty ? 0 : values[0], output);
        Span<long> deltas = stackalloc long[DeltaBlock.Size];
        Span<byte> widths = stackalloc byte[DeltaBlock.Minis];
        for (; values.Length > 1; values = values[Math.Min(values.Length, DeltaBlock.Size)..])
        {
            int count = Math.Min(values.Length - 1, DeltaBlock.Size);
            output.WriteZigZag(DeltaBlock.Compute(values[..(count + 1)], deltas, widths));
            output.Write(widths);
            for (int mini = 0; mini < widths.Length; mini++)
            {
                int bytes = widths[mini] * DeltaBlock.MiniSize / 8;
                if (bytes == 0)
                    continue;
                BitPacker.Pack(deltas.Slice(mini * DeltaBlock.MiniSize, DeltaBlock.MiniSize), widths[mini], output.Reserve(bytes + BitPacker.Slack));
                output.Advance(bytes);
            }
        }
    }

    private static void WriteHeader(int count, long first, ByteBuffer output)
    {
        output.WriteVarint(DeltaBlock.Size);
        output.WriteVarint(DeltaBlock.Minis);
        output.WriteVarint((ulong)count);
        output.WriteZigZag(first);
    }
}
