using System.IO.Hashing;
using Linkage.Parquet;

namespace Linkage.Matching;

/// <summary>
/// XXH3 (64 bits) of each participant_id, by ordinal: what a participant is told by where ordinals, which a rebuilt registry gives anew, will not do. Thread-safe.
/// </summary>
/// <remarks>
/// The ids lie in the mapped file behind their offsets: to read one is two waits for memory, one after the other, and longer than to hash twenty that lie together. So ids are hashed by the block when one of it is
/// asked for, and kept: 8 bytes a participant of the blocks asked for, and 8 a block.
/// </remarks>
/// <param name="ids">The ids.</param>
/// <param name="count">Their number.</param>
internal sealed class ParticipantHashes(IUtf8Values ids, int count)
{
    /// <summary>Participants of a block.</summary>
    internal const int BlockSize = 1 << Shift;

    private const int Shift = 8;
    private readonly ulong[]?[] _blocks = new ulong[]?[(int)(((long)count + BlockSize - 1) >> Shift)];

    /// <summary>The hash of a participant's id; <see cref="ArgumentOutOfRangeException"/> when there is no such participant.</summary>
    public ulong this[int participant]
    {
        get
        {
            if ((uint)participant >= (uint)count)
                throw new ArgumentOutOfRangeException(nameof(participant), participant, $"must be in 0..{count - 1}");
            return (Volatile.Read(ref _blocks[participant >> Shift]) ?? Fill(participant >> Shift))[participant & (BlockSize - 1)];
        }
    }

    // Two threads may fill one block at a time, with the same.
    private ulong[] Fill(int block)
    {
        var first = block << Shift;
        var hashes = new ulong[Math.Min(BlockSize, count - first)];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = XxHash3.HashToUInt64(ids[first + i]);
        Volatile.Write(ref _blocks[block], hashes);
        return hashes;
    }
}
