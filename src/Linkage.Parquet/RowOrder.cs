namespace Linkage.Parquet;

/// <summary>
/// A row's place in a file's order as one sortable word: sort key (32 bits), lane (6 bits), row in the lane's buffer (26 bits).
/// </summary>
public static class RowOrder
{
    /// <summary>Lanes that can be written together.</summary>
    public const int MaxLanes = 64;

    /// <summary>Rows one lane's buffer can hold.</summary>
    public const int MaxRows = 1 << 26;

    /// <summary>Makes the word. Sorting words sorts by key, then lane, then arrival.</summary>
    public static ulong Make(uint key, int lane, int row) => ((ulong)key << 32) | ((ulong)(uint)lane << 26) | (uint)row;

    internal static int Lane(ulong word) => (int)(word >> 26) & (MaxLanes - 1);

    internal static int Row(ulong word) => (int)word & (MaxRows - 1);
}
