using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Linkage.Parquet;

/// <summary>
/// What the footer of a Parquet file says: rows, columns, and where and what the column chunks are. Read from the end of a file, without touching
/// the data. For files of any writer; meant for checking, not for querying.
/// </summary>
/// <param name="Rows">Rows in the file.</param>
/// <param name="CreatedBy">The writer, if it said.</param>
/// <param name="Columns">Leaf columns in file order.</param>
/// <param name="RowGroups">Row groups in file order.</param>
/// <param name="Metadata">Key-value metadata.</param>
public sealed record ParquetFooter(
    long Rows, string? CreatedBy, ImmutableArray<FooterColumn> Columns, ImmutableArray<FooterRowGroup> RowGroups, ImmutableArray<KeyValuePair<string, string?>> Metadata)
{
    /// <summary>Bytes at the end of a file after the footer proper: its length and the magic number.</summary>
    public const int TailBytes = 8;

    /// <summary>Reads the footer of a file.</summary>
    /// <exception cref="InvalidDataException">The file is not Parquet, or is damaged.</exception>
    public static ParquetFooter Read(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var tail = new byte[TailBytes];
        if (length < TailBytes + 4 || RandomAccess.Read(file, tail, length - TailBytes) != TailBytes)
            throw new InvalidDataException($"'{path}' is too short to be a Parquet file.");
        var size = LengthFromTail(tail, length, path);
        var bytes = new byte[size];
        for (var done = 0; done < size;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), length - TailBytes - size + done);
            if (read == 0)
                throw new InvalidDataException($"'{path}' became shorter while it was read.");
            done += read;
        }
        return Parse(bytes, path);
    }

    /// <summary>Length of the footer proper, from the last eight bytes of a file.</summary>
    /// <exception cref="InvalidDataException">These bytes do not end a Parquet file of that length.</exception>
    public static int LengthFromTail(ReadOnlySpan<byte> tail, long fileLength, string path)
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || size > fileLength - TailBytes - 4)
            throw new InvalidDataException($"'{path}' does not end as a Parquet file does: it is of another kind, or was cut off.");
        return (int)size;
    }

    /// <summary>Reads the footer proper (Thrift's FileMetaData).</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static ParquetFooter Parse(ReadOnlySpan<byte> footer, string path)
    {
        try { return FooterParser.Parse(footer); }
        catch (InvalidDataException e) { throw new InvalidDataException($"The footer of '{path}' is damaged: {e.Message}", e); }
    }
}

/// <summary>A leaf column as the footer describes it.</summary>
/// <param name="Path">Names from the top, joined by '.'.</param>
/// <param name="PhysicalType">parquet.thrift's Type: 0 BOOLEAN, 1 INT32, 2 INT64, 3 INT96, 4 FLOAT, 5 DOUBLE, 6 BYTE_ARRAY, 7 FIXED_LEN_BYTE_ARRAY.</param>
/// <param name="Type">The column type, when it is one this program writes.</param>
/// <param name="FieldId">Field id, if it has one.</param>
/// <param name="MaxDefinition">Definition level of a value that is there.</param>
/// <param name="MaxRepetition">Repetition levels above 0.</param>
public sealed record FooterColumn(string Path, int PhysicalType, ColumnType? Type, int? FieldId, int MaxDefinition, int MaxRepetition)
{
    /// <summary>Whether a row may be null.</summary>
    public bool Nullable => RowType == ColumnType.StringList ? ListDefinition > 1 : MaxDefinition > 0;

    /// <summary>Name of the table's column: of a list of three levels without the inner names, else the path.</summary>
    public string Name => RowType == ColumnType.StringList ? Path[..^Format.ListNames.Suffix.Length] : Path;

    /// <summary>Type of a row, when it is one this program writes: for a list of strings <see cref="ColumnType.StringList"/>, else <see cref="Type"/>.</summary>
    public ColumnType? RowType => MaxRepetition == 0 ? Type
        : MaxRepetition == 1 && Type == ColumnType.String && MaxDefinition == ListDefinition && ListDefinition <= 2 && Path.EndsWith(Format.ListNames.Suffix, StringComparison.Ordinal) ? ColumnType.StringList : null;

    /// <summary>Columns with repetition: the definition level from which there is an element; 1 when the list itself cannot be null.</summary>
    public int ListDefinition { get; init; }
}

/// <summary>A row group.</summary>
/// <param name="Rows">Rows in it.</param>
/// <param name="Chunks">One for each leaf column, in the order of <see cref="ParquetFooter.Columns"/>.</param>
public sealed record FooterRowGroup(long Rows, ImmutableArray<FooterChunk> Chunks);

/// <summary>One column of one row group.</summary>
/// <param name="Codec">parquet.thrift's CompressionCodec: 0 none, 6 zstd, …</param>
/// <param name="Values">Values, nulls included.</param>
/// <param name="Offset">Where its first page begins in the file.</param>
/// <param name="Bytes">Length in the file, page headers included.</param>
/// <param name="NullCount">Nulls, if stated.</param>
/// <param name="Min">Smallest value in PLAIN form (without length), if stated.</param>
/// <param name="Max">Largest value, likewise.</param>
/// <param name="MinIsExact">Whether <paramref name="Min"/> occurs, rather than being a bound; true when not stated.</param>
/// <param name="MaxIsExact">Likewise for <paramref name="Max"/>.</param>
public sealed record FooterChunk(int Codec, long Values, long Offset, long Bytes, long? NullCount, byte[]? Min, byte[]? Max, bool MinIsExact, bool MaxIsExact)
{
    /// <summary>Length of its pages before compression, headers included; never less than that of its largest page.</summary>
    public long UncompressedBytes { get; init; }
}
