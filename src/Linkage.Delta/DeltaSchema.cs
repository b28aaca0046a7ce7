using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Linkage.Parquet;

namespace Linkage.Delta;

/// <summary>
/// A table's columns as Delta's <c>schemaString</c> (Spark's JSON form of a struct). Description and field id travel in the column's metadata,
/// under <c>comment</c> (which Spark shows) and <c>linkage.fieldId</c>.
/// </summary>
internal static class DeltaSchema
{
    public static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Comment = "comment";
    private const string FieldId = "linkage.fieldId";

    public static string Format(ImmutableArray<ColumnSchema> columns)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("type", "struct");
            json.WriteStartArray("fields");
            foreach (var column in columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                WriteType(json, column.Type);
                json.WriteBoolean("nullable", column.Nullable);
                json.WriteStartObject("metadata");
                json.WriteString(Comment, column.Description);
                json.WriteNumber(FieldId, column.FieldId);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <exception cref="TableMismatchException">A column has a type this program does not write.</exception>
    public static ImmutableArray<ColumnSchema> Parse(string schemaString, string tableDirectory)
    {
        using var document = JsonDocument.Parse(schemaString);
        var columns = ImmutableArray.CreateBuilder<ColumnSchema>();
        foreach (var field in document.RootElement.GetProperty("fields").EnumerateArray())
        {
            var name = field.GetProperty("name").GetString()!;
            var type = field.GetProperty("type");
            if (TypeOf(type) is not { } known)
                throw new TableMismatchException(tableDirectory, name, $"its type in the table is {type.GetRawText()}, which this program does not write");
            var hasMetadata = field.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object;
            // A table that somebody else made has no field ids: the position serves.
            var id = hasMetadata && metadata.TryGetProperty(FieldId, out var stored) && stored.TryGetInt32(out var number) ? number : columns.Count + 1;
            var comment = hasMetadata && metadata.TryGetProperty(Comment, out var text) ? text.GetString() : null;
            columns.Add(new ColumnSchema(id, name, known, field.GetProperty("nullable").GetBoolean(), comment ?? ""));
        }
        return columns.ToImmutable();
    }

    private static void WriteType(Utf8JsonWriter json, ColumnType type)
    {
        if (type != ColumnType.StringList)
        {
            json.WriteString("type", TypeName(type));
            return;
        }
        json.WriteStartObject("type");
        json.WriteString("type", "array");
        json.WriteString("elementType", "string");
        json.WriteBoolean("containsNull", false);
        json.WriteEndObject();
    }

    private static ColumnType? TypeOf(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => TypeOf(type.GetString()!),
        // Lists whose elements may be null are somebody else's.
        JsonValueKind.Object when Is(type, "type", "array") && Is(type, "elementType", "string") && type.TryGetProperty("containsNull", out var nulls) && nulls.ValueKind == JsonValueKind.False => ColumnType.StringList,
        _ => null,
    };

    private static bool Is(JsonElement type, string property, string text) =>
        type.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Boolean => "boolean",
        ColumnType.Int32 => "integer",
        ColumnType.Int64 => "long",
        ColumnType.Double => "double",
        ColumnType.Date => "date",
        ColumnType.TimestampMicros => "timestamp",
        ColumnType.String => "string",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A column type without a Delta type."),
    };

    private static ColumnType? TypeOf(string name) => name switch
    {
        "boolean" => ColumnType.Boolean,
        "integer" => ColumnType.Int32,
        "long" => ColumnType.Int64,
        "double" => ColumnType.Double,
        "date" => ColumnType.Date,
        "timestamp" => ColumnType.TimestampMicros,
        "string" => ColumnType.String,
        _ => null,
    };
}
