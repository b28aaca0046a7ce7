using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta;

/// <summary>A table as its log describes it. Partition columns are not stored in the data files.</summary>
/// <param name="Schema">All columns, partition columns included (hive readers get them from the path).</param>
/// <param name="PartitionColumns">Names of the partition columns in path order; empty for an unpartitioned table.</param>
public sealed record TableDefinition(TableSchema Schema, ImmutableArray<string> PartitionColumns)
{
    /// <summary>Throws when the definition contradicts itself: no columns, names that differ by case only, unknown partition columns.</summary>
    internal static void Validate(TableDefinition definition)
    {
        var (schema, partitionColumns) = definition;
        if (schema.Columns.IsDefaultOrEmpty)
            throw new ArgumentException($"Table {schema.Name} has no columns.", nameof(definition));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var ids = new HashSet<int>();
        foreach (var column in schema.Columns)
        {
            // Delta: all column names must be unique regardless of casing.
            if (string.IsNullOrEmpty(column.Name) || !names.Add(column.Name))
                throw new ArgumentException($"Table {schema.Name} has a column without a name, or '{column.Name}' twice (names must differ by more than case).", nameof(definition));
            if (!ids.Add(column.FieldId))
                throw new ArgumentException($"Table {schema.Name} uses field id {column.FieldId} twice, at '{column.Name}'.", nameof(definition));
        }
        if (partitionColumns.IsDefault)
            throw new ArgumentException($"Table {schema.Name}: partition columns are not set; use an empty array for none.", nameof(definition));
        foreach (var name in partitionColumns)
        {
            if (!schema.Columns.Any(c => string.Equals(c.Name, name, StringComparison.Ordinal)))
                throw new ArgumentException($"Table {schema.Name}: partition column '{name}' is not a column of the table.", nameof(definition));
        }
        if (partitionColumns.Distinct(StringComparer.Ordinal).Count() != partitionColumns.Length)
            throw new ArgumentException($"Table {schema.Name}: a partition column is named twice.", nameof(definition));
    }

    /// <summary>Whether <paramref name="name"/> is a partition column.</summary>
    internal bool IsPartitionColumn(string name) => PartitionColumns.Contains(name, StringComparer.Ordinal);

    /// <summary>
    /// Compares what a table has with what a worker wants to write. Columns and partition columns of both must agree in order, name,
    /// type, nullability and field id. What one of them has beyond the other must be nullable.
    /// </summary>
    /// <returns>How many columns <paramref name="wanted"/> has beyond this definition; negative when this one has more.</returns>
    /// <exception cref="TableMismatchException">They differ in another way.</exception>
    internal int CompareTo(TableDefinition wanted, string tableDirectory)
    {
        if (!PartitionColumns.SequenceEqual(wanted.PartitionColumns, StringComparer.Ordinal))
        {
            throw new TableMismatchException(
                tableDirectory,
                PartitionColumns.Except(wanted.PartitionColumns, StringComparer.Ordinal)
                    .Concat(wanted.PartitionColumns.Except(PartitionColumns, StringComparer.Ordinal)).FirstOrDefault() ?? PartitionColumns[0],
                $"it is partitioned by [{string.Join(", ", PartitionColumns)}], and this worker partitions by [{string.Join(", ", wanted.PartitionColumns)}]");
        }
        var have = Schema.Columns;
        var want = wanted.Schema.Columns;
        for (var i = 0; i < Math.Min(have.Length, want.Length); i++)
        {
            var (h, w) = (have[i], want[i]);
            if (!string.Equals(h.Name, w.Name, StringComparison.Ordinal))
                throw new TableMismatchException(tableDirectory, w.Name, $"column {i + 1} is '{h.Name}' in the table and '{w.Name}' in this worker");
            if (h.Type != w.Type)
                throw new TableMismatchException(tableDirectory, w.Name, $"its type is {h.Type} in the table and {w.Type} in this worker");
            if (h.Nullable != w.Nullable)
                throw new TableMismatchException(tableDirectory, w.Name, $"it is {(h.Nullable ? "nullable" : "required")} in the table and {(w.Nullable ? "nullable" : "required")} in this worker");
            if (h.FieldId != w.FieldId)
                throw new TableMismatchException(tableDirectory, w.Name, $"its field id is {h.FieldId} in the table and {w.FieldId} in this worker");
        }
        foreach (var more in have.Length > want.Length ? have.Skip(want.Length) : want.Skip(have.Length))
        {
            if (!more.Nullable)
                throw new TableMismatchException(tableDirectory, more.Name, $"only {(have.Length > want.Length ? "the table" : "this worker")} has it, and it is not nullable");
        }
        return want.Length - have.Length;
    }
}
