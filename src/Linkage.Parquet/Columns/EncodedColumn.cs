using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>A column chunk that is encoded and waits for its turn: its pages, and what the footer will say of them. Reused.</summary>
internal sealed class EncodedColumn
{
    /// <summary>The pages.</summary>
    public ChunkBytes Bytes { get; } = new();

    /// <summary>The chunk and its pages, as if they began a file.</summary>
    public FileFooter Footer { get; } = new();

    /// <summary>Whether rows ascend bytewise.</summary>
    public bool IsSorted { get; set; }

    /// <summary>Whether it is complete.</summary>
    public bool IsDone { get; set; }

    /// <summary>Forgets the chunk.</summary>
    public void Clear()
    {
        Bytes.Clear();
        Footer.Clear();
        IsSorted = false;
        IsDone = false;
    }
}
