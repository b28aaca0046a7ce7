using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Linkage.Delta;

/// <summary>Writes log entries: one JSON action a line (PROTOCOL.md, "Actions").</summary>
internal static class LogEntryWriter
{
    /// <summary>Name and version of this program, for <c>engineInfo</c>.</summary>
    public static readonly string EngineInfo = $"Linkage/{typeof(LogEntryWriter).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>The first entry of a table, or one that changes its metadata.</summary>
    public static byte[] Definition(MetaDataAction metaData, bool create, Guid commitId, DateTimeOffset timestamp)
    {
        var lines = new ArrayBufferWriter<byte>(4096);
        Line(lines, json => WriteInfo(json, create ? "CREATE TABLE" : "ADD COLUMNS", commitId, null, [], timestamp, null, metaData.PartitionColumns, null));
        if (create)
            Line(lines, json => WriteProtocol(json, ProtocolAction.Written));
        Line(lines, json => WriteMetaData(json, metaData));
        return lines.WrittenSpan.ToArray();
    }

    /// <summary>An entry that adds files together with the progress they carry.</summary>
    public static byte[] Commit(TableCommit commit, TableDefinition definition)
    {
        var lines = new ArrayBufferWriter<byte>(1024 + (commit.Files.Length * 1024));
        var time = commit.Timestamp.ToUnixTimeMilliseconds();
        Line(lines, json => WriteInfo(json, "WRITE", commit.CommitId, commit.RunId, commit.Progress, commit.Timestamp, commit.Files, definition.PartitionColumns, commit.Attached));
        foreach (var progress in commit.Progress)
        {
            Line(lines, json =>
            {
                json.WriteStartObject("txn");
                json.WriteString("appId", progress.AppId);
                json.WriteNumber("version", progress.Next);
                json.WriteNumber("lastUpdated", time);
                json.WriteEndObject();
            });
        }
        foreach (var file in commit.Files)
        {
            Line(lines, json =>
            {
                json.WriteStartObject("add");
                json.WriteString("path", HivePath.ToLog(file.Path));
                json.WriteStartObject("partitionValues");
                foreach (var (column, value) in file.PartitionValues)
                    json.WriteString(column, string.IsNullOrEmpty(value) ? null : value);
                json.WriteEndObject();
                json.WriteNumber("size", file.Summary.Bytes);
                json.WriteNumber("modificationTime", time);
                json.WriteBoolean("dataChange", true);
                json.WriteString("stats", FileStatistics.Format(file.Summary, definition));
                json.WriteEndObject();
            });
        }
        return lines.WrittenSpan.ToArray();
    }

    private static void Line(ArrayBufferWriter<byte> lines, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(lines, DeltaSchema.Relaxed))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        lines.Write("\n"u8);
    }

    private static void WriteInfo(
        Utf8JsonWriter json, string operation, Guid commitId, string? runId, ImmutableArray<SourceProgress> progress, DateTimeOffset timestamp, ImmutableArray<DataFile>? files, ImmutableArray<string> partitionColumns, string? attached)
    {
        json.WriteStartObject("commitInfo");
        json.WriteNumber("timestamp", timestamp.ToUnixTimeMilliseconds());
        json.WriteString("operation", operation);
        json.WriteStartObject("operationParameters");
        if (files is not null)
            json.WriteString("mode", "Append");
        // Readers of the history expect the list as JSON text.
        json.WriteString("partitionBy", JsonSerializer.Serialize(partitionColumns));
        json.WriteEndObject();
        if (files is { } added)
        {
            json.WriteStartObject("operationMetrics");
            json.WriteString("numFiles", added.Length.ToString(CultureInfo.InvariantCulture));
            json.WriteString("numOutputRows", added.Sum(f => f.Summary.Rows).ToString(CultureInfo.InvariantCulture));
            json.WriteString("numOutputBytes", added.Sum(f => f.Summary.Bytes).ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteBoolean("isBlindAppend", files is not null);
        json.WriteString("engineInfo", EngineInfo);
        json.WriteString("txnId", commitId);
        json.WriteStartObject("linkage");
        json.WriteString("commitId", commitId);
        if (runId is not null)
            json.WriteString("runId", runId);
        if (attached is not null)
            json.WriteString("attached", attached);
        json.WriteStartArray("progress");
        foreach (var step in progress)
        {
            json.WriteStartObject();
            json.WriteString("appId", step.AppId);
            if (step.Expected is { } from)
                json.WriteNumber("from", from);
            json.WriteNumber("to", step.Next);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProtocol(Utf8JsonWriter json, ProtocolAction protocol)
    {
        json.WriteStartObject("protocol");
        json.WriteNumber("minReaderVersion", protocol.MinReaderVersion);
        json.WriteNumber("minWriterVersion", protocol.MinWriterVersion);
        json.WriteEndObject();
    }

    private static void WriteMetaData(Utf8JsonWriter json, MetaDataAction metaData)
    {
        json.WriteStartObject("metaData");
        json.WriteString("id", metaData.Id);
        if (metaData.Name is not null)
            json.WriteString("name", metaData.Name);
        if (metaData.Description is not null)
            json.WriteString("description", metaData.Description);
        json.WriteStartObject("format");
        json.WriteString("provider", "parquet");
        json.WriteStartObject("options");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("schemaString", metaData.SchemaString);
        json.WriteStartArray("partitionColumns");
        foreach (var column in metaData.PartitionColumns)
            json.WriteStringValue(column);
        json.WriteEndArray();
        json.WriteStartObject("configuration");
        foreach (var (key, value) in metaData.Configuration)
            json.WriteString(key, value);
        json.WriteEndObject();
        if (metaData.CreatedTime is { } created)
            json.WriteNumber("createdTime", created);
        json.WriteEndObject();
    }
}
