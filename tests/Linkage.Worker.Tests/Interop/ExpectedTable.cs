using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Linkage.Parquet;
using Linkage.Parquet.Tests;

namespace Linkage.Worker.Tests.Interop;

/// <summary>Rows a table must hold, in any order, by column name.</summary>
/// <param name="columns">Columns with their types; the partition column, a string to readers, among them.</param>
internal sealed class ExpectedTable(params (string Name, ColumnType Type)[] columns)
{
    private const char Separator = '\u001F';
    private const string Null = "\u0000";

    /// <summary>Rows, values in the order of the columns; null, int, long, string or double; lists as their elements joined by ';'.</summary>
    public List<object?[]> Rows { get; } = [];

    /// <summary>Names of the columns.</summary>
    public IEnumerable<string> Columns => columns.Select(column => column.Name);

    /// <summary>DuckDB's expression for each column, so that its text can be told from any other value's: dates as days, doubles as text.</summary>
    public IEnumerable<string> Expressions => columns.Select(column => column.Type switch
    {
        ColumnType.Date => $"{column.Name} - DATE '1970-01-01' AS {column.Name}",
        ColumnType.Double => $"{column.Name}::VARCHAR AS {column.Name}",
        ColumnType.TimestampMicros => $"epoch_us({column.Name}) AS {column.Name}",
        ColumnType.StringList => $"array_to_string({column.Name}, ';') AS {column.Name}",
        _ => column.Name,
    });

    /// <summary>Every row as one text, in no order.</summary>
    public IEnumerable<string> RowTexts() => Rows.Select(row => string.Join(Separator, row.Select(value => value as string ?? ExpectedColumn.Text(value) ?? Null)));

    /// <summary>A row that DuckDB gave for <see cref="Expressions"/> as the same text.</summary>
    public string RowText(JsonObject row) => string.Join(Separator, columns.Select(column =>
        row[column.Name]?.ToString() is not { } text ? Null : column.Type == ColumnType.Double ? ExpectedColumn.Text(Double(text)) : text));

    private static double Double(string text) => text switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

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
                column.Add((type, row[place]) switch
                {
                    (ColumnType.StringList, string joined) => joined.Split(';').Select(Encoding.UTF8.GetBytes).ToArray(),
                    (_, string text) => Encoding.UTF8.GetBytes(text),
                    (_, var value) => value,
                });
            }

            report.Add(name, column.ToReport());
        }

        return report;
    }
}
