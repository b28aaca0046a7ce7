using System.Text;
using Linkage.Batches;
using Linkage.Matching;
using Linkage.Matching.Links;

namespace Linkage.Tables;

/// <summary>Names of reasons, kinds and outcomes as tables and reports show them: the enum's name in kebab-case.</summary>
public static class Words
{
    private static readonly byte[][] Reasons = All<RejectReason>();
    private static readonly byte[][] Kinds = All<RecordKind>();
    private static readonly byte[][] Outcomes = All<Outcome>();
    private static readonly byte[][] Findings = All<LinkFinding>();

    // One reference: lanes read it while another writes it, and must not see the name of one topic with the bytes of another.
    private static TopicName _topic = new("", []);

    /// <summary>UTF-8 name of a reject reason.</summary>
    public static ReadOnlySpan<byte> Of(RejectReason reason) => Reasons[(int)reason];

    /// <summary>UTF-8 name of a record kind.</summary>
    public static ReadOnlySpan<byte> Of(RecordKind kind) => Kinds[(int)kind];

    /// <summary>UTF-8 name of an outcome.</summary>
    public static ReadOnlySpan<byte> Of(Outcome outcome) => Outcomes[(int)outcome];

    /// <summary>UTF-8 name of what a decision is in the light of earlier batches.</summary>
    public static ReadOnlySpan<byte> Of(LinkFinding finding) => Findings[(int)finding];

    /// <summary>A name as text.</summary>
    public static string Text<T>(T value)
        where T : struct, Enum => Kebab(value.ToString());

    internal static ReadOnlySpan<byte> Topic(string topic)
    {
        var known = _topic;
        if (!ReferenceEquals(known.Name, topic))
        {
            _topic = known = new TopicName(topic, Encoding.UTF8.GetBytes(topic));
        }

        return known.Utf8;
    }

    private sealed record TopicName(string Name, byte[] Utf8);

    private static byte[][] All<T>()
        where T : struct, Enum => Array.ConvertAll(Enum.GetNames<T>(), static name => Encoding.ASCII.GetBytes(Kebab(name)));

    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
