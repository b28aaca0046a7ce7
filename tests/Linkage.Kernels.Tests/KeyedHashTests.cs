using Linkage.Testing;

namespace Linkage.Kernels.Tests;

/// <summary>Every path gives what the platform's own HMAC gives, whatever lies together in the queue.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class KeyedHashTests
{
    private const int KeyCount = 7;

    // Lengths around what decides: words that are zero, one block, two, three.
    private static readonly int[] Edges = [0, 1, 3, 4, 14, 15, 16, 17, 30, 31, 32, 33, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 121, 183, 184, 200];

    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_million_random_messages_of_mixed_keys_and_lengths(KernelPath path)
    {
        const int seed = 20264;
        var random = new Random(seed);
        using var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        var expected = new byte[KeyedHash.MacSize];
        var queued = new List<(int Key, byte[] Message)>();
        for (var left = 1_000_000; left > 0; left -= queued.Count)
        {
            queued.Clear();
            messages.Clear();
            // Some batches are under one key, and some hold no long message.
            var oneKey = random.Next(3) == 0 ? random.Next(KeyCount) : -1;
            var longest = random.Next(4) switch { 0 => 15, 1 => 31, 2 => 55, _ => 200 };
            for (var count = Math.Min(left, random.Next(1, 2000)); count > 0; count--)
            {
                var length = random.Next(10) == 0 ? random.Next(longest + 1) : random.Next(Math.Min(longest, 24) + 1);
                Queue(messages, queued, oneKey >= 0 ? oneKey : random.Next(KeyCount), RandomBytes(random, length));
            }

            hash.Compute(messages, path);
            AssertMacs(hash, messages, queued, expected, seed);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_length_alone_and_in_a_full_group(KernelPath path)
    {
        const int seed = 20265;
        var random = new Random(seed);
        using var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        var expected = new byte[KeyedHash.MacSize];
        foreach (var length in Enumerable.Range(0, 260).Concat([1023, 1024, 1025, 100_000]))
        {
            foreach (var others in (int[])[0, 15])
            {
                var queued = new List<(int Key, byte[] Message)>();
                messages.Clear();
                for (var i = 0; i < others; i++)
                    Queue(messages, queued, i % KeyCount, RandomBytes(random, 10));
                Queue(messages, queued, 3, RandomBytes(random, length));
                hash.Compute(messages, path);
                AssertMacs(hash, messages, queued, expected, seed);
            }
        }
    }

    /// <summary>Groups full and not, of every kind of length, and of long messages few and many, which lanes take and the platform.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_size_of_group(KernelPath path)
    {
        const int seed = 20266;
        var random = new Random(seed);
        using var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        var expected = new byte[KeyedHash.MacSize];
        foreach (var longest in (int[])[15, 31, 55, 200, 5000])
        {
            for (var count = 0; count <= 67; count++)
            {
                foreach (var oneKey in (bool[])[true, false])
                {
                    var queued = new List<(int Key, byte[] Message)>();
                    messages.Clear();
                    for (var i = 0; i < count; i++)
                    {
                        var length = longest > 55 ? random.Next(56, longest + 1) : random.Next(longest + 1);
                        Queue(messages, queued, oneKey ? 6 : random.Next(KeyCount), RandomBytes(random, length));
                    }

                    hash.Compute(messages, path);
                    AssertMacs(hash, messages, queued, expected, seed);
                }
            }
        }
    }

    /// <summary>A message is read to its last byte and from its first, and no further.</summary>
    [Fact]
    public void Messages_beside_pages_that_must_not_be_touched()
    {
        const int seed = 20267;
        var random = new Random(seed);
        using var memory = new GuardedMemory(200);
        using var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        var expected = new byte[KeyedHash.MacSize];
        foreach (var length in Enumerable.Range(0, 201))
        {
            var queued = new List<(int Key, byte[] Message)>();
            messages.Clear();
            var bytes = RandomBytes(random, length);
            bytes.CopyTo(memory.AtEnd(length));
            messages.Add(1, memory.AtEnd(length));
            queued.Add((1, bytes));
            bytes.CopyTo(memory.AtStart(length));
            messages.Add(2, memory.AtStart(length));
            queued.Add((2, bytes));
            hash.Compute(messages);
            AssertMacs(hash, messages, queued, expected, seed);
            messages.Mac(1).CopyTo(memory.AtEnd(KeyedHash.MacSize));
            Assert.True(memory.AtEnd(KeyedHash.MacSize).SequenceEqual(messages.Mac(1)));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_queue_may_be_computed_again_after_more_were_added(KernelPath path)
    {
        const int seed = 20268;
        var random = new Random(seed);
        using var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        var expected = new byte[KeyedHash.MacSize];
        var queued = new List<(int Key, byte[] Message)>();
        // Grows several times, in the middle of what is queued, each time after the lanes have used what lies behind the last message.
        for (var round = 0; round < 60; round++)
        {
            for (var i = random.Next(12); i >= 0; i--)
                Queue(messages, queued, random.Next(KeyCount), RandomBytes(random, Edges[random.Next(Edges.Length)]));
            hash.Compute(messages, path);
            AssertMacs(hash, messages, queued, expected, seed);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_keys_of_one_hash_are_not_those_of_another(KernelPath path)
    {
        const int seed = 20269;
        var random = new Random(seed);
        using var many = new KeyedHash(RandomKeys(random));
        using var one = new KeyedHash(RandomBytes(random, KeyedHash.KeySize));
        using var messages = new KeyedMessages();
        var expected = new byte[KeyedHash.MacSize];
        for (var i = 0; i < 16; i++)
            messages.Add(KeyCount - 1, "0123456789"u8);
        many.Compute(messages, path);
        messages.Clear();
        // The lanes without a message must not take the key numbers left from before.
        messages.Add(0, "0123456789"u8);
        one.Compute(messages, path);
        one.Compute(0, "0123456789"u8, expected);
        Assert.Equal(expected, messages.Mac(0).ToArray());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_key_that_is_not_there_is_refused_before_anything_is_hashed(KernelPath path)
    {
        using var hash = new KeyedHash(new byte[2 * KeyedHash.KeySize]);
        using var messages = new KeyedMessages();
        messages.Add(1, "a"u8);
        messages.Add(2, "b"u8);
        messages.Add(0, "c"u8);
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() => hash.Compute(messages, path));
        Assert.Contains("key 2", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("0 to 1", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(new byte[KeyedHash.MacSize], messages.Mac(0).ToArray());
        messages.Clear();
        messages.Add(1, "a"u8);
        hash.Compute(messages, path);
        Assert.Throws<ArgumentOutOfRangeException>(() => messages.Add(-1, "a"u8));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Nothing_is_allocated(KernelPath path)
    {
        const int seed = 20270;
        var random = new Random(seed);
        using var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        var bytes = RandomBytes(random, 200);
        var sum = 0UL;
        Work();
        Assert.Equal(0, Allocations.Least(Work));
        Assert.NotEqual(0UL, sum);

        void Work()
        {
            messages.Clear();
            for (var i = 0; i < 300; i++)
                messages.Add(i % KeyCount, bytes.AsSpan(0, Edges[i % Edges.Length]));
            hash.Compute(messages, path);
            sum = messages.MacPart(299, 3);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Nothing_secret_is_left(KernelPath path)
    {
        const int seed = 20271;
        var random = new Random(seed);
        var hash = new KeyedHash(RandomKeys(random));
        using var messages = new KeyedMessages();
        for (var i = 0; i < 37; i++)
            messages.Add(i % KeyCount, RandomBytes(random, i % 3 == 0 ? 150 : 40));
        Assert.Contains(messages.Memory(), static m => m.Any(static b => b != 0));
        hash.Compute(messages, path);
        Assert.True(hash.Scratch.IndexOfAnyExcept((byte)0) < 0, "what the lanes computed in is not zeroed");
        messages.Clear();
        Assert.All(messages.Memory(), static m => Assert.DoesNotContain(m, static b => b != 0));
        Assert.Equal(0, messages.Count);

        Assert.False(hash.States.IndexOfAnyExcept((byte)0) < 0);
        hash.Dispose();
        Assert.True(hash.States.IndexOfAnyExcept((byte)0) < 0, "key states are not zeroed");
        Assert.Throws<ObjectDisposedException>(() => hash.Compute(messages, path));
    }

    [Fact]
    public void Parts_of_a_MAC_are_its_bytes_as_big_endian_numbers()
    {
        using var hash = new KeyedHash(new byte[KeyedHash.KeySize]);
        using var messages = new KeyedMessages();
        messages.Add(0, "a"u8);
        hash.Compute(messages);
        for (var part = 0; part < 4; part++)
            Assert.Equal(Convert.ToHexString(messages.Mac(0).Slice(8 * part, 8)), messages.MacPart(0, part).ToString("X16"));
        Assert.Throws<ArgumentOutOfRangeException>(() => messages.MacPart(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => messages.MacPart(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => messages.MacPart(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => messages.Mac(-1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => messages.Mac(1).ToArray());
    }

    [Fact]
    public void Keys_are_whole_and_are_not_told()
    {
        Assert.Throws<ArgumentException>(() => new KeyedHash(new byte[KeyedHash.KeySize + 1]));
        using var none = new KeyedHash([]);
        Assert.Equal(0, none.KeyCount);
        Assert.Equal("KeyedHash(redacted)", none.ToString());
        using var messages = new KeyedMessages();
        none.Compute(messages);
        Assert.Equal("KeyedMessages(redacted)", messages.ToString());
    }

    private static byte[] RandomKeys(Random random) => RandomBytes(random, KeyCount * KeyedHash.KeySize);

    private static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Queue(KeyedMessages messages, List<(int Key, byte[] Message)> queued, int key, byte[] message)
    {
        Assert.Equal(queued.Count, messages.Add(key, message));
        queued.Add((key, message));
    }

    private static void AssertMacs(KeyedHash hash, KeyedMessages messages, List<(int Key, byte[] Message)> queued, byte[] expected, int seed)
    {
        Assert.Equal(queued.Count, messages.Count);
        for (var i = 0; i < queued.Count; i++)
        {
            hash.Compute(queued[i].Key, queued[i].Message, expected);
            if (!messages.Mac(i).SequenceEqual(expected))
                Assert.Fail($"message {i} of {queued.Count}: {queued[i].Message.Length} bytes, key {queued[i].Key}; seed {seed}");
        }
    }
}
