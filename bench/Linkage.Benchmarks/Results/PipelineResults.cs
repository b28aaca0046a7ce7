using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Linkage.Benchmarks.Results;

/// <summary>What <c>linkage bench --json</c> wrote, as a file of bench/results: the whole pipeline by source, and each source by stage. Rows have stable names, such as <c>memory.decode</c>.</summary>
internal static class PipelineResults
{
    /// <summary>The file's text.</summary>
    /// <param name="json">What the command wrote.</param>
    /// <param name="title">Title of the file.</param>
    /// <param name="surroundings">What the figures depend on.</param>
    /// <exception cref="InvalidDataException">It is not what the command writes.</exception>
    public static string Text(string json, string title, IEnumerable<(string What, string Value)> surroundings)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Text(document.RootElement, title, surroundings);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"This is not what `linkage bench --json` writes: {e.Message}", e);
        }
    }

    private static string Text(JsonElement root, string title, IEnumerable<(string What, string Value)> surroundings)
    {
        var sources = root.GetProperty("sources").EnumerateObject().ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {title}\n\n");
        text.Append(Surroundings.Table(
        [
            .. surroundings.Select(row => Own(root, row)),
            ("participants", Whole(root, "participants")),
            ("registry", $"{Whole(root, "registry_rows")} rows, {root.GetProperty("registry_bytes").GetInt64() / 1e6:N0} MB"),
            ("records", $"{Whole(root, "records")} of {Whole(root, "patients")} patients in {Whole(root, "batches")} batches"),
            ("lanes", $"{Whole(root, "lanes")} on {Whole(root, "processors")} processors"),
            ("runs", $"median of {Whole(root, "runs")}, after one that does not count"),
        ]));
        text.Append("\n| benchmark | million records/s | least | most | million records/s a core | wall s | processor s | B/record |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var (name, source) in sources.Select(static s => (s.Name, s.Value)))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Millions(source, "records_per_second", "median")} | {Millions(source, "records_per_second", "least")} | {Millions(source, "records_per_second", "most")} | {Millions(source, "records_per_second_a_core", "median")}");
            text.Append(CultureInfo.InvariantCulture, $" | {Seconds(source.GetProperty("seconds"), "median")} | {Seconds(source.GetProperty("cpu_seconds"), "median")} | {FigureColumn.Number(source.GetProperty("allocated_bytes_a_record").GetProperty("median").GetDouble())} |\n");
        }

        text.Append("\n| benchmark | processor s | least | most | share | million records/s a core |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (var (name, source) in sources.Select(static s => (s.Name, s.Value)))
        {
            foreach (var stage in source.GetProperty("stages").EnumerateObject())
            {
                var seconds = stage.Value.GetProperty("cpu_seconds");
                text.Append(CultureInfo.InvariantCulture, $"| {name}.{stage.Name} | {Seconds(seconds, "median")} | {Seconds(seconds, "least")} | {Seconds(seconds, "most")} | {stage.Value.GetProperty("share").GetDouble() * 100:F1}% | {Millions(stage.Value.GetProperty("records_per_second_a_core").GetDouble())} |\n");
            }
        }

        return text.ToString();
    }

    // The program that was measured may be another build than this one.
    private static (string What, string Value) Own(JsonElement root, (string What, string Value) row) => row.What switch
    {
        "Linkage" => ("Linkage", Surroundings.Version(root.GetProperty("linkage_version").GetString()!, root.GetProperty("linkage_commit").GetString()!)),
        "kernels" => ("kernels", string.Join(", ", root.GetProperty("kernel_paths").EnumerateObject().Select(static k => $"{k.Name} {k.Value}"))),
        _ => row,
    };

    private static string Whole(JsonElement root, string name) => root.GetProperty(name).GetInt64().ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(JsonElement spread, string name) => FigureColumn.Number(spread.GetProperty(name).GetDouble());

    private static string Millions(JsonElement source, string name, string which) => Millions(source.GetProperty(name).GetProperty(which).GetDouble());

    private static string Millions(double perSecond) => FigureColumn.Number(perSecond / 1e6);
}
