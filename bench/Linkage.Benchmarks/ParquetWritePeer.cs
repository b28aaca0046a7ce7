using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Linkage.Parquet;

namespace Linkage.Benchmarks;

/// <summary>
/// Writes the 2,000,000 rows of <see cref="ClinicalRows"/> when asked, so that another writer can take turns with it in one run (bench/peers/parquet-write.mjs). Commands on standard input,
/// a line of JSON for each on standard output: seconds from rows in memory to closed files, bytes, bytes allocated, files.
/// <code>
/// export PATH          the rows as a plain file, for the other to load
/// ids PATH THREADS     one file, texts as ids into what a registry and batches hold
/// texts PATH THREADS   one file, every text of every row as UTF-8
/// years PATH THREADS   a folder of files by year
/// parquet-net PATH     one file by Parquet.Net, every text as UTF-8; parquet-net-ready: from arrays and strings that are there (both only when built with -p:ParquetNet=true)
/// </code>
/// </summary>
internal static class ParquetWritePeer
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        int seed = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1;
        ClinicalRows rows = new(2_000_000, participants: 500_000, seed);
        ClinicalTexts texts = new(rows);
        using ParquetScratch scratch = new();
        Dictionary<int, ClinicalYears> years = [];
#if PARQUET_NET
        const bool ParquetNet = true;
        ParquetNetPeer parquetNet = new(rows, new ParquetOptions().RowGroupRows);
#else
        const bool ParquetNet = false;
#endif
        Console.WriteLine(JsonSerializer.Serialize(new { ready = true, seed, parquetNet = ParquetNet }));
        while (Console.ReadLine() is { } line)
        {
            string[] command = line.Split(' ');
#if PARQUET_NET
            if (command[0] == "parquet-net-ready")
                parquetNet.Prepare();
#endif
            ParquetOptions options = new() { EncodeThreads = command.Length > 2 ? int.Parse(command[2], CultureInfo.InvariantCulture) : 1 };
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            long started = Stopwatch.GetTimestamp();
            int files = 1;
            long bytes;
            switch (command[0])
            {
                case "export":
                    bytes = WriteFile(command[1], file => rows.Write(file, options with { Codec = Codec.None, Encodings = ColumnEncodings.Basic }, scratch));
                    break;
                case "ids":
                    bytes = WriteFile(command[1], file => rows.Write(file, options, scratch));
                    break;
                case "texts":
                    bytes = WriteFile(command[1], file => rows.Write(file, options, scratch, texts));
                    break;
                case "years":
                    if (!years.TryGetValue(options.EncodeThreads, out ClinicalYears? partitions))
                        years.Add(options.EncodeThreads, partitions = new ClinicalYears(rows, options.EncodeThreads));
                    bytes = partitions.Write(command[1], options with { EncodeThreads = 1 });
                    files = partitions.Files;
                    break;
#if PARQUET_NET
                case "parquet-net" or "parquet-net-ready":
                    bytes = parquetNet.Write(command[1], ready: command[0] == "parquet-net-ready");
                    break;
#endif
                default:
                    Console.Error.WriteLine($"'{command[0]}' is none of export, ids, texts, years");
                    return 2;
            }

            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(JsonSerializer.Serialize(new { seconds, bytes, allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated, files }));
        }

        foreach (ClinicalYears partitions in years.Values)
            partitions.Dispose();
        return 0;
    }

    private static long WriteFile(string path, Func<Stream, long> write)
    {
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        return write(file);
    }
}
