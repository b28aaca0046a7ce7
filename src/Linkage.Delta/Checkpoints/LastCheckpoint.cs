using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Linkage.Delta.Checkpoints;

/// <summary>The file <c>_last_checkpoint</c>: a hint where the newest checkpoint is (PROTOCOL.md, "Last Checkpoint File Schema").</summary>
/// <param name="Version">Version of the checkpoint.</param>
/// <param name="Size">Actions in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="AddFiles">Files in it.</param>
/// <param name="Earlier">Versions of this program's checkpoints before it that are still there, newest first.</param>
internal sealed record LastCheckpoint(long Version, long Size, long Bytes, long AddFiles, ImmutableArray<long> Earlier)
{
    private const string EarlierTag = "linkage.earlier";

    /// <summary>Reads the hint. Null when there is none, or none that names a single-file checkpoint: without it, the log is read from its start.</summary>
    public static LastCheckpoint? TryRead(OutputDisk disk, LogPaths paths)
    {
        if (disk.TryReadAll(paths.LastCheckpoint) is not { } bytes)
            return null;
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            if (root.TryGetProperty("parts", out var parts) && parts.ValueKind == JsonValueKind.Number)
                return null;
            var earlier = root.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object && tags.TryGetProperty(EarlierTag, out var text)
                ? text.GetString()!.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(v => long.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToImmutableArray()
                : [];
            return new LastCheckpoint(root.GetProperty("version").GetInt64(), Number("size"), Number("sizeInBytes"), Number("numOfAddFiles"), earlier);

            long Number(string name) => root.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : 0;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    public void Write(OutputDisk disk, LogPaths paths, string runId)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteNumber("size", Size);
            json.WriteNumber("sizeInBytes", Bytes);
            json.WriteNumber("numOfAddFiles", AddFiles);
            json.WriteStartObject("tags");
            json.WriteString(EarlierTag, string.Join(',', Earlier));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        var temporary = paths.Temporary(runId);
        disk.WriteTemporary(temporary, bytes.WrittenSpan);
        disk.Replace(temporary, paths.LastCheckpoint);
    }
}
