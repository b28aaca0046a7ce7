using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <content>Which messages go through which lanes.</content>
public sealed unsafe partial class KeyedHash
{
    private const int MostLanes = 16;

    private void ComputeInLanes(KeyedMessages messages, KernelPath path)
    {
        messages.FillGroup();
        var count = messages.Count;
        var done = 0;
        if (path == KernelPath.Vector512)
        {
            // 8 messages and fewer: half the lanes, which take less time than all of them half empty (see docs/kernels.md).
            done = count % 16 is > 0 and <= 8 ? count / 16 * 16 : count;
            Groups<Vector512<uint>, Lanes512>(messages, 0, done);
            path = KernelPath.Vector256;
        }

        if (path == KernelPath.Vector256)
            Groups<Vector256<uint>, Lanes256>(messages, done, count);
        else
            Groups<Vector128<uint>, Lanes128>(messages, done, count);
        foreach (ref readonly var message in messages.Long)
            Compute(messages.KeyOf(message.Number), messages.Message(message), messages.MacBuffer(message.Number));
        _scratch.Zero(_scratch.Length);
    }

    private void Groups<TVector, TLanes>(KeyedMessages messages, int first, int end)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector>
    {
        if (first >= end)
            return;
        var lanes = new KeyedHashLanes<TVector, TLanes>((uint*)_states.Start, (TVector*)_scratch.Start);
        lanes.Compute(messages.Blocks + (first * (nint)KeyedMessages.BlockSize), messages.Bits + first, messages.Keys + first, messages.Macs + (first * (nint)MacSize), end - first);
    }
}
