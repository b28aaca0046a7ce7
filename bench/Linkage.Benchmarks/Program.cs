using System.Globalization;
using BenchmarkDotNet.Running;
using Linkage.Benchmarks;
using Linkage.Benchmarks.Allocations;
using Linkage.Benchmarks.Figures;
using Linkage.Benchmarks.Results;
using Linkage.Kernels;

// linkage-benchmarks --allocations           every benchmark against bench/allocation-budget.json
//                    --tables                the tables of README.md and docs/ from bench/results
//                    --pipeline FILE TO      what `linkage bench --json` wrote, as a file of bench/results
//                    --parquet-write ...    our side of bench/peers/parquet-write.mjs, which asks for its turns
//                    anything else           BenchmarkDotNet's arguments
// A path that is none would measure another one than was asked for.
if (KernelDispatch.Problem is { } problem)
{
    Console.Error.WriteLine($"linkage-benchmarks: {problem}");
    return 2;
}

try
{
    return args switch
    {
        ["--allocations"] => Allocations(),
        ["--tables"] => Tables(),
        ["--pipeline", var from, var to] => Pipeline(from, to),
        ["--parquet-write", ..] => ParquetWritePeer.Run(args.AsSpan(1)),
        _ => Benchmarks(args),
    };
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"linkage-benchmarks: {e.Message}");
    return 1;
}

static int Allocations() => new AllocationGate(AllocationGate.ClassesOf(typeof(Program).Assembly), AllocationBudget.Read(AllocationBudget.PathIn(Checkout.Root)), Console.Out).Run() ? 0 : 1;

static int Tables()
{
    var changed = FigureDocuments.Write(Checkout.Root);
    Console.WriteLine(changed.Count == 0 ? "every table says what bench/results says" : string.Create(CultureInfo.InvariantCulture, $"written: {string.Join(", ", changed)}"));
    return 0;
}

static int Pipeline(string from, string to)
{
    File.WriteAllText(to, PipelineResults.Text(File.ReadAllText(from), Path.GetFileNameWithoutExtension(to), Surroundings.Read()));
    return 0;
}

static int Benchmarks(string[] args)
{
    var namesJob = args.Any(static a => a is "-j" or "--job");
    var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, BenchmarkSettings.Create(ownJob: !namesJob)).ToList();

    // A benchmark that did not run is a failure, not an empty row.
    return summaries.TrueForAll(s => !s.HasCriticalValidationErrors && s.Reports.All(r => r.Success)) ? 0 : 1;
}
