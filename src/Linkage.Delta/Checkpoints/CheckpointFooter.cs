using Linkage.Parquet;
using Linkage.Parquet.Format;

namespace Linkage.Delta.Checkpoints;

/// <summary>The Thrift structures of a checkpoint: parquet.thrift's PageHeader and FileMetaData.</summary>
internal static class CheckpointFooter
{
    public static byte[] PageHeader(int bytes, int levels)
    {
        var output = new ByteBuffer();
        var thrift = new ThriftWriter(output);
        thrift.I32(1, (int)PageType.Data);
        thrift.I32(2, bytes);
        thrift.I32(3, bytes);
        thrift.BeginStruct(5);
        thrift.I32(1, levels);
        thrift.I32(2, (int)PageEncoding.Plain);
        thrift.I32(3, (int)PageEncoding.Rle);
        thrift.I32(4, (int)PageEncoding.Rle);
        thrift.EndStruct();
        thrift.EndStruct();
        return output.Written.ToArray();
    }

    public static byte[] Write(CheckpointColumn[] columns, List<(int Rows, List<CheckpointWriter.Chunk> Chunks)> groups, long rows)
    {
        var output = new ByteBuffer();
        var thrift = new ThriftWriter(output);
        thrift.I32(1, 1);
        thrift.BeginList(2, ThriftType.Struct, 1 + CheckpointSchema.Actions.Sum(Count));
        thrift.BeginElement();
        thrift.String(4, "checkpoint");
        thrift.I32(5, CheckpointSchema.Actions.Length);
        thrift.EndStruct();
        foreach (var action in CheckpointSchema.Actions)
            WriteField(thrift, action);
        thrift.I64(3, rows);
        thrift.BeginList(4, ThriftType.Struct, groups.Count);
        foreach (var (groupRows, chunks) in groups)
        {
            thrift.BeginElement();
            thrift.BeginList(1, ThriftType.Struct, columns.Length);
            for (var i = 0; i < columns.Length; i++)
                WriteChunk(thrift, columns[i], chunks[i]);
            thrift.I64(2, chunks.Sum(c => c.Bytes));
            thrift.I64(3, groupRows);
            thrift.EndStruct();
        }
        thrift.String(6, CheckpointWriter.CreatedBy);
        thrift.EndStruct();
        return output.Written.ToArray();
    }

    private static int Count(CheckpointField field) => 1 + field.Children.Sum(Count);

    private static void WriteField(ThriftWriter thrift, CheckpointField field)
    {
        thrift.BeginElement();
        if (field.Type is { } type)
            thrift.I32(1, (int)type);
        thrift.I32(3, (int)field.Repetition);
        thrift.String(4, field.Name);
        if (field.Children.Length > 0)
            thrift.I32(5, field.Children.Length);
        // ConvertedType UTF8 0, MAP 1, LIST 3; LogicalType STRING 1, MAP 2, LIST 3.
        (int Converted, short Logical)? annotation = field.Annotation switch
        {
            Annotation.Utf8 => (0, 1),
            Annotation.Map => (1, 2),
            Annotation.List => (3, 3),
            _ => null,
        };
        if (annotation is { } known)
        {
            thrift.I32(6, known.Converted);
            thrift.BeginStruct(10);
            thrift.EmptyStruct(known.Logical);
            thrift.EndStruct();
        }
        thrift.EndStruct();
        foreach (var child in field.Children)
            WriteField(thrift, child);
    }

    private static void WriteChunk(ThriftWriter thrift, CheckpointColumn column, CheckpointWriter.Chunk chunk)
    {
        var names = column.Path.Split('.');
        thrift.BeginElement();
        thrift.I64(2, 0);
        thrift.BeginStruct(3);
        thrift.I32(1, (int)column.Type);
        thrift.BeginList(2, ThriftType.I32, 2);
        thrift.Element((int)PageEncoding.Plain);
        thrift.Element((int)PageEncoding.Rle);
        thrift.BeginList(3, ThriftType.Binary, names.Length);
        foreach (var name in names)
            thrift.Element(name);
        thrift.I32(4, (int)CompressionCodec.Uncompressed);
        thrift.I64(5, chunk.Levels);
        thrift.I64(6, chunk.Bytes);
        thrift.I64(7, chunk.Bytes);
        thrift.I64(9, chunk.Offset);
        thrift.BeginStruct(12);
        thrift.I64(3, chunk.Nulls);
        thrift.EndStruct();
        thrift.EndStruct();
        thrift.EndStruct();
    }
}
