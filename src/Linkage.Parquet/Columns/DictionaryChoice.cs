using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Whether a chunk can be better off with a dictionary than PLAIN, before any codec.</summary>
internal static class DictionaryChoice
{
    /// <summary>Distinct values after which a look back tells whether values repeat at all.</summary>
    public const int Probe = 4096;

    /// <summary>Bytes a dictionary page adds besides its values: header, checksum, frame.</summary>
    private const int PageOverhead = 40;

    /// <summary>Whether the first <see cref="Probe"/> distinct values came from so few that the rest is not worth looking up.</summary>
    public static bool IsHopeless(int distinct, int seen) => distinct == Probe && seen < Probe + (Probe / 16);

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
