namespace Linkage.Matching;

/// <summary>What a registry holds, in numbers.</summary>
public readonly record struct RegistryCounts
{
    internal const int Length = 12;

    /// <summary>Participants, withdrawn ones included.</summary>
    public long Participants { get; init; }

    /// <summary>Participants who withdrew consent.</summary>
    public long Withdrawn { get; init; }

    /// <summary>Distinct sets of identifiers (former names and postcodes are rows of their own).</summary>
    public long Rows { get; init; }

    /// <summary>Distinct usable NHS numbers.</summary>
    public long NhsNumbers { get; init; }

    /// <summary>NHS numbers that stand on more than one participant and therefore identify nobody.</summary>
    public long SharedNhsNumbers { get; init; }

    /// <summary>Participants with at least one genome id.</summary>
    public long WithGenome { get; init; }

    /// <summary>Participants with at least one questionnaire id.</summary>
    public long WithQuestionnaire { get; init; }

    /// <summary>Entries left out of the exact-key tables because too many rows share the key.</summary>
    public long CrowdedKeys { get; init; }

    /// <summary>Blocks of tier 3 that were split because too many rows share the key.</summary>
    public long SplitBlocks { get; init; }

    /// <summary>Blocks of tier 3 left out because nothing parts their rows.</summary>
    public long SkippedBlocks { get; init; }

    /// <summary>Times a row was left out of a block of tier 3, either way; other blocks have it.</summary>
    public long SkippedBlockRows { get; init; }

    /// <summary>
    /// Ordered pairs of participants of one surname at one postcode, beyond those that chance gives: how many relatives a participant has among the participants.
    /// </summary>
    public long Kin { get; init; }

    internal static RegistryCounts From(ReadOnlySpan<long> values) => new()
    {
        Participants = values[0],
        Withdrawn = values[1],
        Rows = values[2],
        NhsNumbers = values[3],
        SharedNhsNumbers = values[4],
        WithGenome = values[5],
        WithQuestionnaire = values[6],
        CrowdedKeys = values[7],
        SplitBlocks = values[8],
        SkippedBlocks = values[9],
        SkippedBlockRows = values[10],
        Kin = values[11],
    };

    internal long[] Values() => [Participants, Withdrawn, Rows, NhsNumbers, SharedNhsNumbers, WithGenome, WithQuestionnaire, CrowdedKeys, SplitBlocks, SkippedBlocks, SkippedBlockRows, Kin];
}
