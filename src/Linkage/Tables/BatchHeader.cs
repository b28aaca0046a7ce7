using Linkage.Batches;

namespace Linkage.Tables;

/// <summary>What every row of a batch shares.</summary>
/// <param name="BatchId">Id in the lane's dictionary.</param>
/// <param name="Practice">Id in the lane's dictionary.</param>
/// <param name="DataProvider">data_provider.</param>
/// <param name="ProcessedAtMicros">When the batch was made, microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Today">The same as days since 1970-01-01, within <see cref="CivilDate"/>: later event dates are in the future.</param>
/// <param name="KeyVersion">Version of the pseudonymisation key.</param>
public readonly record struct BatchHeader(int BatchId, int Practice, int DataProvider, long ProcessedAtMicros, int Today, int KeyVersion)
{
    private const long MicrosPerDay = 86_400_000_000;
    private const long MicrosPerMilli = 1_000;

    /// <summary>Header of a decoded batch. A batch that does not say when it was made was made when its message was: the pipeline has no clock, so that a rerun gives the same rows.</summary>
    public static BatchHeader Of(RawBatch raw, DecodedBatch batch, LaneDictionaries dictionaries, int keyVersion)
    {
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(dictionaries);
        var made = batch.ProcessedTimestamp is > 0 and < long.MaxValue / MicrosPerMilli
            ? batch.ProcessedTimestamp * MicrosPerMilli
            : (raw.Timestamp - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return new BatchHeader(
            dictionaries.BatchIds.GetOrAdd(batch.Bytes(batch.BatchId)),
            dictionaries.Practices.GetOrAdd(batch.Bytes(batch.Practice)),
            batch.DataProvider,
            made,
            (int)Math.Clamp(made / MicrosPerDay, CivilDate.FirstDay, CivilDate.EndDay - 1),
            keyVersion);
    }
}
