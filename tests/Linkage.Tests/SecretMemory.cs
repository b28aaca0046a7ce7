using System.Reflection;
using Linkage.Identity;
using Linkage.Kernels;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Tables;

namespace Linkage.Tests;

/// <summary>The memory of identities, and of what is gathered to be hashed with its MACs, wherever an object keeps it.</summary>
internal static class SecretMemory
{
    public static List<byte[]> Of(object owner)
    {
        var blocks = new List<byte[]>();
        Collect(owner, blocks, []);
        return blocks;
    }

    private static void Collect(object of, List<byte[]> blocks, HashSet<object> seen)
    {
        if (!seen.Add(of))
            return;
        if (of is KeyedMessages messages)
        {
            blocks.AddRange((byte[][])typeof(KeyedMessages).GetMethod("Memory", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(messages, null)!);
            return;
        }

        foreach (var field in of.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            var value = field.GetValue(of);
            if (value is byte[] block && of is PersonIdentity or FieldMessage)
                blocks.Add((byte[])value!);
            else if (value is Array tiers and IMatchTier[])
                Array.ForEach((IMatchTier[])tiers, tier => Collect(tier, blocks, seen));
            else if (value is not (null or Registry or LaneTables or Array or Delegate) && value.GetType() is { IsValueType: false } type && type.Namespace!.StartsWith("Linkage", StringComparison.Ordinal))
                Collect(value, blocks, seen);
        }
    }
}
