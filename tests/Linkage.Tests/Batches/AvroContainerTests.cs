using System.IO.Compression;
using System.Text;
using Linkage.Batches;
using Linkage.Testing;

namespace Linkage.Tests.Batches;

[Collection(nameof(AllocationsCounted))]
public sealed class AvroContainerTests
{
    private static readonly byte[] Sync = [.. Enumerable.Range(100, 16).Select(i => (byte)i)];

    [Fact]
    public void What_is_written_is_read_back()
    {
        var models = Models(5, 60);
        using var file = new MemoryStream();
        using (var writer = new AvroContainerWriter(file, Sync))
        {
            var builder = new BatchBuilder();
            foreach (var model in models)
            {
                model.Build(builder);
                writer.Append(builder.Datum());
            }
        }

        Assert.Equal(models.Select(m => m.Dump()), ReadAll(file.ToArray()));
    }

    [Fact]
    public void Writer_makes_the_bytes_of_the_specification()
    {
        using var file = new MemoryStream();
        using (var writer = new AvroContainerWriter(file, Sync))
        {
            writer.Append("xyz"u8);
        }

        var expected = Header([("avro.schema", BatchSchema.Text.ToArray()), ("avro.codec", "null"u8.ToArray())]).Concat((byte[])[2, 6, .. "xyz"u8, .. Sync]);
        Assert.Equal(expected, file.ToArray());
        Assert.Throws<ArgumentException>(() => new AvroContainerWriter(file, Sync.AsSpan(1)));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 3)]
    [InlineData("null", 7)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 4)]
    public void Files_of_other_writers_are_read(string? codec, int batchesABlock)
    {
        var random = new Random(11);
        var models = Models(10, 25);
        // As other tools do it: the schema without docs, extra metadata, array blocks of their own choice.
        var header = new List<(string, byte[])>
        {
            ("writer.note", [1, 2, 3]),
            ("avro.schema", Encoding.UTF8.GetBytes(AvroFingerprint.CanonicalForm(BatchSchema.Text))),
        };
        if (codec is not null)
        {
            header.Add(("avro.codec", Encoding.ASCII.GetBytes(codec)));
        }

        var file = new List<byte>(Header(header, sized: true));
        foreach (var block in models.Chunk(batchesABlock))
        {
            byte[] datums = [.. block.SelectMany(m => AvroOracle.Datum(m, random))];
            var packed = string.Equals(codec, "deflate", StringComparison.Ordinal) ? Deflate(datums) : datums;
            file.AddRange([.. AvroOracle.Varint(block.Length), .. AvroOracle.Varint(packed.Length), .. packed, .. Sync]);
        }

        Assert.Equal(models.Select(m => m.Dump()), ReadAll([.. file]));
    }

    [Fact]
    public void A_file_without_batches_is_read_as_none()
    {
        var header = Header([("avro.schema", BatchSchema.Text.ToArray())]);
        Assert.Empty(ReadAll([.. header]));
        Assert.Empty(ReadAll([.. header, 0, 0, .. Sync]));
    }

    [Fact]
    public void A_last_batch_that_is_damaged_is_left_to_the_decoder()
    {
        byte[] file = [.. Header([("avro.schema", BatchSchema.Text.ToArray())]), 2, 4, 7, 7, .. Sync];
        using var reader = new AvroContainerReader(new MemoryStream(file), "f");
        Assert.True(reader.TryRead(out var single));
        Assert.Equal(RejectReason.BadLength, Decoding.Reject(single).Reason);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("", "byte 0: the file is not an Avro container")]
    [InlineData("Obj", "byte 0: the file is not an Avro container")]
    [InlineData("PAR1", "byte 0: the file is not an Avro container")]
    public void What_is_no_container_is_said_so(string content, string message) => AssertError(Encoding.ASCII.GetBytes(content), message);

    [Fact]
    public void What_cannot_be_used_is_an_error_that_names_file_and_byte()
    {
        var schema = ("avro.schema", BatchSchema.Text.ToArray());
        byte[] good = [.. Header([schema])];
        AssertError(good[..^20], "ends early");
        AssertError([.. Header([])], "no avro.schema");
        AssertError([.. Header([("avro.schema", "{"u8.ToArray())])], "cannot be read: The Avro schema is not valid JSON");
        AssertError([.. Header([("avro.schema", "\"int\""u8.ToArray())])], "another schema (fingerprint 7275d51a3f395c8f)");
        AssertError([.. Header([schema, ("avro.codec", "snappy"u8.ToArray())])], "codec \"snappy\"; null and deflate are read");
        AssertError([.. "Obj\x01"u8, 2, .. AvroOracle.Varint(long.MaxValue)], "header entry of 9223372036854775807 bytes");
        AssertError([.. "Obj\x01"u8, .. Enumerable.Repeat((byte)0xFF, 12)], "number that does not end");

        AssertError([.. good, 2, 6, 1], $"byte {good.Length + 3}: the file ends early");
        AssertError([.. good, 1, 6, 1, 2, 3, .. Sync], $"byte {good.Length}: the file has a block of -1 batches");
        AssertError([.. good, 2, 5, 1, 2, 3, .. Sync], "block of 1 batches and -3 bytes");
        AssertError([.. good, 2, .. AvroOracle.Varint(1 << 20), 1], "up to 1048575 bytes are read");
        AssertError([.. good, 2, 2, 1, .. Sync[..^1], 0], $"byte {good.Length + 3}: the file does not have its sync marker");
        AssertError([.. good, 0, 2, 1, .. Sync], "block of no batches that is not empty");
        AssertError([.. good, 4, 4, 7, 7, .. Sync], "at byte 1 of the block");
        AssertError([.. Header([schema, ("avro.codec", "deflate"u8.ToArray())]), 2, 4, 0xFF, 0xFF, .. Sync], "does not decompress");
    }

    [Fact]
    public void A_block_that_decompresses_without_end_is_stopped()
    {
        var bomb = Deflate(new byte[40 << 20]);
        Assert.True(bomb.Length < 1 << 20);
        AssertError(
            [.. Header([("avro.schema", BatchSchema.Text.ToArray()), ("avro.codec", "deflate"u8.ToArray())]), 2, .. AvroOracle.Varint(bomb.Length), .. bomb, .. Sync],
            "decompresses to more than 1048575 bytes");
    }

    [Fact]
    public void A_length_that_lies_allocates_by_what_is_there()
    {
        byte[] file = [.. Header([("avro.schema", BatchSchema.Text.ToArray())]), 2, .. AvroOracle.Varint(1 << 30), 1, 2, 3];
        using var reader = new AvroContainerReader(new MemoryStream(file), "f", int.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => reader.TryRead(out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static List<BatchModel> Models(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => BatchModel.Random(random, 20))];
    }

    private static List<string> ReadAll(byte[] file)
    {
        var decoder = new BatchDecoder(new BatchLimits());
        var read = new List<string>();
        using var reader = new AvroContainerReader(new MemoryStream(file), "drop.avro");
        while (reader.TryRead(out var single))
        {
            read.Add(decoder.Dump(single));
        }

        Assert.False(reader.TryRead(out _));
        return read;
    }

    private static void AssertError(byte[] file, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            using var reader = new AvroContainerReader(new MemoryStream(file), "drop.avro", (1 << 20) - 1);
            while (reader.TryRead(out _))
            {
            }
        });
        Assert.StartsWith("drop.avro: byte ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>A header; its map in one block, or in two of which one says its size.</summary>
    private static IEnumerable<byte> Header(List<(string Key, byte[] Value)> entries, bool sized = false)
    {
        static byte[] Entry((string Key, byte[] Value) e) =>
            [.. AvroOracle.Varint(e.Key.Length), .. Encoding.ASCII.GetBytes(e.Key), .. AvroOracle.Varint(e.Value.Length), .. e.Value];
        byte[] map;
        if (sized)
        {
            var first = Entry(entries[0]);
            map = [.. AvroOracle.Varint(-1), .. AvroOracle.Varint(first.Length), .. first, .. AvroOracle.Varint(entries.Count - 1), .. entries.Skip(1).SelectMany(Entry), 0];
        }
        else
        {
            map = [.. entries.Count == 0 ? [] : AvroOracle.Varint(entries.Count), .. entries.SelectMany(Entry), 0];
        }

        return [.. "Obj\x01"u8, .. map, .. Sync];
    }
}
