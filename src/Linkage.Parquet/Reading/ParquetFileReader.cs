using Microsoft.Win32.SafeHandles;

namespace Linkage.Parquet.Reading;

/// <summary>
/// Reads the values of a Parquet file, a column of a row group at a time: any file this program writes, and files of others as far as they hold flat
/// columns of the same types, or lists of strings. In: a file. Out: typed spans, validity and string ids (<see cref="ColumnValues"/>). Memory is that
/// of the row group's columns. Not thread-safe.
/// <para>
/// A damaged file, or one with something this program does not read, is an <see cref="InvalidDataException"/> that names file, row group, column and
/// page. Checksums of pages are verified where the file has them.
/// </para>
/// </summary>
public sealed class ParquetFileReader : IDisposable
{
    /// <summary>Rows of a row group at most: as many as the writer puts into one.</summary>
    public const int MaxRowGroupRows = 1 << 24;

    private readonly SafeFileHandle _file;
    private readonly long _length;

    private ParquetFileReader(string path, SafeFileHandle file, ParquetFooter footer)
    {
        Path = path;
        Footer = footer;
        _file = file;
        _length = RandomAccess.GetLength(file);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What its footer says.</summary>
    public ParquetFooter Footer { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is not Parquet, or is damaged.</exception>
    public static ParquetFileReader Open(string path) => Open(path, ParquetFooter.Read(path));

    /// <summary>Opens a file whose footer was read before, and which has not changed since.</summary>
    public static ParquetFileReader Open(string path, ParquetFooter footer)
    {
        ArgumentNullException.ThrowIfNull(footer);
        return new ParquetFileReader(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), footer);
    }

    /// <summary>Reads one column of one row group.</summary>
    /// <param name="group">Position in the footer's row groups.</param>
    /// <param name="column">Position in the footer's columns.</param>
    /// <param name="into">Where to; what it held is gone.</param>
    /// <param name="scratch">This thread's buffers.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or has something this program does not read.</exception>
    public void Read(int group, int column, ColumnValues into, ReadScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentNullException.ThrowIfNull(scratch);
        FooterColumn schema = Footer.Columns[column];
        FooterRowGroup rows = Footer.RowGroups[group];
        try
        {
            Read(schema, rows.Rows, rows.Chunks[column], into, scratch);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{Path}', row group {group}, column '{schema.Path}': {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Read(FooterColumn column, long rows, FooterChunk chunk, ColumnValues into, ReadScratch scratch)
    {
        bool isList = column.MaxRepetition > 0;
        if (column.Type is not { } type || (isList && (type != ColumnType.String || column.MaxRepetition > 1)) || (!isList && column.MaxDefinition > 1))
            throw new InvalidDataException("a column of another type, or nested in another way, than this program reads");
        if (rows is < 0 or > MaxRowGroupRows)
            throw new InvalidDataException($"the row group has {rows} rows; at most {MaxRowGroupRows} are read at once");
        if ((!isList && chunk.Values != rows) || chunk.Values < rows || chunk.Values > int.MaxValue / 2)
            throw new InvalidDataException($"the column chunk has {chunk.Values} values, its row group {rows} rows");
        if (chunk.Offset < 0 || chunk.Bytes < 0 || chunk.Bytes > Array.MaxLength || chunk.Offset > _length - chunk.Bytes)
            throw new InvalidDataException($"the column chunk would lie at {chunk.Offset} and take {chunk.Bytes} bytes, which the file does not have");
        into.Begin(type, isList, isList ? column.ListDefinition > 1 : column.Nullable, (int)rows);
        Span<byte> bytes = scratch.Chunk((int)chunk.Bytes);
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_file, bytes[done..], chunk.Offset + done);
            if (read == 0)
                throw new InvalidDataException("the file became shorter while it was read");
            done += read;
        }

        new ChunkReader(column, chunk, into, scratch).Read(bytes);
    }
}
