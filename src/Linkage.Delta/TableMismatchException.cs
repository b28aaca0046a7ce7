namespace Linkage.Delta;

/// <summary>A table exists, and is not the table this worker writes: other columns, other partitioning, or a log format it does not know.</summary>
public sealed class TableMismatchException(string tableDirectory, string? column, string difference)
    : Exception($"The table in '{tableDirectory}' is not the one this worker writes{(column is null ? "" : $", at column '{column}'")}: {difference}. Use another output folder, or the program version that wrote it.")
{
    /// <summary>Folder of the table.</summary>
    public string TableDirectory { get; } = tableDirectory;

    /// <summary>The first column that differs; null when it is not a matter of columns.</summary>
    public string? Column { get; } = column;
}
