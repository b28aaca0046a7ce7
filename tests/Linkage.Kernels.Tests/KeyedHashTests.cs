using System.Security.Cryptography;

namespace Linkage.Kernels.Tests;

/// <summary>Every path gives what the platform's own HMAC gives.</summary>
public sealed class KeyedHashTests
{
    private const int KeyCount = 7;

    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_million_random_messages_of_mixed_keys_and_lengths(KernelPath path)
    {
        const int seed = 20264;
        var random = new Random(seed);
        var keys = RandomKeys(random);
        using var hash = new KeyedHash(keys);
        using var messages = new KeyedMessages();
        var bytes = new byte[200];
        var expected = new byte[KeyedHash.MacSize];
        var left = 1_000_000;
        var batches = new List<(int Key, byte[] Message)>();
        while (left > 0)
        {
            batches.Clear();
            messages.Clear();
            // Some batches are under one key, and some hold no long message.
            var oneKey = random.Next(3) == 0 ? random.Next(KeyCount) : -1;
            var longest = random.Next(4) switch { 0 => 15, 1 => 31, 2 => 55, _ => 200 };
            var count = Math.Min(left, random.Next(1, 2000));
            for (var i = 0; i < count; i++)
            {
                var length = random.Next(10) == 0 ? random.Next(longest + 1) : random.Next(Math.Min(longest, 24) + 1);
                var message = bytes.AsSpan(0, length);
                random.NextBytes(message);
                var key = oneKey >= 0 ? oneKey : random.Next(KeyCount);
                Assert.Equal(i, messages.Add(key, message));
                batches.Add((key, message.ToArray()));
            }

            hash.Compute(messages, path);
            for (var i = 0; i < count; i++)
            {
                hash.Compute(batches[i].Key, batches[i].Message, expected);
                if (!messages.Mac(i).SequenceEqual(expected))
                    Assert.Fail($"message {i} of {count}, {batches[i].Message.Length} bytes, key {batches[i].Key}, seed {seed}");
            }

            left -= count;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_length(KernelPath path)
    {
        const int seed = 1;
        var random = new Random(seed);
        var keys = RandomKeys(random);
        using var hash = new KeyedHash(keys);
        using var messages = new KeyedMessages();
        var bytes = new byte[1025];
        random.NextBytes(bytes);
        foreach (var length in Enumerable.Range(0, 257).Append(1023).Append(1024).Append(1025))
        {
            // Alone, and as one of a full group of short ones.
            foreach (var others in new[] { 0, 15 })
            {
                messages.Clear();
                for (var i = 0; i < others; i++)
                    messages.Add(i % KeyCount, bytes.AsSpan(i, 10));
                var number = messages.Add(3, bytes.AsSpan(0, length));
                hash.Compute(messages, path);
                AssertMac(keys, 3, bytes.AsSpan(0, length), messages.Mac(number), $"length {length} behind {others}, seed {seed}");
                for (var i = 0; i < others; i++)
                    AssertMac(keys, i % KeyCount, bytes.AsSpan(i, 10), messages.Mac(i), $"message {i} before one of {length} bytes, seed {seed}");
            }
        }
    }

    private static byte[] RandomKeys(Random random)
    {
        var keys = new byte[KeyCount * KeyedHash.KeySize];
        random.NextBytes(keys);
        return keys;
    }

    private static void AssertMac(byte[] keys, int key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> mac, string what)
    {
        var expected = HMACSHA256.HashData(keys.AsSpan(key * KeyedHash.KeySize, KeyedHash.KeySize), message);
        Assert.True(mac.SequenceEqual(expected), what);
    }
}
