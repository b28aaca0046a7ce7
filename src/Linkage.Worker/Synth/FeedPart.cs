namespace Linkage.Worker.Synth;

/// <summary>What one practice sends for one reporting period, encoded; reused.</summary>
internal sealed class FeedPart
{
    /// <summary>Rows of participants.csv (in the first period only).</summary>
    public Utf8Buffer Participants { get; } = new(1 << 16);

    /// <summary>Rows of truth.csv.</summary>
    public Utf8Buffer Truth { get; } = new(1 << 16);

    /// <summary>Rows of truth-batches.csv.</summary>
    public Utf8Buffer TruthBatches { get; } = new(1 << 12);

    /// <summary>Batches in single-object encoding, one behind the other.</summary>
    public Utf8Buffer Batches { get; } = new(1 << 18);

    /// <summary>Lengths of the batches, in bytes.</summary>
    public List<int> Lengths { get; } = [];

    /// <summary>Reporting period, 0 the first.</summary>
    public int Period { get; set; }

    /// <summary>Records of all batches.</summary>
    public long Records { get; set; }

    /// <summary>Forgets everything but the memory.</summary>
    public void Clear()
    {
        Participants.Clear();
        Truth.Clear();
        TruthBatches.Clear();
        Batches.Clear();
        Lengths.Clear();
        Records = 0;
    }
}
