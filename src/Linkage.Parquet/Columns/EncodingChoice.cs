namespace Linkage.Parquet.Columns;

/// <summary>
/// The best of several encodings of a chunk: the one with the fewest bytes behind the codec, except that one which readers decode more slowly must be smaller by a margin. In: what
/// a sample of the chunk takes in each, scaled to the chunk.
/// </summary>
internal ref struct EncodingChoice<T>
    where T : struct, Enum
{
    private double _weighed;

    /// <summary>The best so far.</summary>
    public T? Best { get; private set; }

    /// <summary>Considers an encoding.</summary>
    /// <param name="encoding">The encoding.</param>
    /// <param name="bytes">Bytes of the chunk in it, about.</param>
    /// <param name="margin">Share by which it must be smaller than one without a margin.</param>
    public void Consider(T encoding, double bytes, double margin = 0)
    {
        double weighed = bytes * (1 + margin);
        if (Best is not null && weighed >= _weighed)
            return;
        Best = encoding;
        _weighed = weighed;
    }
}

/// <summary>How much of a chunk is encoded to see what an encoding makes of it.</summary>
internal static class Sample
{
    /// <summary>Bytes of PLAIN values after which a sample ends.</summary>
    public const int Bytes = 1 << 17;

    /// <summary>
    /// What delta encodings must save: DuckDB and Spark decode them value by value, where a dictionary is a look-up and PLAIN a copy.
    /// </summary>
    public const double DeltaMargin = 0.1;

    /// <summary>The same for BYTE_STREAM_SPLIT.</summary>
    public const double SplitMargin = 0.05;

    // A sample costs what its rows would: a sixty-fourth of the chunk, but enough for the codec to show what it can do.
    private const int Share = 64;
    private const int MinRows = 1024;
    private const int MaxRows = 8192;

    /// <summary>A stretch from the middle of so many values: order and neighbours are what most encodings live on.</summary>
    public static Range Of(int values)
    {
        int rows = Math.Min(values, Math.Clamp(values / Share, MinRows, MaxRows));
        int start = (values - rows) / 2;
        return start..(start + rows);
    }
}
