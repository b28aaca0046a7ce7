using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <content>Which messages go through which lanes.</content>
public sealed unsafe partial class KeyedHash
{
    // Of 8 messages and fewer, 8 lanes take less time than 16 half empty ones: a group of 16 takes 1.4 times as long as one of 8 (docs/kernels.md).
    private const int FewerLanes = 8;

    // Prices of long messages, in blocks of the platform's HMAC (45 ns): what a message costs beside its blocks, and what a block of a whole group costs in lanes.
    private const int PlatformCall = 14;
    private const int LaneBlock = 7;

    private void ComputeInLanes(KeyedMessages messages, KernelPath path)
    {
        messages.FillGroup();
        var count = messages.Count;
        switch (path)
        {
            case KernelPath.Vector512:
                var full = count - (count % Lanes512.Count is > 0 and <= FewerLanes ? count % Lanes512.Count : 0);
                Groups<Vector512<uint>, Lanes512>(messages, 0, full);
                Groups<Vector256<uint>, Lanes256>(messages, full, count);
                break;
            case KernelPath.Vector256:
                Groups<Vector256<uint>, Lanes256>(messages, 0, count);
                break;
            default:
                Groups<Vector128<uint>, Lanes128>(messages, 0, count);
                break;
        }

        for (var left = messages.Long; !left.IsEmpty;)
        {
            var taken = path switch
            {
                KernelPath.Vector512 when left.Length > FewerLanes => LongGroup<Vector512<uint>, Lanes512>(messages, left),
                KernelPath.Vector512 or KernelPath.Vector256 => LongGroup<Vector256<uint>, Lanes256>(messages, left),
                _ => LongGroup<Vector128<uint>, Lanes128>(messages, left),
            };
            left = left[taken..];
        }
    }

    private void Groups<TVector, TLanes>(KeyedMessages messages, int first, int end)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector>
    {
        if (first == end)
            return;
        Lanes<TVector, TLanes>().Compute(
            messages.Blocks + (first * (nint)KeyedMessages.BlockSize), messages.Bits + first, messages.Keys + first, messages.Macs + (first * (nint)MacSize), end - first);
        _scratch.Zero(KeyedHashLanes<TVector, TLanes>.ScratchSize);
    }

    // The first messages of several blocks, in lanes or, where a few are long and the other lanes would wait for them, by the platform. Returns how many.
    private int LongGroup<TVector, TLanes>(KeyedMessages messages, ReadOnlySpan<LongMessage> left)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector>
    {
        var group = left[..Math.Min(left.Length, TLanes.Count)];
        var most = 0L;
        var platform = 0L;
        foreach (ref readonly var message in group)
        {
            most = Math.Max(most, message.Blocks);
            platform += PlatformCall + message.Blocks;
        }

        if ((most + 2) * LaneBlock < platform)
        {
            Lanes<TVector, TLanes>().Compute(group, messages.LongBlocks, messages.Keys, messages.Macs);
            _scratch.Zero(KeyedHashLanes<TVector, TLanes>.ScratchSize);
        }
        else
        {
            foreach (ref readonly var message in group)
                Compute(messages.KeyOf(message.Number), messages.Message(message), messages.MacBuffer(message.Number));
        }

        return group.Length;
    }

    private KeyedHashLanes<TVector, TLanes> Lanes<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector> => new((uint*)_states.Start, (TVector*)_scratch.Start);
}
