using System.Globalization;
using System.Text;

namespace Linkage.Worker.Tests.Synth;

/// <summary>One row of truth.csv.</summary>
internal sealed record TruthRow(
    string BatchId, int Patient, string ParticipantId, string Kind, bool Clean, string[] Dirt, int[] Sent, int[] Rejects, string RecordDirt)
{
    /// <summary>Reads truth.csv.</summary>
    public static List<TruthRow> Read(byte[] csv) =>
        [.. CsvRows.Read(csv).Select(row => new TruthRow(
            row["batch_id"],
            int.Parse(row["patient"], CultureInfo.InvariantCulture),
            row["participant_id"],
            row["kind"],
            row["clean"] == "1",
            row["dirt"].Split(';', StringSplitOptions.RemoveEmptyEntries),
            [Number(row, "clinical"), Number(row, "scripts"), Number(row, "registrations")],
            [Number(row, "clinical_rejects"), Number(row, "scripts_rejects"), Number(row, "registrations_rejects")],
            row["record_dirt"]))];

    private static int Number(Dictionary<string, string> row, string name) => int.Parse(row[name], CultureInfo.InvariantCulture);
}

/// <summary>Rows of a CSV file without quotes, by column name.</summary>
internal static class CsvRows
{
    /// <summary>Reads all rows.</summary>
    public static List<Dictionary<string, string>> Read(byte[] csv)
    {
        var lines = Encoding.UTF8.GetString(csv).Split('\n');
        Assert.Equal("", lines[^1]);
        var names = lines[0].Split(',');
        return [.. lines[1..^1].Select(line =>
        {
            var values = line.Split(',');
            Assert.Equal(names.Length, values.Length);
            return names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        })];
    }
}
