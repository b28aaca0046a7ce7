using System.Buffers.Binary;
using System.Text;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>Looks for many byte strings at once, at every byte. Text is found in either case of the letters A to Z; binary as it is.</summary>
internal sealed class LeakScan
{
    /// <summary>Shorter ones are found by chance.</summary>
    public const int Shortest = 6;

    private readonly Dictionary<ulong, List<(byte[] Bytes, string What)>> _texts = [];
    private readonly Dictionary<ulong, List<(byte[] Bytes, string What)>> _binaries = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>What is looked for.</summary>
    public int Count => _known.Count;

    /// <summary>Adds a text; too short ones are left out.</summary>
    public void AddText(string kind, string text)
    {
        // A letter with an accent has its upper case outside ASCII.
        foreach (var form in new[] { text, text.ToUpperInvariant() })
        {
            var bytes = Fold(Encoding.UTF8.GetBytes(form));
            if (bytes.Length >= Shortest && _known.Add($"{kind} {Encoding.UTF8.GetString(bytes)}"))
            {
                Add(_texts, bytes, $"{kind} {form}");
            }
        }
    }

    /// <summary>Adds bytes.</summary>
    public void AddBinary(string what, byte[] bytes)
    {
        if (_known.Add($"{what} {Convert.ToHexString(bytes)}"))
        {
            Add(_binaries, bytes, what);
        }
    }

    /// <summary>What of all that is in the content.</summary>
    public SortedSet<string> Find(byte[] content)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Find(_binaries, content, found);
        Find(_texts, Fold(content), found);
        return found;
    }

    private static void Add(Dictionary<ulong, List<(byte[] Bytes, string What)>> to, byte[] bytes, string what)
    {
        var start = Start(bytes);
        if (!to.TryGetValue(start, out var list))
        {
            to.Add(start, list = []);
        }

        list.Add((bytes, what));
    }

    private static void Find(Dictionary<ulong, List<(byte[] Bytes, string What)>> from, byte[] content, SortedSet<string> found)
    {
        for (var at = 0; at + Shortest <= content.Length; at++)
        {
            if (from.TryGetValue(Start(content.AsSpan(at)), out var list))
            {
                foreach (var (bytes, what) in list)
                {
                    if (content.AsSpan(at).StartsWith(bytes))
                    {
                        found.Add(what);
                    }
                }
            }
        }
    }

    private static ulong Start(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes) | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) << 32);

    private static byte[] Fold(byte[] bytes) => [.. bytes.Select(static b => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 32) : b)];
}
