using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Linkage.Worker.Tests.Reports;

/// <summary>The part of JSON Schema that schemas/run-report.schema.json uses: what of a value is not as its schema says.</summary>
internal static class SchemaWalker
{
    private static readonly string[] Known =
        ["$schema", "$id", "title", "description", "type", "properties", "required", "additionalProperties", "items", "enum", "const", "minimum", "maximum", "pattern", "format"];

    public static List<string> Problems(JsonElement value, JsonElement schema, string at = "$")
    {
        var problems = new List<string>();
        Walk(value, schema, at, problems);
        return problems;
    }

    /// <summary>Every schema of a property below this one, with its path.</summary>
    public static IEnumerable<(string Path, JsonElement Schema)> Properties(JsonElement schema, string at = "")
    {
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                yield return (at + property.Name, property.Value);
                foreach (var below in Properties(property.Value, at + property.Name + "."))
                {
                    yield return below;
                }
            }
        }

        foreach (var keyword in (string[])["additionalProperties", "items"])
        {
            if (schema.TryGetProperty(keyword, out var inner) && inner.ValueKind == JsonValueKind.Object)
            {
                foreach (var below in Properties(inner, at + "*."))
                {
                    yield return below;
                }
            }
        }
    }

    private static void Walk(JsonElement value, JsonElement schema, string at, List<string> problems)
    {
        foreach (var keyword in schema.EnumerateObject().Where(k => !Known.Contains(k.Name)))
        {
            problems.Add($"{at}: the walker does not know the keyword {keyword.Name}");
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type.GetString()!))
        {
            problems.Add($"{at}: is {value.ValueKind}, not {type}");
            return;
        }

        Values(value, schema, at, problems);
        if (value.ValueKind == JsonValueKind.Object)
        {
            Object(value, schema, at, problems);
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var (i, item) in value.EnumerateArray().Index())
            {
                Walk(item, items, $"{at}[{i}]", problems);
            }
        }
    }

    private static void Values(JsonElement value, JsonElement schema, string at, List<string> problems)
    {
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(w => JsonElement.DeepEquals(w, value)))
        {
            problems.Add($"{at}: {value} is none of {words}");
        }

        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value))
        {
            problems.Add($"{at}: {value} is not {constant}");
        }

        if (schema.TryGetProperty("minimum", out var least) && value.GetDouble() < least.GetDouble())
        {
            problems.Add($"{at}: {value} is less than {least}");
        }

        if (schema.TryGetProperty("maximum", out var most) && value.GetDouble() > most.GetDouble())
        {
            problems.Add($"{at}: {value} is more than {most}");
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)))
        {
            problems.Add($"{at}: {value} does not match {pattern}");
        }

        if (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && !DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _))
        {
            problems.Add($"{at}: {value} is no date-time");
        }
    }

    private static void Object(JsonElement value, JsonElement schema, string at, List<string> problems)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            problems.AddRange(required.EnumerateArray().Where(r => !value.TryGetProperty(r.GetString()!, out _)).Select(r => $"{at}: lacks {r}"));
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var property in value.EnumerateObject())
        {
            var path = $"{at}.{property.Name}";
            if (hasProperties && properties.TryGetProperty(property.Name, out var inner))
            {
                Walk(property.Value, inner, path, problems);
            }
            else if (hasOthers && others.ValueKind == JsonValueKind.False)
            {
                problems.Add($"{path}: is not in the schema");
            }
            else if (hasOthers && others.ValueKind == JsonValueKind.Object)
            {
                Walk(property.Value, others, path, problems);
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new InvalidOperationException($"The walker does not know the type {type}."),
    };
}
