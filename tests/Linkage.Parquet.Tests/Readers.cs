using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Linkage.Parquet.Tests;

/// <summary>Calls the programs of tests/interop.</summary>
internal static class Readers
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public static IReadOnlyList<string> Names { get; } = ["duckdb", "hyparquet", "parquet-wasm"];

    private static string Folder { get; } = FindFolder();

    /// <summary>Skips the test, saying so, where the readers are not installed.</summary>
    public static void Require() =>
        Xunit.Skip.IfNot(Directory.Exists(Path.Combine(Folder, "node_modules")), "The readers are not installed: run 'npm ci' in tests/interop.");

    /// <summary>What every reader says of every file of a folder: by reader and file name, the columns by name.</summary>
    public static IReadOnlyDictionary<(string Reader, string File), Report> ReadEach(string folder)
    {
        Dictionary<(string, string), Report> reports = [];
        foreach (string line in Run("read.mjs", "all", "--each", folder))
        {
            Report report = JsonSerializer.Deserialize<Report>(line, Json)!;
            reports.Add((report.Reader, Path.GetFileName(report.Path)), report);
        }

        return reports;
    }

    /// <summary>What every reader says of a folder as one table.</summary>
    public static IReadOnlyList<Report> ReadTable(string folder) =>
        [.. Run("read.mjs", "all", folder).Select(line => JsonSerializer.Deserialize<Report>(line, Json)!)];

    /// <summary>What every reader says of each of several tables (folders or globs): by reader and place.</summary>
    public static IReadOnlyDictionary<(string Reader, string Place), Report> ReadTables(params string[] places) =>
        Run("read.mjs", ["all", .. places]).Select(line => JsonSerializer.Deserialize<Report>(line, Json)!).ToDictionary(report => (report.Reader, report.Path));

    /// <summary>What one reader says of every file of a folder, by path.</summary>
    public static IReadOnlyDictionary<string, Report> ReadFiles(string reader, string folder) =>
        Run("read.mjs", [reader, "--each", folder]).Select(line => JsonSerializer.Deserialize<Report>(line, Json)!).ToDictionary(report => report.Path);

    /// <summary>Footer and pages of files as they lie on disk.</summary>
    public static IReadOnlyList<JsonObject> Pages(params string[] files) =>
        [.. Run("pages.mjs", files).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>What hyparquet reads of a file for the rows that each filter admits, by the indexes it uses: scan, statistics, bloom, pages.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, ReadingCost>> Skip(string file, params JsonObject[] filters) =>
        [.. Run("skip.mjs", [file, .. filters.Select(filter => filter.ToJsonString())]).Select(line => JsonSerializer.Deserialize<Dictionary<string, ReadingCost>>(line, Json)!)];

    /// <summary>Rows of a DuckDB query, each a JSON object.</summary>
    public static IReadOnlyList<JsonObject> Query(string sql) =>
        [.. Run("query.mjs", sql).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>Outcomes of several DuckDB queries: each an object with its rows, or with its error.</summary>
    public static IReadOnlyList<JsonObject> QueryEach(params string[] queries) =>
        [.. Run("query.mjs", ["--each", .. queries]).Select(line => JsonNode.Parse(line)!.AsObject())];

    private static List<string> Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new("node") { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        List<string> lines = [];
        while (process.StandardOutput.ReadLine() is { } line)
            lines.Add(line);
        process.WaitForExit();
        // A file that cannot be read is reported in its line; anything else on standard error is a failure of the program.
        string message = errors.GetAwaiter().GetResult();
        if (lines.Count == 0 && process.ExitCode != 0)
            throw new InvalidOperationException($"node {program} ended with {process.ExitCode}: {message}");
        return lines;
    }

    private static string FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Linkage.sln")))
                return Path.Combine(folder.FullName, "tests", "interop");
        }

        throw new DirectoryNotFoundException("The tests do not run inside the checkout: no Linkage.sln above them.");
    }
}

/// <summary>Rows that came out, and bytes that were read for them.</summary>
internal sealed record ReadingCost(long Rows, long Bytes);

/// <summary>What a reader says of one table.</summary>
internal sealed record Report(string Reader, string Path, string? Error, long Rows, Dictionary<string, ReportedColumn>? Columns);
