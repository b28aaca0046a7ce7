using System.Collections.Immutable;

namespace Linkage.Parquet;

/// <summary>The types a column can have. Each has one physical and one logical Parquet type, of its elements where it is a list.</summary>
public enum ColumnType
{
    /// <summary>BOOLEAN.</summary>
    Boolean,

    /// <summary>INT32.</summary>
    Int32,

    /// <summary>INT64.</summary>
    Int64,

    /// <summary>DOUBLE.</summary>
    Double,

    /// <summary>INT32, logical DATE: days since 1970-01-01.</summary>
    Date,

    /// <summary>INT64, logical TIMESTAMP(MICROS, adjusted to UTC): microseconds since 1970-01-01T00:00:00Z.</summary>
    TimestampMicros,

    /// <summary>BYTE_ARRAY, logical STRING: UTF-8.</summary>
    String,

    /// <summary>LIST of BYTE_ARRAY, logical STRING: any number of UTF-8 texts, none of them null.</summary>
    StringList,
}

/// <summary>One column of a table.</summary>
/// <param name="FieldId">Stable id, unique in the table, never reused; from 1.</param>
/// <param name="Name">Column name as readers see it.</param>
/// <param name="Type">Value type.</param>
/// <param name="Nullable">Whether nulls may occur.</param>
/// <param name="Description">What the column holds, in one sentence.</param>
public sealed record ColumnSchema(int FieldId, string Name, ColumnType Type, bool Nullable, string Description)
{
    /// <summary>Whether each row group gets a bloom filter of this column's values (<see cref="ParquetOptions.BloomFalsePositives"/>); not for Double and Boolean.</summary>
    public bool Bloom { get; init; }
}

/// <summary>The columns of a table, in order.</summary>
/// <param name="Name">Table name.</param>
/// <param name="Description">What one row is.</param>
/// <param name="Columns">Columns in file order.</param>
public sealed record TableSchema(string Name, string Description, ImmutableArray<ColumnSchema> Columns);
