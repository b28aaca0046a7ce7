using System.Text;
using System.Text.Json;

namespace Linkage.Batches;

/// <summary>
/// Parsing Canonical Form and CRC-64-AVRO fingerprint of an Avro schema (Avro 1.12 specification, "Parsing Canonical Form for Schemas"):
/// two schemas with one fingerprint read and write the same bytes, whatever their docs, defaults and layout.
/// </summary>
internal static class AvroFingerprint
{
    /// <summary>The specification's seed and polynomial in one.</summary>
    private const ulong Empty = 0xC15D213AA4D7A795;

    private static readonly ulong[] Table = MakeTable();

    /// <summary>Fingerprint of a schema given as JSON. <see cref="InvalidDataException"/> if it is not an Avro schema.</summary>
    public static ulong Of(ReadOnlyMemory<byte> schemaJson) => Crc64(Encoding.UTF8.GetBytes(CanonicalForm(schemaJson)));

    /// <summary>The schema with fullnames, without docs, defaults, aliases, order, logical types and white space.</summary>
    public static string CanonicalForm(ReadOnlyMemory<byte> schemaJson)
    {
        try
        {
            using var document = JsonDocument.Parse(schemaJson);
            var form = new StringBuilder();
            WriteType(document.RootElement, "", form);
            return form.ToString();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The Avro schema is not valid JSON.", e);
        }
    }

    /// <summary>CRC-64-AVRO of some bytes.</summary>
    public static ulong Crc64(ReadOnlySpan<byte> bytes)
    {
        var crc = Empty;
        foreach (var b in bytes)
        {
            crc = (crc >> 8) ^ Table[(byte)(crc ^ b)];
        }

        return crc;
    }

    private static ulong[] MakeTable()
    {
        var table = new ulong[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (Empty & (0UL - (crc & 1)));
            }

            table[i] = crc;
        }

        return table;
    }

    private static void WriteType(JsonElement type, string space, StringBuilder form)
    {
        switch (type.ValueKind)
        {
            case JsonValueKind.String:
                Quote(Reference(type.GetString()!, space), form);
                break;
            case JsonValueKind.Array:
                WriteList(type, space, form, WriteType);
                break;
            case JsonValueKind.Object:
                var kind = Property(type, "type");
                if (kind.ValueKind != JsonValueKind.String)
                {
                    WriteType(kind, space, form);
                    break;
                }

                WriteNamedType(type, kind.GetString()!, space, form);
                break;
            default:
                throw new InvalidDataException($"The Avro schema has a {type.ValueKind} where a type belongs.");
        }
    }

    private static void WriteNamedType(JsonElement type, string kind, string space, StringBuilder form)
    {
        switch (kind)
        {
            case "array":
                form.Append("{\"type\":\"array\",\"items\":");
                WriteType(Property(type, "items"), space, form);
                form.Append('}');
                break;
            case "map":
                form.Append("{\"type\":\"map\",\"values\":");
                WriteType(Property(type, "values"), space, form);
                form.Append('}');
                break;
            case "record" or "error" or "enum" or "fixed":
                var name = FullName(type, ref space);
                form.Append("{\"name\":");
                Quote(name, form);
                form.Append(",\"type\":");
                Quote(kind, form);
                WriteBody(type, kind, space, form);
                form.Append('}');
                break;
            default:
                Quote(Reference(kind, space), form);
                break;
        }
    }

    private static void WriteBody(JsonElement type, string kind, string space, StringBuilder form)
    {
        switch (kind)
        {
            case "enum":
                form.Append(",\"symbols\":");
                WriteList(Property(type, "symbols"), space, form, static (symbol, _, form) => Quote(Text(symbol), form));
                break;
            case "fixed":
                form.Append(",\"size\":");
                var size = Property(type, "size");
                form.Append(size.ValueKind == JsonValueKind.String ? size.GetString() : size.GetRawText());
                break;
            default:
                form.Append(",\"fields\":");
                WriteList(Property(type, "fields"), space, form, static (field, space, form) =>
                {
                    form.Append("{\"name\":");
                    Quote(Text(Property(field, "name")), form);
                    form.Append(",\"type\":");
                    WriteType(Property(field, "type"), space, form);
                    form.Append('}');
                });
                break;
        }
    }

    private static void WriteList(JsonElement list, string space, StringBuilder form, Action<JsonElement, string, StringBuilder> write)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"The Avro schema has a {list.ValueKind} where a list belongs.");
        }

        form.Append('[');
        foreach (var item in list.EnumerateArray())
        {
            if (form[^1] != '[')
            {
                form.Append(',');
            }

            write(item, space, form);
        }

        form.Append(']');
    }

    /// <summary>Name with its namespace; <paramref name="space"/> becomes the namespace of what the type encloses.</summary>
    private static string FullName(JsonElement type, ref string space)
    {
        var name = Text(Property(type, "name"));
        var dot = name.LastIndexOf('.');
        if (dot >= 0)
        {
            space = name[..dot];
            return name;
        }

        if (type.TryGetProperty("namespace", out var given))
        {
            space = Text(given);
        }

        return Join(space, name);
    }

    private static string Reference(string name, string space) =>
        name is "null" or "boolean" or "int" or "long" or "float" or "double" or "bytes" or "string" || name.Contains('.', StringComparison.Ordinal)
            ? name
            : Join(space, name);

    private static string Join(string space, string name) => space.Length == 0 ? name : space + "." + name;

    private static JsonElement Property(JsonElement type, string name) =>
        type.ValueKind == JsonValueKind.Object && type.TryGetProperty(name, out var value)
            ? value
            : throw new InvalidDataException($"The Avro schema has a type or field without \"{name}\".");

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InvalidDataException($"The Avro schema has a {value.ValueKind} where a name belongs.");

    private static void Quote(string name, StringBuilder form) => form.Append('"').Append(name).Append('"');
}
