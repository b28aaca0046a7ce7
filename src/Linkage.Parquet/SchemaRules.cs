namespace Linkage.Parquet;

/// <summary>What a table's columns must be for a file of them to be written.</summary>
internal static class SchemaRules
{
    /// <exception cref="ArgumentException">Names or field ids are missing or occur twice, or a column is what no file holds.</exception>
    public static void Check(TableSchema schema)
    {
        if (schema.Columns.IsDefaultOrEmpty)
            throw new ArgumentException($"Table '{schema.Name}' has no columns.", nameof(schema));
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<int> ids = [];
        foreach (ColumnSchema column in schema.Columns)
        {
            if (string.IsNullOrEmpty(column.Name) || !names.Add(column.Name))
                throw new ArgumentException($"Table '{schema.Name}': column name '{column.Name}' is empty or occurs twice.", nameof(schema));
            if (column.FieldId < 1 || !ids.Add(column.FieldId))
                throw new ArgumentException($"Table '{schema.Name}': field id {column.FieldId} of column '{column.Name}' is below 1 or occurs twice.", nameof(schema));
            if (!Enum.IsDefined(column.Type))
                throw new ArgumentException($"Table '{schema.Name}': column '{column.Name}' has no known type.", nameof(schema));
            // Readers look a zero up as one of two, and NaN as one of many; of booleans there are only two.
            if (column.Bloom && column.Type is ColumnType.Double or ColumnType.Boolean)
                throw new ArgumentException($"Table '{schema.Name}': column '{column.Name}' is {column.Type}, of which there are no bloom filters.", nameof(schema));
        }
    }
}
