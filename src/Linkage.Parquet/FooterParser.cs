using System.Collections.Immutable;

namespace Linkage.Parquet;

/// <summary>Reads parquet.thrift's FileMetaData: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift</summary>
internal static class FooterParser
{
    private const int MaxSchemaDepth = 64;

    private enum Repetition
    {
        Required,
        Optional,
        Repeated,
    }

    public static ParquetFooter Parse(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftReader(footer);
        long? rows = null;
        string? createdBy = null;
        var elements = new List<Element>();
        var groups = ImmutableArray.CreateBuilder<FooterRowGroup>();
        var metadata = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>();
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (2, 9):
                    for (var left = reader.List(out _); left > 0; left--)
                        elements.Add(ReadElement(ref reader));
                    break;
                case (3, 6):
                    rows = reader.ZigZag();
                    break;
                case (4, 9):
                    for (var left = reader.List(out _); left > 0; left--)
                        groups.Add(ReadRowGroup(ref reader));
                    break;
                case (5, 9):
                    for (var left = reader.List(out _); left > 0; left--)
                        metadata.Add(ReadKeyValue(ref reader));
                    break;
                case (6, 8):
                    createdBy = reader.Text();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        var columns = ImmutableArray.CreateBuilder<FooterColumn>();
        var at = 1;
        for (var left = elements.Count > 0 ? elements[0].Children : throw new InvalidDataException("There is no schema."); left > 0; left--)
            AddColumns(elements, ref at, "", null, default, 0, columns);
        foreach (var group in groups)
        {
            if (group.Chunks.Length != columns.Count)
                throw new InvalidDataException($"A row group has {group.Chunks.Length} columns, the schema {columns.Count}.");
        }
        return new ParquetFooter(rows ?? throw new InvalidDataException("The number of rows is missing."), createdBy, columns.ToImmutable(), groups.ToImmutable(), metadata.ToImmutable());
    }

    private static void AddColumns(List<Element> elements, ref int at, string path, int? fieldId, Levels levels, int depth, ImmutableArray<FooterColumn>.Builder columns)
    {
        if (at >= elements.Count || depth > MaxSchemaDepth)
            throw new InvalidDataException("The schema is not a tree.");
        var element = elements[at++];
        path = path.Length == 0 ? element.Name : $"{path}.{element.Name}";
        levels = levels.Below(element.Repetition);
        // A list has its id at the top.
        fieldId = element.FieldId ?? fieldId;
        if (element.PhysicalType is { } physical)
            columns.Add(new FooterColumn(path, physical, TypeOf(physical, element.ConvertedType), fieldId, levels.Definition, levels.Repetition) { ListDefinition = levels.List });
        for (var left = element.Children; left > 0; left--)
            AddColumns(elements, ref at, path, fieldId, levels, depth + 1, columns);
    }

    private static ColumnType? TypeOf(int physical, int? converted) => (physical, converted) switch
    {
        (0, null) => ColumnType.Boolean,
        // 17 and 18 are INT_32 and INT_64, which say no more than the physical type.
        (1, null or 17) => ColumnType.Int32,
        (1, 6) => ColumnType.Date,
        (2, null or 18) => ColumnType.Int64,
        (2, 10) => ColumnType.TimestampMicros,
        (5, null) => ColumnType.Double,
        (6, 0) => ColumnType.String,
        _ => null,
    };

    private static Element ReadElement(ref ThriftReader reader)
    {
        var element = new Element("", null, null, null, Repetition.Required, 0);
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (1, 5):
                    element = element with { PhysicalType = reader.Int32() };
                    break;
                case (3, 5):
                    element = element with { Repetition = (Repetition)reader.Int32() };
                    break;
                case (4, 8):
                    element = element with { Name = reader.Text() };
                    break;
                case (5, 5):
                    element = element with { Children = reader.Int32() };
                    break;
                case (6, 5):
                    element = element with { ConvertedType = reader.Int32() };
                    break;
                case (9, 5):
                    element = element with { FieldId = reader.Int32() };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return element;
    }

    private static FooterRowGroup ReadRowGroup(ref ThriftReader reader)
    {
        long rows = 0;
        var chunks = ImmutableArray.CreateBuilder<FooterChunk>();
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (1, 9):
                    for (var left = reader.List(out _); left > 0; left--)
                        chunks.Add(ReadChunk(ref reader));
                    break;
                case (3, 6):
                    rows = reader.ZigZag();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return new FooterRowGroup(rows, chunks.ToImmutable());
    }

    private static FooterChunk ReadChunk(ref ThriftReader reader)
    {
        FooterChunk? chunk = null;
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            if ((field, type) == (3, 12))
                chunk = ReadChunkMetadata(ref reader);
            else
                reader.Skip(type);
        }
        return chunk ?? throw new InvalidDataException("A column chunk has no metadata.");
    }

    private static FooterChunk ReadChunkMetadata(ref ThriftReader reader)
    {
        var chunk = new FooterChunk(0, 0, long.MaxValue, 0, null, null, null, true, true);
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (4, 5):
                    chunk = chunk with { Codec = reader.Int32() };
                    break;
                case (5, 6):
                    chunk = chunk with { Values = reader.ZigZag() };
                    break;
                case (6, 6):
                    chunk = chunk with { UncompressedBytes = reader.ZigZag() };
                    break;
                case (7, 6):
                    chunk = chunk with { Bytes = reader.ZigZag() };
                    break;
                case (9 or 11, 6):
                    // The dictionary page comes first, when there is one; some writers put 0 for none.
                    chunk = reader.ZigZag() is var offset and > 0 ? chunk with { Offset = Math.Min(chunk.Offset, offset) } : chunk;
                    break;
                case (12, 12):
                    chunk = ReadStatistics(ref reader, chunk);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return chunk;
    }

    private static FooterChunk ReadStatistics(ref ThriftReader reader, FooterChunk chunk)
    {
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (3, 6):
                    chunk = chunk with { NullCount = reader.ZigZag() };
                    break;
                case (5, 8):
                    chunk = chunk with { Max = reader.Binary().ToArray() };
                    break;
                case (6, 8):
                    chunk = chunk with { Min = reader.Binary().ToArray() };
                    break;
                case (7, 1 or 2):
                    chunk = chunk with { MaxIsExact = type == 1 };
                    break;
                case (8, 1 or 2):
                    chunk = chunk with { MinIsExact = type == 1 };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return chunk;
    }

    private static KeyValuePair<string, string?> ReadKeyValue(ref ThriftReader reader)
    {
        string key = "";
        string? value = null;
        var field = 0;
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (1, 8):
                    key = reader.Text();
                    break;
                case (2, 8):
                    value = reader.Text();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return new(key, value);
    }

    /// <summary>Levels of a place in the schema's tree; List: the definition level of the last repeated field above.</summary>
    private readonly record struct Levels(int Definition, int Repetition, int List)
    {
        public Levels Below(Repetition kind) => kind switch
        {
            FooterParser.Repetition.Required => this,
            FooterParser.Repetition.Optional => this with { Definition = Definition + 1 },
            _ => new Levels(Definition + 1, Repetition + 1, Definition + 1),
        };
    }

    private readonly record struct Element(string Name, int? PhysicalType, int? ConvertedType, int? FieldId, Repetition Repetition, int Children);
}
