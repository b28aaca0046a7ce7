namespace Linkage.Matching.Links;

/// <summary>What a decision on a patient is in the light of earlier batches. Numbers are part of the ledger's file format: add at the end.</summary>
public enum LinkFinding : byte
{
    /// <summary>Nothing to say: not linked, and no earlier link.</summary>
    None = 0,

    /// <summary>Linked, and not remembered: the ledger is off, or too little is known of the patient to be recognised in another batch.</summary>
    Untracked = 1,

    /// <summary>The first link of the patient.</summary>
    New = 2,

    /// <summary>The participant of the earlier link, on evidence as strong.</summary>
    Confirmed = 3,

    /// <summary>The participant of the earlier link, on stronger evidence than any before.</summary>
    Strengthened = 4,

    /// <summary>The participant of the earlier link, on weaker evidence than the strongest before, which stays remembered.</summary>
    Weakened = 5,

    /// <summary>Another participant, on stronger evidence: the link has moved.</summary>
    Changed = 6,

    /// <summary>Another participant, on evidence that is not stronger: not linked, the earlier link stands.</summary>
    Contradicts = 7,

    /// <summary>Nobody, though the participant of the earlier link is still there: not linked, the earlier link stands.</summary>
    Lost = 8,

    /// <summary>For review on other grounds, with an earlier link.</summary>
    InReview = 9,
}

/// <summary>A finding with what it refers to.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Previous">Ordinal of the participant of the earlier link when that is another one than now and may be named; −1 otherwise.</param>
/// <param name="PreviousStrength">Evidence of the earlier link; <see cref="Tier.None"/> when the finding does not refer to one.</param>
public readonly record struct LinkVerdict(LinkFinding Finding, int Previous, LinkStrength PreviousStrength)
{
    /// <summary>Nothing to say.</summary>
    public static LinkVerdict Nothing { get; } = Without(LinkFinding.None);

    /// <summary>A finding that refers to no earlier link, or to one it agrees with.</summary>
    public static LinkVerdict Without(LinkFinding finding) => new(finding, -1, new LinkStrength(Tier.None, double.NaN));
}

/// <summary>Where a patient stood: a patient of a batch is told by it, however often the batch is read.</summary>
/// <param name="Source">Topic and partition, as <see cref="SourceOf"/> has them.</param>
/// <param name="Offset">Offset of the batch.</param>
/// <param name="Patient">Index in the batch.</param>
public readonly record struct LinkPlace(ulong Source, long Offset, int Patient)
{
    /// <summary>One number for a partition of a topic: XXH3 of the topic's name, seeded with the partition.</summary>
    public static ulong SourceOf(ReadOnlySpan<byte> topic, int partition) => System.IO.Hashing.XxHash3.HashToUInt64(topic, partition);
}
