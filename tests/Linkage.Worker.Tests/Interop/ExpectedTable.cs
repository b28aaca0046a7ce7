using System.Text;
using Linkage.Parquet;
using Linkage.Parquet.Tests;

namespace Linkage.Worker.Tests.Interop;

/// <summary>Rows a table must hold, in any order, by column name.</summary>
/// <param name="columns">Columns with their types; the partition column, a string to readers, among them.</param>
internal sealed class ExpectedTable(params (string Name, ColumnType Type)[] columns)
{
    /// <summary>Rows, values in the order of the columns; null, int, long, string or double.</summary>
    public List<object?[]> Rows { get; } = [];

    /// <summary>Names of the columns.</summary>
    public IEnumerable<string> Columns => columns.Select(column => column.Name);

    /// <summary>Adds a row.</summary>
    public void Add(params object?[] values)
    {
        Assert.Equal(columns.Length, values.Length);
        Rows.Add(values);
    }

    /// <summary>What every reader must say of each column.</summary>
    public Dictionary<string, ReportedColumn> Report()
    {
        var report = new Dictionary<string, ReportedColumn>(StringComparer.Ordinal);
        foreach (var (place, (name, type)) in columns.Index())
        {
            var column = new ExpectedColumn(type);
            foreach (var row in Rows)
            {
                column.Add(row[place] is string text ? Encoding.UTF8.GetBytes(text) : row[place]);
            }

            report.Add(name, column.ToReport());
        }

        return report;
    }
}
