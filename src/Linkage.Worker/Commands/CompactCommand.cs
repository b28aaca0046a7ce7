using System.CommandLine;
using System.Globalization;
using Linkage.Delta;
using Linkage.Delta.Compaction;
using Linkage.Worker.Configuration;
using Linkage.Worker.Display;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Reports;
using Spectre.Console;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage compact</c>: small files to large sorted ones. Exit codes: 0 done, 1 a table is damaged or another compaction is at work, 2 bad input, 5 output.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        var directory = new Option<string>("--output") { HelpName = "DIR", Description = "Output folder of the tables.", Required = true };
        var tables = new Option<string[]>("--table") { HelpName = "NAME", Description = "Only this table; repeatable. All tables by default.", AllowMultipleArgumentsPerToken = false };
        var target = new Option<long?>("--target-mb") { HelpName = "N", Description = "Size a file aims at, in MiB; files of three quarters of it and more are left alone. Output:TargetFileMegabytes by default (128)." };
        var least = new Option<int>("--min-files") { HelpName = "N", Description = "Small files a partition must have to be worth it.", DefaultValueFactory = static _ => 2 };
        var memory = new Option<long>("--memory-mb") { HelpName = "N", Description = "Memory for the row groups being merged, in MiB.", DefaultValueFactory = static _ => 1024 };
        var linger = new Option<int>("--linger-seconds") { HelpName = "N", Description = "How long a table's old folder is kept after the exchange, for readers that are listing it.", DefaultValueFactory = static _ => 10 };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would be done; write nothing." };
        var config = new Option<string>("--config") { HelpName = "FILE", Description = "Configuration file of the worker, for Output:Codec and what else says how files are written; appsettings.json in the working folder by default." };
        var sets = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "KEY=VALUE, a setting that says how files are written, such as Output:ZstdLevel=3; repeatable.", AllowMultipleArgumentsPerToken = false };
        var command = new Command("compact", "Merge the small files of each partition into large sorted ones: the same rows, checked, in one log entry a table. Safe beside workers and readers.")
        {
            directory, tables, target, least, memory, linger, dry, config, sets,
        };
        command.SetAction(parsed =>
        {
            CompactionOptions options;
            try
            {
                var (parquet, bytes) = RunSettings.ResolveFiles(SettingsSources.Read(parsed.GetValue(config), parsed.GetValue(sets) ?? [], []), parsed.GetValue(sets) ?? []);
                options = new CompactionOptions
                {
                    TargetBytes = parsed.GetValue(target) is { } megabytes ? Within(target, megabytes, 1, 1 << 20) << 20 : bytes,
                    MinFiles = (int)Within(least, parsed.GetValue(least), 2, int.MaxValue),
                    MemoryBytes = Within(memory, parsed.GetValue(memory), 16, 1 << 20) << 20,
                    Linger = TimeSpan.FromSeconds(Within(linger, parsed.GetValue(linger), 0, 86_400)),
                    Parquet = parquet with { EncodeThreads = Math.Clamp(Environment.ProcessorCount, 1, Flush.MaxEncodeThreads) },
                };
            }
            catch (SettingsException e)
            {
                Console.Error.WriteLine($"linkage: {e.Message}");
                return ExitCode.BadInput;
            }

            return Run(parsed.GetRequiredValue(directory), parsed.GetValue(tables) ?? [], options, parsed.GetValue(dry), Terminal.Output(), Console.Error);
        });
        return command;
    }

    /// <summary>Compacts, or says what it would do.</summary>
    public static int Run(string directory, IReadOnlyCollection<string> only, CompactionOptions options, bool dryRun, IAnsiConsole console, TextWriter error)
    {
        if (!Directory.Exists(directory))
        {
            error.WriteLine($"linkage: there is no folder {directory}.");
            return ExitCode.BadInput;
        }

        directory = Path.GetFullPath(directory);
        var tables = OutputTables.Of(directory);
        if (tables.Count == 0)
        {
            error.WriteLine($"linkage: {directory} has no table in it; --output takes the folder that holds the tables' folders.");
            return ExitCode.BadInput;
        }

        if (only.FirstOrDefault(name => !tables.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            error.WriteLine($"linkage: {directory} has no table '{unknown}'; it has {string.Join(", ", tables)}.");
            return ExitCode.BadInput;
        }

        var chosen = only.Count == 0 ? tables : [.. tables.Where(t => only.Contains(t, StringComparer.Ordinal))];
        try
        {
            return dryRun ? Plan(directory, chosen, options, console) : Compact(directory, chosen, options, console, error);
        }
        catch (Exception e) when (WorkerRun.ExitCodeOf(e) is { } code)
        {
            error.WriteLine($"linkage: {e.Message}");
            return code;
        }
    }

    private static int Plan(string directory, IReadOnlyList<string> tables, CompactionOptions options, IAnsiConsole console)
    {
        var grid = console.Grid("table", "#files now", "#to merge", "#partitions", "#MB to merge", "#files after, about");
        foreach (var table in tables)
        {
            var plan = CompactionPlan.Of(Path.Combine(directory, table), options);
            var after = plan.Groups.Sum(g => g.FilesAt(options.TargetBytes));
            grid.AddTexts(table, N(plan.LiveFiles), N(plan.Files), N(plan.Partitions), Megabytes(plan.Bytes), N(plan.LiveFiles - plan.Files + after));
        }

        console.WriteTable(grid);
        console.Profile.Out.Writer.WriteLine("dry run: nothing was written");
        return ExitCode.Done;
    }

    private static int Compact(string directory, IReadOnlyList<string> tables, CompactionOptions options, IAnsiConsole console, TextWriter error)
    {
        using var compaction = TableCompaction.TryBegin(directory, RunHistory.CompactionPrefix + WorkerRun.NewRunId(TimeProvider.System.GetUtcNow()));
        if (compaction is null)
        {
            error.WriteLine($"linkage: another compaction is at work in {directory}; run again when it is done.");
            return ExitCode.Failed;
        }

        var code = ExitCode.Done;
        var results = new List<(string Table, CompactionResult Result)>();
        foreach (var table in tables)
        {
            try
            {
                results.Add((table, Watched(console, $"{table}: merging small files", () => compaction.Run(Path.Combine(directory, table), OutputTables.LayoutOf(table), options, TimeProvider.System))));
            }
            catch (Exception e) when (e is InvalidDataException or TableMismatchException or TimeoutException)
            {
                // One damaged table is no reason to leave the others as they are.
                error.WriteLine($"linkage: {table}: {e.Message}");
                code = ExitCode.Failed;
            }
            catch (Exception e) when (WorkerRun.ExitCodeOf(e) is { } failure)
            {
                // What has been done is said all the same.
                error.WriteLine($"linkage: {table}: {e.Message}");
                code = failure;
                break;
            }
        }

        var grid = console.Grid("table", "#files merged", "#into", "#partitions", "#rows", "#MB before", "#MB after", "#log version");
        foreach (var (table, result) in results)
        {
            grid.AddTexts(
                table,
                N(result.Plan.Files),
                N(result.Files),
                N(result.Plan.Partitions),
                N(result.Rows),
                Megabytes(result.Plan.Bytes),
                Megabytes(result.Bytes),
                result.Version is { } version ? N(version) : "as it was");
        }

        console.WriteTable(grid);
        console.Profile.Out.Writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"compacted: {results.Sum(static r => r.Result.Plan.Files):N0} files into {results.Sum(static r => r.Result.Files):N0}; {results.Sum(static r => r.Result.Rows):N0} rows, the same before and after"));
        if (options.Linger > TimeSpan.Zero && results.Exists(static r => r.Result.Version is not null))
        {
            console.Profile.Out.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the tables' old folders stay for {options.Linger.TotalSeconds:N0} s, for readers that are listing them"));
        }

        return code;
    }

    /// <summary>On a terminal, says what goes on while it does.</summary>
    private static T Watched<T>(IAnsiConsole console, string what, Func<T> work) =>
        console.Profile.Capabilities.Interactive ? console.Status().Start(what, _ => work()) : work();

    private static long Within(Option option, long value, long least, long most) => value >= least && value <= most
        ? value
        : throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; allowed: a whole number from {least} to {most}."));

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture);
}
