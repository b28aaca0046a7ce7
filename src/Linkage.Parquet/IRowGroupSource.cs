namespace Linkage.Parquet;

/// <summary>The columns of one row group, each written when it is asked for: in any order, and on several threads at once where <see cref="ParquetOptions.EncodeThreads"/> says so.</summary>
public interface IRowGroupSource
{
    /// <summary>Writes one column.</summary>
    /// <param name="column">Its position in the schema.</param>
    /// <param name="sink">Takes it, in one call.</param>
    /// <param name="worker">Which thread asks, from 0 to <see cref="ParquetOptions.EncodeThreads"/> − 1: memory of a source may go by it.</param>
    void WriteColumn(int column, ColumnSink sink, int worker);
}
