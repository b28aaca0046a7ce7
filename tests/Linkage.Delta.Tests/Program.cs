using System.Diagnostics;
using System.Globalization;

namespace Linkage.Delta.Tests;

/// <summary>Workers that run as processes of their own, so that they can be killed and can race.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["crash", var folder, var runId, var commits, var step]:
                new CrashingWorker(folder, runId).Run(int.Parse(commits, CultureInfo.InvariantCulture), int.Parse(step, CultureInfo.InvariantCulture));
                return 0;
            case ["race", var folder, var worker, var commits]:
                new RacingWorker(folder, int.Parse(worker, CultureInfo.InvariantCulture)).Run(int.Parse(commits, CultureInfo.InvariantCulture));
                return 0;
            case ["compact", var folder, var id, var step]:
                Compaction.CompactingProcess.Compact(folder, id, int.Parse(step, CultureInfo.InvariantCulture));
                return 0;
            case ["append", var folder, var runId, var commits]:
                Compaction.CompactingProcess.Append(folder, runId, int.Parse(commits, CultureInfo.InvariantCulture));
                return 0;
            default:
                Console.Error.WriteLine("This program is started by the tests.");
                return 2;
        }
    }

    /// <summary>Starts this program with arguments.</summary>
    public static Process Start(params string[] args)
    {
        // The runtime that runs the tests: <root>/shared/Microsoft.NETCore.App/<version>/.
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var start = new ProcessStartInfo(Path.Combine(root, "dotnet")) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var arg in (string[])["exec", typeof(Program).Assembly.Location, .. args])
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}
