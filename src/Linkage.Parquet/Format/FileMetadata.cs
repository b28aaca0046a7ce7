using System.Collections.Immutable;
using System.Reflection;

namespace Linkage.Parquet.Format;

/// <summary>Writes the footer's FileMetaData: schema, row groups with their column chunks, key-value metadata.</summary>
internal static class FileMetadata
{
    /// <summary>What parquet.thrift asks of writers, whatever a file uses: there never was agreement on what 2 means.</summary>
    private const int FormatVersion = 1;

    /// <summary>In the form parquet-java and others parse: "name version x.y.z (build n)".</summary>
    public static string CreatedBy { get; } = DescribeWriter();

    public static void Write(ByteBuffer output, TableSchema table, FileFooter footer, long rows, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        ThriftWriter thrift = new(output);
        thrift.I32(1, FormatVersion);
        WriteSchema(thrift, table);
        thrift.I64(3, rows);
        WriteRowGroups(thrift, table.Columns, footer);
        if (metadata.Count > 0)
        {
            thrift.BeginList(5, ThriftType.Struct, metadata.Count);
            for (int i = 0; i < metadata.Count; i++)
            {
                thrift.BeginElement();
                thrift.String(1, metadata[i].Key);
                thrift.String(2, metadata[i].Value);
                thrift.EndStruct();
            }
        }

        thrift.String(6, CreatedBy);
        // Column orders say that minima and maxima follow each type's own order; without them readers ignore those of strings.
        thrift.BeginList(7, ThriftType.Struct, table.Columns.Length);
        foreach (ColumnSchema _ in table.Columns)
        {
            thrift.BeginElement();
            thrift.EmptyStruct(1);
            thrift.EndStruct();
        }

        thrift.EndStruct();
    }

    private static void WriteSchema(ThriftWriter thrift, TableSchema table)
    {
        int lists = table.Columns.Count(column => column.Type == ColumnType.StringList);
        thrift.BeginList(2, ThriftType.Struct, table.Columns.Length + 1 + (2 * lists));
        thrift.BeginElement();
        thrift.String(4, table.Name);
        thrift.I32(5, table.Columns.Length);
        thrift.EndStruct();
        foreach (ColumnSchema column in table.Columns)
        {
            if (column.Type == ColumnType.StringList)
            {
                WriteList(thrift, column);
                continue;
            }

            thrift.BeginElement();
            thrift.I32(1, (int)PhysicalTypes.Of(column.Type));
            thrift.I32(3, column.Nullable ? 1 : 0);
            thrift.String(4, column.Name);
            WriteAnnotation(thrift, column);
            thrift.EndStruct();
        }
    }

    /// <summary>The three levels that the format prescribes: the list, its repetition, its element.</summary>
    /// <remarks>https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists</remarks>
    private static void WriteList(ThriftWriter thrift, ColumnSchema column)
    {
        thrift.BeginElement();
        thrift.I32(3, column.Nullable ? 1 : 0);
        thrift.String(4, column.Name);
        thrift.I32(5, 1);
        thrift.I32(6, (int)ConvertedType.List);
        thrift.I32(9, column.FieldId);
        thrift.BeginStruct(10);
        thrift.EmptyStruct(3);
        thrift.EndStruct();
        thrift.EndStruct();

        thrift.BeginElement();
        thrift.I32(3, 2);
        thrift.String(4, ListNames.Repeated);
        thrift.I32(5, 1);
        thrift.EndStruct();

        thrift.BeginElement();
        thrift.I32(1, (int)PhysicalType.ByteArray);
        thrift.I32(3, 0);
        thrift.String(4, ListNames.Element);
        thrift.I32(6, (int)ConvertedType.Utf8);
        thrift.BeginStruct(10);
        thrift.EmptyStruct(1);
        thrift.EndStruct();
        thrift.EndStruct();
    }

    private static void WriteAnnotation(ThriftWriter thrift, ColumnSchema column)
    {
        ConvertedType? converted = column.Type switch
        {
            ColumnType.String => ConvertedType.Utf8,
            ColumnType.Date => ConvertedType.Date,
            ColumnType.TimestampMicros => ConvertedType.TimestampMicros,
            _ => null,
        };
        if (converted is { } known)
            thrift.I32(6, (int)known);
        thrift.I32(9, column.FieldId);
        if (converted is null)
            return;
        thrift.BeginStruct(10);
        switch (converted)
        {
            case ConvertedType.Utf8:
                thrift.EmptyStruct(1);
                break;
            case ConvertedType.Date:
                thrift.EmptyStruct(6);
                break;
            case ConvertedType.TimestampMicros:
                thrift.BeginStruct(8);
                thrift.Bool(1, true);
                thrift.BeginStruct(2);
                thrift.EmptyStruct(2);
                thrift.EndStruct();
                thrift.EndStruct();
                break;
        }

        thrift.EndStruct();
    }

    private static void WriteRowGroups(ThriftWriter thrift, ImmutableArray<ColumnSchema> columns, FileFooter footer)
    {
        thrift.BeginList(4, ThriftType.Struct, footer.Groups);
        for (int g = 0; g < footer.Groups; g++)
        {
            ref readonly RowGroup group = ref footer.Group(g);
            thrift.BeginElement();
            thrift.BeginList(1, ThriftType.Struct, columns.Length);
            for (int c = 0; c < columns.Length; c++)
                WriteChunk(thrift, columns[c], in footer.Chunk((g * columns.Length) + c), footer.BoundBytes);

            thrift.I64(2, group.UncompressedBytes);
            thrift.I64(3, group.Rows);
            if (group.SortedColumns > 0)
            {
                thrift.BeginList(4, ThriftType.Struct, group.SortedColumns);
                for (int c = 0; c < group.SortedColumns; c++)
                {
                    thrift.BeginElement();
                    thrift.I32(1, c);
                    thrift.Bool(2, false);
                    thrift.Bool(3, true);
                    thrift.EndStruct();
                }
            }

            thrift.I64(5, group.FileOffset);
            thrift.I64(6, group.CompressedBytes);
            thrift.I16(7, (short)g);
            thrift.EndStruct();
        }
    }

    private static void WriteChunk(ThriftWriter thrift, ColumnSchema column, in ColumnChunk chunk, ByteBuffer boundBytes)
    {
        bool dictionary = chunk.DictionaryOffset >= 0;
        thrift.BeginElement();
        // file_offset is deprecated; 0 says that no copy of the metadata lies beside the chunk.
        thrift.I64(2, 0);
        thrift.BeginStruct(3);
        thrift.I32(1, (int)PhysicalTypes.Of(column.Type));
        bool plain = dictionary || chunk.PlainPages > 0;
        bool other = chunk.Encoding != PageEncoding.Plain;
        thrift.BeginList(2, ThriftType.I32, 1 + (plain ? 1 : 0) + (other ? 1 : 0));
        if (plain)
            thrift.Element((int)PageEncoding.Plain);
        thrift.Element((int)PageEncoding.Rle);
        if (other)
            thrift.Element((int)chunk.Encoding);
        bool list = column.Type == ColumnType.StringList;
        thrift.BeginList(3, ThriftType.Binary, list ? 3 : 1);
        thrift.Element(column.Name);
        if (list)
        {
            thrift.Element(ListNames.Repeated);
            thrift.Element(ListNames.Element);
        }

        thrift.I32(4, (int)chunk.Codec);
        thrift.I64(5, chunk.Levels);
        thrift.I64(6, chunk.UncompressedBytes);
        thrift.I64(7, chunk.CompressedBytes);
        thrift.I64(9, chunk.DataOffset);
        if (dictionary)
            thrift.I64(11, chunk.DictionaryOffset);
        StatisticsFormat.Write(thrift, 12, column.Type, in chunk, boundBytes);
        // With these a reader knows that every data page is dictionary-encoded, and may filter by the dictionary alone.
        thrift.BeginList(13, ThriftType.Struct, (dictionary ? 1 : 0) + (chunk.PlainPages > 0 ? 1 : 0) + (other ? 1 : 0));
        if (dictionary)
            WriteEncodingCount(thrift, PageType.Dictionary, PageEncoding.Plain, 1);
        if (chunk.PlainPages > 0)
            WriteEncodingCount(thrift, chunk.DataPageType, PageEncoding.Plain, chunk.PlainPages);
        if (other)
            WriteEncodingCount(thrift, chunk.DataPageType, chunk.Encoding, chunk.DataPages - chunk.PlainPages);
        WriteRange(thrift, 14, chunk.Bloom);
        thrift.EndStruct();
        WriteRange(thrift, 4, chunk.OffsetIndex);
        WriteRange(thrift, 6, chunk.ColumnIndex);
        thrift.EndStruct();
    }

    private static void WriteRange(ThriftWriter thrift, short field, FileRange range)
    {
        if (range.Length == 0)
            return;
        thrift.I64(field, range.Offset);
        thrift.I32((short)(field + 1), range.Length);
    }

    private static void WriteEncodingCount(ThriftWriter thrift, PageType page, PageEncoding encoding, int count)
    {
        thrift.BeginElement();
        thrift.I32(1, (int)page);
        thrift.I32(2, (int)encoding);
        thrift.I32(3, count);
        thrift.EndStruct();
    }

    private static string DescribeWriter()
    {
        Assembly assembly = typeof(FileMetadata).Assembly;
        string version = assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        string? full = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        int plus = full?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        return $"linkage version {version} (build {(plus >= 0 ? full![(plus + 1)..] : "0")})";
    }
}
