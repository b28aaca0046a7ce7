using Confluent.Kafka;
using Linkage.Batches;

namespace Linkage.Kafka;

/// <summary>Message value to <see cref="RawBatch"/>: one copy, from librdkafka's memory into pooled memory.</summary>
internal sealed class BatchDeserializer(string topic) : IDeserializer<RawBatch>
{
    private const string ContentType = "content-type";

    /// <inheritdoc/>
    public RawBatch Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
        RawBatch.Copy(data, isNull, Format(context.Headers, data), topic, partition: -1, offset: -1, default);

    /// <summary>The header decides; without one, JSON is what begins with an opening brace: neither framing of Avro does.</summary>
    internal static BatchFormat Format(Headers? headers, ReadOnlySpan<byte> data)
    {
        if (headers is not null && headers.TryGetLastBytes(ContentType, out var value) && value is not null)
        {
            var type = value.AsSpan();
            var parameters = type.IndexOf((byte)';');
            type = (parameters >= 0 ? type[..parameters] : type).Trim(" \t"u8);
            if (System.Text.Ascii.EqualsIgnoreCase(type, "application/json"u8))
                return BatchFormat.Json;
            if (System.Text.Ascii.EqualsIgnoreCase(type, "avro/binary"u8))
                return BatchFormat.Avro;
        }

        var start = data.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] == (byte)'{' ? BatchFormat.Json : BatchFormat.Avro;
    }
}
