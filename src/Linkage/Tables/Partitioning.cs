using System.Globalization;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>What the event tables are partitioned by.</summary>
public enum PartitionBy
{
    /// <summary>Not partitioned.</summary>
    None,

    /// <summary>event_year, an integer.</summary>
    EventYear,

    /// <summary>event_month, as 2010-03.</summary>
    EventMonth,

    /// <summary>provider, an integer equal to data_provider.</summary>
    DataProvider,

    /// <summary>participant_bucket, an integer from 0.</summary>
    ParticipantBucket,
}

/// <summary>How event rows are spread over folders.</summary>
/// <param name="By">The rule.</param>
/// <param name="Buckets">Buckets for <see cref="PartitionBy.ParticipantBucket"/>, 1 to 4096.</param>
public sealed record Partitioning(PartitionBy By, int Buckets = 16)
{
    /// <summary>The partition column, or null when not partitioned. It stands in the path and the log, not in the files.</summary>
    public ColumnSchema? Column => By switch
    {
        PartitionBy.EventYear => new(100, "event_year", ColumnType.Int32, Nullable: false, "Year of the (masked) event date: event_dt, issue_date or reg_date."),
        PartitionBy.EventMonth => new(101, "event_month", ColumnType.String, Nullable: false, "Month of the (masked) event date, as 2010-03."),
        PartitionBy.DataProvider => new(102, "provider", ColumnType.Int32, Nullable: false, "data_provider of the record."),
        PartitionBy.ParticipantBucket => new(103, "participant_bucket", ColumnType.Int32, Nullable: false, "Bucket of the participant: XXH3 (64 bits, seed 0) of participant_id modulo the number of buckets."),
        _ => null,
    };

    /// <summary>Partition key of a row.</summary>
    /// <param name="epochDay">Masked event date, days since 1970-01-01.</param>
    /// <param name="dataProvider">data_provider.</param>
    /// <param name="bucketHash">XXH3 of the subject's id, all 64 bits: analysts compute the bucket with any library.</param>
    public int Key(int epochDay, int dataProvider, ulong bucketHash) => By switch
    {
        PartitionBy.EventYear => CivilDate.Year(epochDay),
        PartitionBy.EventMonth => CivilDate.YearMonth(epochDay),
        PartitionBy.DataProvider => dataProvider,
        PartitionBy.ParticipantBucket => (int)(bucketHash % (uint)Buckets),
        _ => 0,
    };

    /// <summary>Value of the partition column for a key, as text.</summary>
    public string Value(int key) => By == PartitionBy.EventMonth
        ? string.Create(CultureInfo.InvariantCulture, $"{key / 12:0000}-{(key % 12) + 1:00}")
        : key.ToString(CultureInfo.InvariantCulture);
}
