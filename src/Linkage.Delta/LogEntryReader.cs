using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Linkage.Delta;

/// <summary>Reads a log entry: one JSON action a line. Actions and fields it does not know are passed over, as the protocol asks.</summary>
internal static class LogEntryReader
{
    /// <exception cref="InvalidDataException">The entry is not what the protocol allows; says file and line.</exception>
    public static LogEntry Read(byte[] bytes, long version, string path)
    {
        var entry = new LogEntry { Version = version, Bytes = bytes.Length };
        var line = 0;
        for (var start = 0; start < bytes.Length;)
        {
            line++;
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            length = length < 0 ? bytes.Length - start : length;
            if (bytes.AsSpan(start, length).Trim(" \r\t"u8).Length > 0)
            {
                try
                {
                    using var action = JsonDocument.Parse(bytes.AsMemory(start, length));
                    ReadAction(action.RootElement, entry);
                }
                catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
                {
                    throw new InvalidDataException($"Log entry '{path}', line {line.ToString(CultureInfo.InvariantCulture)}, is not a Delta action: {e.Message} Restore the entry from a copy; the table cannot be written until then.", e);
                }
            }
            start += length + 1;
        }
        return entry;
    }

    /// <summary>The name of the file attached to an entry of ours; null when it has none. Reads the first line only, which is where this program says so.</summary>
    /// <exception cref="InvalidDataException">The line is not JSON.</exception>
    public static string? ReadAttached(byte[] bytes, string path)
    {
        var length = bytes.AsSpan().IndexOf((byte)'\n');
        try
        {
            using var action = JsonDocument.Parse(bytes.AsMemory(0, length < 0 ? bytes.Length : length));
            return action.RootElement.TryGetProperty("commitInfo", out var info) && info.ValueKind == JsonValueKind.Object ? ReadInfo(info).Attached : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"Log entry '{path}', line 1, is not a Delta action: {e.Message} Restore the entry from a copy; the table cannot be written until then.", e);
        }
    }

    private static void ReadAction(JsonElement action, LogEntry entry)
    {
        foreach (var property in action.EnumerateObject())
        {
            var value = property.Value;
            // Checkpoint-like writers spell out the actions that a line does not have.
            if (value.ValueKind == JsonValueKind.Null)
                continue;
            switch (property.Name)
            {
                case "add":
                    entry.Adds.Add(ReadAdd(value));
                    break;
                case "remove":
                    entry.Removes.Add(new RemoveAction(HivePath.FromLog(Text(value, "path")), OptionalInt64(value, "deletionTimestamp")));
                    break;
                case "txn":
                    entry.Txns.Add(new TxnAction(Text(value, "appId"), value.GetProperty("version").GetInt64(), OptionalInt64(value, "lastUpdated")));
                    break;
                case "metaData":
                    entry.MetaData = ReadMetaData(value);
                    break;
                case "protocol":
                    entry.Protocol = new ProtocolAction(value.GetProperty("minReaderVersion").GetInt32(), value.GetProperty("minWriterVersion").GetInt32());
                    break;
                case "commitInfo":
                    entry.Info = ReadInfo(value);
                    break;
            }
        }
    }

    private static LiveFile ReadAdd(JsonElement add)
    {
        var statistics = OptionalText(add, "stats");
        return new LiveFile(
            HivePath.FromLog(Text(add, "path")),
            [.. add.GetProperty("partitionValues").EnumerateObject().Select(v => new KeyValuePair<string, string?>(v.Name, v.Value.GetString() is { Length: > 0 } text ? text : null))],
            add.GetProperty("size").GetInt64(),
            add.GetProperty("modificationTime").GetInt64(),
            RowsOf(statistics),
            statistics);
    }

    /// <summary>numRecords of a statistics text, if it has one.</summary>
    public static long? RowsOf(string? statistics)
    {
        if (statistics is null)
            return null;
        using var parsed = JsonDocument.Parse(statistics);
        return OptionalInt64(parsed.RootElement, "numRecords");
    }

    private static MetaDataAction ReadMetaData(JsonElement value) => new(
        Text(value, "id"),
        OptionalText(value, "name"),
        OptionalText(value, "description"),
        Text(value, "schemaString"),
        [.. value.GetProperty("partitionColumns").EnumerateArray().Select(c => c.GetString()!)],
        OptionalInt64(value, "createdTime"),
        value.TryGetProperty("configuration", out var configuration) && configuration.ValueKind == JsonValueKind.Object
            ? [.. configuration.EnumerateObject().Select(c => new KeyValuePair<string, string>(c.Name, c.Value.GetString()!))]
            : []);

    private static CommitInfo ReadInfo(JsonElement value)
    {
        var operation = OptionalText(value, "operation");
        if (!value.TryGetProperty("linkage", out var own) || own.ValueKind != JsonValueKind.Object)
            return new CommitInfo(null, null, operation, [], null);
        return new CommitInfo(
            own.GetProperty("commitId").GetGuid(),
            OptionalText(own, "runId"),
            operation,
            [.. own.GetProperty("progress").EnumerateArray().Select(p => new SourceProgress(Text(p, "appId"), OptionalInt64(p, "from"), p.GetProperty("to").GetInt64()))],
            OptionalText(own, "attached"));
    }

    private static string Text(JsonElement value, string name) =>
        value.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");

    private static string? OptionalText(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? OptionalInt64(JsonElement value, string name) =>
        value.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : null;
}
