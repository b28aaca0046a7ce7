namespace Linkage.Parquet.Pages;

/// <summary>How many bits numbers take.</summary>
internal static class BitPacking
{
    /// <summary>Bits needed for every number from 0 to <paramref name="max"/>; at least 1, because not every reader takes 0.</summary>
    public static int Width(int max) => Math.Max(1, 32 - int.LeadingZeroCount(max));
}
