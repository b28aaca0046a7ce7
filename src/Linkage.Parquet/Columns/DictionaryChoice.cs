using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Decides by size whether a chunk is better off with a dictionary than PLAIN.</summary>
internal static class DictionaryChoice
{
    /// <summary>Distinct values after which a look back tells whether values repeat at all.</summary>
    public const int Probe = 4096;

    /// <summary>Bytes zstd spends on repeating what it has just seen: measured on sorted columns, 2.5 to 3.5.</summary>
    private const int BackReferenceBytes = 3;

    /// <summary>Bytes a dictionary page adds besides its values: header, checksum, frame.</summary>
    private const int PageOverhead = 40;

    /// <summary>Whether the first <see cref="Probe"/> distinct values came from so few that the rest is not worth looking up.</summary>
    public static bool IsHopeless(int distinct, int seen) => distinct == Probe && seen < Probe + (Probe / 16);

    /// <summary>
    /// Whether a codec makes more of ascending ids than a dictionary does: it folds the repeats of a run of equal values into
    /// one back-reference, where a dictionary pays for an index a row, and rising indices hardly compress.
    /// </summary>
    /// <param name="ids">Ids that never decrease.</param>
    public static bool IsLeftToCodec(ReadOnlySpan<int> ids)
    {
        int runs = 0, repeated = 0, packed = 0, longRuns = 0;
        for (int start = 0, end; start < ids.Length; start = end)
        {
            end = start + 1;
            while (end < ids.Length && ids[end] == ids[start])
                end++;
            int run = end - start;
            runs++;
            repeated += run > 1 ? 1 : 0;
            bool isLong = run >= 8;
            longRuns += isLong ? 1 : 0;
            packed += isLong ? 0 : run;
        }

        int width = BitPacking.Width(runs);
        long indexBytes = ((long)packed * width / 8) + ((long)longRuns * (1 + ((width + 7) / 8)));
        return indexBytes > (long)BackReferenceBytes * repeated;
    }

    /// <summary>Whether dictionary and indices are smaller than the values themselves.</summary>
    /// <param name="distinct">Values in the dictionary.</param>
    /// <param name="dictionaryBytes">Their PLAIN size.</param>
    /// <param name="present">Rows with a value.</param>
    /// <param name="plainBytes">PLAIN size of all rows.</param>
    public static bool Pays(int distinct, long dictionaryBytes, int present, long plainBytes)
    {
        long indexBytes = distinct == 1 ? 8 : (long)present * BitPacking.Width(distinct - 1) / 8;
        return dictionaryBytes + indexBytes + PageOverhead < plainBytes;
    }
}
