using System.IO.Hashing;
using System.Text;
using Linkage.Matching;
using Linkage.Parquet;

namespace Linkage.Tests.Matching;

public sealed class ParticipantHashesTests
{
    private sealed class Ids(int count) : IUtf8Values
    {
        public int Reads;

        public int Count => count;

        public ReadOnlySpan<byte> this[int id]
        {
            get
            {
                Interlocked.Increment(ref Reads);
                return Encoding.UTF8.GetBytes(TextOf(id));
            }
        }

        public bool IsNull(int id) => false;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ParticipantHashes.BlockSize - 1)]
    [InlineData(ParticipantHashes.BlockSize)]
    [InlineData(ParticipantHashes.BlockSize + 1)]
    [InlineData(3 * ParticipantHashes.BlockSize)]
    public void Each_is_the_hash_of_the_id_and_no_id_is_read_twice(int count)
    {
        var ids = new Ids(count);
        var hashes = new ParticipantHashes(ids, count);
        for (var round = 0; round < 2; round++)
        {
            for (var i = count - 1; i >= 0; i--)
                Assert.Equal(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(TextOf(i))), hashes[i]);
        }

        Assert.Equal(count, ids.Reads);
        Assert.Throws<ArgumentOutOfRangeException>(() => hashes[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => hashes[count]);
    }

    [Fact]
    public void What_nobody_asks_for_is_not_read()
    {
        var ids = new Ids(10 * ParticipantHashes.BlockSize);
        _ = new ParticipantHashes(ids, ids.Count)[(4 * ParticipantHashes.BlockSize) + 7];
        Assert.Equal(ParticipantHashes.BlockSize, ids.Reads);
    }

    [Fact]
    public void Threads_that_ask_at_once_get_the_same()
    {
        var ids = new Ids(40 * ParticipantHashes.BlockSize);
        var hashes = new ParticipantHashes(ids, ids.Count);
        var expected = Enumerable.Range(0, ids.Count).Select(static i => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(TextOf(i)))).ToArray();
        Parallel.For(0, 8, lane =>
        {
            for (var i = 0; i < ids.Count; i++)
                Assert.Equal(expected[(i * 7) % ids.Count], hashes[(i * 7) % ids.Count]);
        });
    }

    private static string TextOf(int id) => $"P{id}é";
}
