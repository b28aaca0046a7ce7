using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Linkage.Pseudonyms;

/// <summary>
/// Bytes of a key file to a ring:
/// <c>{"format":"linkage-keys/1","current":N,"keys":[{"version":N,"created":"ISO time","key":"base64 of 32 bytes"}, …]}</c>.
/// Strict: an unknown or repeated property is an error, because a rotation would lose it. No key passes through a string or the moving heap.
/// </summary>
internal readonly struct KeyFileReader(string path)
{
    public const string Format = "linkage-keys/1";

    private const int MaxKeys = 4096;

    public KeyRing Parse(ReadOnlySpan<byte> json)
    {
        var keys = new List<RootKey>();
        try
        {
            var reader = new Utf8JsonReader(json);
            var current = ReadRing(ref reader, keys);
            if (reader.Read())
                throw Malformed("something follows its end");
            return new KeyRing(path, current, [.. keys]);
        }
        catch (JsonException e)
        {
            DisposeAll(keys);
            // The parser's own message may quote the file.
            throw Malformed($"not JSON, line {e.LineNumber + 1}, byte {e.BytePositionInLine}");
        }
        catch (KeyRingException)
        {
            DisposeAll(keys);
            throw;
        }
    }

    private int ReadRing(ref Utf8JsonReader reader, List<RootKey> keys)
    {
        int? current = null;
        bool format = false, list = false;
        Next(ref reader, JsonTokenType.StartObject, "an object");
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("format"u8) && !format)
            {
                Next(ref reader, JsonTokenType.String, "a text as format");
                if (!reader.ValueTextEquals(Format))
                    throw new KeyRingException($"Key file '{path}' is not of format {Format}: use the program version that made it.");
                format = true;
            }
            else if (reader.ValueTextEquals("current"u8) && current is null)
            {
                current = NextVersion(ref reader, "current");
            }
            else if (reader.ValueTextEquals("keys"u8) && !list)
            {
                list = true;
                Next(ref reader, JsonTokenType.StartArray, "a list as keys");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    ReadKey(ref reader, keys);
            }
            else
            {
                throw Malformed("a property that is unknown or there twice");
            }
        }
        if (!format || current is null || !list)
            throw Malformed("format, current or keys is missing");
        if (!keys.Exists(k => k.Version == current))
            throw new KeyRingException($"Key file '{path}' names version {current} as current but has no such key: restore it from its backup.");
        return current.Value;
    }

    private void ReadKey(ref Utf8JsonReader reader, List<RootKey> keys)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Malformed("keys holds something that is not an object");
        if (keys.Count == MaxKeys)
            throw Malformed($"more than {MaxKeys} keys");
        int? version = null;
        DateTimeOffset? created = null;
        ReadOnlySpan<byte> base64 = default;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("version"u8) && version is null)
            {
                version = NextVersion(ref reader, "version");
            }
            else if (reader.ValueTextEquals("created"u8) && created is null)
            {
                Next(ref reader, JsonTokenType.String, "a time as created");
                created = reader.TryGetDateTimeOffset(out var time) ? time : throw Malformed("created is not an ISO 8601 time");
            }
            else if (reader.ValueTextEquals("key"u8) && base64.IsEmpty)
            {
                Next(ref reader, JsonTokenType.String, "a text as key");
                base64 = reader.ValueSpan;
            }
            else
            {
                throw Malformed("a property of a key that is unknown or there twice");
            }
        }
        if (version is null || created is null)
            throw Malformed("version or created of a key is missing");
        Add(keys, new RootKey(version.Value, created.Value), base64);
    }

    private void Add(List<RootKey> keys, RootKey key, ReadOnlySpan<byte> base64)
    {
        var repeated = keys.Exists(k => k.Version == key.Version);
        keys.Add(key);
        if (repeated)
            throw Malformed($"version {key.Version} is there twice");
        // 44 characters are what 32 bytes take; the check also keeps white space and escapes out.
        if (base64.Length != 44
            || Base64.DecodeFromUtf8(base64, key.Bytes, out _, out var written) != OperationStatus.Done
            || written != KeySchedule.KeySize)
        {
            throw Malformed($"the key of version {key.Version} is not the base64 of {KeySchedule.KeySize} bytes");
        }
        if (key.IsWeak)
            throw new KeyRingException($"Key file '{path}': the key of version {key.Version} is not random: make keys with 'linkage keys new' or 'linkage keys rotate' only.");
        foreach (var other in keys)
        {
            if (other != key && other.Bytes.SequenceEqual(key.Bytes))
                throw Malformed($"versions {other.Version} and {key.Version} have one key");
        }
    }

    private int NextVersion(ref Utf8JsonReader reader, string name)
    {
        Next(ref reader, JsonTokenType.Number, $"a number as {name}");
        return reader.TryGetInt32(out var version) && version > 0 ? version : throw Malformed($"{name} is not a whole number from 1");
    }

    private static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private void Next(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw Malformed($"it should have {what}");
    }

    private KeyRingException Malformed(string what) =>
        new($"Key file '{path}' is not a key file ({what}): restore it from its backup, or give the right path.");

    private static void DisposeAll(List<RootKey> keys)
    {
        foreach (var key in keys)
            key.Dispose();
    }
}
