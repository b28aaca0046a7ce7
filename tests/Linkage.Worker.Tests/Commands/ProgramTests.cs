using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Linkage.Kafka;
using Linkage.Kernels;
using Linkage.Worker.Reports;

namespace Linkage.Worker.Tests.Commands;

/// <summary>The program as people start it: a process, with its output in pipes.</summary>
public sealed class ProgramTests : IDisposable
{
    private const char Escape = '\u001b';
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-program-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bogus")]
    [InlineData("runs")]
    [InlineData("keys", "new", "--bogus")]
    [InlineData("train", "--seed", "many")]
    [InlineData("registry", "build", "--participants", "none", "--keys", "none", "--out", "none", "--filter-noise", "0.5")]
    [InlineData("link", "--participants", "none", "--patients", "none", "--keys", "none", "--out", "out", "--filter-noise", "some")]
    [InlineData("link", "--participants", "none", "--patients", "none", "--keys", "none", "--out", "out", "--fold-filters", "--filter-noise", "0.7")]
    [InlineData("demo", "--records", "many")]
    [InlineData("demo", "--records", "0")]
    [InlineData("demo", "--partitions", "0")]
    [InlineData("broker", "--topic", "no-partitions")]
    [InlineData("run", "--set", "Output:PartitonBy=event_month")]
    public void A_bad_command_line_ends_with_2_and_says_why(params string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("linkage: ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("avx512", "--version")]
    [InlineData("3", "keys", "new", "--out", "keys.json")]
    [InlineData("vector64", "registry", "info", "none")]
    [InlineData("sclar", "demo", "--records", "1000")]
    [InlineData(" ", "run", "--set", "Output:PartitonBy=event_month")]
    public void A_path_that_is_none_ends_every_command_with_2_and_one_line(string path, params string[] arguments)
    {
        var (code, output, error) = Run(arguments, ("LINKAGE_FORCE_PATH", path));
        Assert.Equal((2, ""), (code, output));
        Assert.Equal($"linkage: LINKAGE_FORCE_PATH is \"{path}\"; it must be one of scalar, vector128, vector256, vector512, or not set\n", error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_forced_path_is_taken_and_said_and_changes_no_result()
    {
        using var broker = new EmbeddedBroker("gp", 1);
        foreach (var command in (string[])["synth --out feed --participants 300 --records 8000 --dirt 0.3 --seed 4", "keys new --out keys", "registry build --participants feed/participants.csv --keys keys --out registry", $"produce --from feed/batches --brokers {broker.Bootstrap} --topic gp"])
        {
            Assert.Equal(0, Run(command.Split(' ')).Code);
        }

        // One partition, one lane: batches come in one order.
        var chosen = Ingest("chosen", []);
        var scalar = Ingest("scalar", [("LINKAGE_FORCE_PATH", "Scalar")]);
        Assert.All(scalar.KernelPaths!, static kernel => Assert.Equal("scalar", kernel.Value));
        Assert.Equal(KernelDispatch.Chosen.Keys.Order(StringComparer.Ordinal), scalar.KernelPaths!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Counts(chosen), Counts(scalar));

        RunReport Ingest(string output, (string, string)[] environment)
        {
            var (code, said, error) = Run($"run --until-caught-up --brokers {broker.Bootstrap} --topic gp --group {output} --registry registry --keys keys --output {output} --set Lanes:Count=1".Split(' '), environment);
            Assert.True(code == 0, said + error);
            var report = RunReport.FromJson(File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(_folder, output, "_runs"), "*.json"))))!;
            Assert.Contains("Kernels: " + string.Join(", ", report.KernelPaths!.Select(static k => $"{k.Key} {k.Value}")), error, StringComparison.Ordinal);
            return report;
        }

        static string Counts(RunReport report) => string.Join('\n', report.Records.Select(static r => $"{r.Key} {r.Value.In} {r.Value.Out} {r.Value.Dropped} {r.Value.Rejected}").Concat(report.Patients.Outcomes.Concat(report.Patients.LinksByTier).Select(static o => $"{o.Key} {o.Value}")));
    }

    [Fact]
    public void A_process_shuts_memory_dumps_off_unless_told_not_to()
    {
        Assert.True(OperatingSystem.IsLinux());
        var before = Environment.GetEnvironmentVariable(MemoryPrivacy.AllowVariable);
        try
        {
            Environment.SetEnvironmentVariable(MemoryPrivacy.AllowVariable, "1");
            var dumpable = MemoryPrivacy.IsDumpable;
            MemoryPrivacy.Protect();
            Assert.Equal(dumpable, MemoryPrivacy.IsDumpable);
            Environment.SetEnvironmentVariable(MemoryPrivacy.AllowVariable, null);
            MemoryPrivacy.Protect();
            Assert.False(MemoryPrivacy.IsDumpable);
        }
        finally
        {
            Environment.SetEnvironmentVariable(MemoryPrivacy.AllowVariable, before);
        }
    }

    [Fact]
    public void Nothing_a_run_leaves_behind_holds_an_identifier_that_went_in()
    {
        using var broker = new EmbeddedBroker("gp", 2);
        var terminal = new StringBuilder();
        foreach (var command in (string[])[
            "synth --out feed --participants 60 --records 6000 --dirt 0.3 --seed 9",
            "keys new --out keys",
            "registry build --participants feed/participants.csv --keys keys --out registry",
            $"produce --from feed/batches --brokers {broker.Bootstrap} --topic gp",
            // Uncompressed, so that what the files hold can be searched as it is.
            $"run --until-caught-up --brokers {broker.Bootstrap} --topic gp --group g --registry registry --keys keys --output tables --set Output:Codec=none",
            "verify --output tables",
            "runs --output tables --json"])
        {
            var (code, output, error) = Run(command.Split(' '));
            Assert.True(code == 0, command + output + error);
            terminal.Append(output).Append(error);
        }

        var left = Directory.EnumerateFiles(Path.Combine(_folder, "tables"), "*", SearchOption.AllDirectories).Append(Path.Combine(_folder, "registry")).ToDictionary(static path => path, File.ReadAllBytes);
        left.Add("terminal", Encoding.UTF8.GetBytes(terminal.ToString()));
        var lines = File.ReadAllLines(Path.Combine(_folder, "feed", "participants.csv"));
        var columns = lines[0].Split(',').ToList();
        string[] Values(string column) => [.. lines.Skip(1).Select(line => line.Split(',')[columns.IndexOf(column)]).Where(static v => v.Length > 0).Distinct(StringComparer.Ordinal)];
        bool Found(byte[] text) => left.Values.Any(bytes => bytes.AsSpan().IndexOf(text) >= 0);

        // The search finds what is there: ids in the data pages, not only the least and the greatest of the statistics.
        var data = left.Where(static f => f.Key.EndsWith(".parquet", StringComparison.Ordinal)).Max(f => Values("participant_id").Count(id => f.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(id)) >= 0));
        Assert.True(data > 10, $"{data} ids found in one file");
        var numbers = Values("nhs_number");
        Assert.True(numbers.Length > 30);
        foreach (var digits in numbers.Select(static n => string.Concat(n.Where(char.IsAsciiDigit))))
        {
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes(digits));
            string[] forms = [digits, $"{digits[..3]} {digits[3..6]} {digits[6..]}", $"{digits[..3]}-{digits[3..6]}-{digits[6..]}", Convert.ToHexString(hash), Convert.ToHexStringLower(hash), Convert.ToBase64String(hash)];
            Assert.All(forms, form => Assert.False(Found(Encoding.UTF8.GetBytes(form))));
            Assert.False(Found(hash[..16]));
        }

        foreach (var postcode in Values("postcode").Where(static v => v.Length > 5))
            Assert.All((string[])[postcode, postcode.Replace(" ", "", StringComparison.Ordinal)], form => Assert.False(Found(Encoding.UTF8.GetBytes(form))));

        // A short name may stand inside a drug's; as a value it has its length before it.
        foreach (var name in Values("surname").Concat(Values("forename")).SelectMany(static n => (string[])[n, n.ToUpperInvariant()]).Select(Encoding.UTF8.GetBytes))
            Assert.False(Found([(byte)name.Length, 0, 0, 0, .. name]));
    }

    [Fact]
    public void Help_and_version_are_asked_for_and_end_with_0()
    {
        var (code, help, _) = Run("--help");
        Assert.Equal(0, code);
        Assert.All((string[])["keys", "registry", "synth", "broker", "produce", "run", "runs", "link", "evaluate", "verify", "demo", "bench"], command => Assert.Matches($@"\n  {command} +\w", help));
        (code, var version, _) = Run("--version");
        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+", version);
        Assert.Contains("see `linkage keys new --help`", Run("keys", "new").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demonstration_runs_alone_again_and_leaves_no_process()
    {
        string[] demo = ["demo", "--records", "4000", "--participants", "100", "--seed", "5", "--partitions", "2", "--out", "here"];
        for (var time = 1; time <= 2; time++)
        {
            var (code, output, error) = Run(demo);
            Assert.True(code == 0, output + error);
            Assert.DoesNotContain(Escape, output);
            Assert.DoesNotContain(Escape, error);
            Assert.Matches(@"all +4,000 ", output);
            var tables = Path.Combine(_folder, "here", "tables");
            Assert.Contains($"read_parquet('{tables}/gp_clinical/event_year=*/*.parquet', hive_partitioning=true)", output, StringComparison.Ordinal);
            Assert.Single(Directory.EnumerateFiles(Path.Combine(tables, "_runs"), "*.json"));
            var broker = int.Parse(Regex.Match(output, @"(?<=process )\d+", RegexOptions.None, Patience).Value, CultureInfo.InvariantCulture);
            Assert.False(Directory.Exists($"/proc/{broker}") && File.ReadAllText($"/proc/{broker}/cmdline").Contains("gp-records:2", StringComparison.Ordinal), $"the broker, process {broker}, still runs");
            var verified = Run("verify", "--output", tables, "--truth", Path.Combine(_folder, "here", "feed", "truth.csv"));
            Assert.True(verified.Code == 0, verified.Output + verified.Error);
        }
    }

    [Fact]
    public void The_demonstration_touches_nothing_that_is_not_its_own()
    {
        var foreign = Path.Combine(_folder, "thesis.txt");
        File.WriteAllText(foreign, "years of work");
        var (code, _, error) = Run("demo", "--out", ".");
        Assert.Equal(2, code);
        Assert.Contains("thesis.txt", error, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, ".linkage-demo"), "");
        Assert.Equal(2, Run("demo", "--out", ".").Code);
        Assert.Equal("years of work", File.ReadAllText(foreign));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_folder).Count());
    }

    [Fact]
    public void The_demonstration_is_not_led_astray_by_settings_around_it()
    {
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), """{ "Linkage": { "Nonsense": 1 } }""");
        var (code, output, error) = Run(["demo", "--records", "1000", "--participants", "30", "--out", "here"], ("LINKAGE__OUTPUT__PARTITIONBY", "nonsense"));
        Assert.True(code == 0, output + error);
    }

    private (int Code, string Output, string Error) Run(params string[] arguments) => Run(arguments, []);

    private (int Code, string Output, string Error) Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(ExitCode).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            Assert.True(process.WaitForExit(Patience), "never ended: " + string.Join(' ', arguments));
            return (process.ExitCode, output.Result, error.Result);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
