namespace Linkage.Parquet;

/// <summary>
/// The columns of a table's rows for one partition value in one lane, in the order of the data file's schema.
/// </summary>
/// <param name="columns">Builders, one a column of the data file.</param>
/// <param name="sortKey">The column whose ids give the row order (ids in bytewise order of their values), or null to keep arrival order.</param>
public class RowBuffer(ColumnBuilder[] columns, IdBuilder? sortKey)
{
    /// <summary>Builders in schema order.</summary>
    public IReadOnlyList<ColumnBuilder> Columns => columns;

    /// <summary>The column rows are sorted by.</summary>
    public IdBuilder? SortKey { get; } = sortKey;

    /// <summary>Rows in the buffer.</summary>
    public int Count => columns[0].Count;

    /// <summary>Bytes of memory held.</summary>
    public long AllocatedBytes
    {
        get
        {
            long bytes = 0;
            foreach (var column in columns)
            {
                bytes += column.AllocatedBytes;
            }

            return bytes;
        }
    }

    /// <summary>Forgets the rows and gives their memory back to the pool that all buffers share.</summary>
    public void Clear()
    {
        foreach (var column in columns)
        {
            column.Clear();
        }
    }
}
