using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>How a child process ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    /// <summary>Lines of standard error that say something.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Fails with all that the process said unless it ended with this code.</summary>
    public Ended Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}\n{Output}\n{Error}");
        return this;
    }
}

/// <summary>The built <c>linkage</c> program, in the configuration these tests were built in.</summary>
internal static partial class LinkageProgram
{
    /// <summary>Guard against hanging for ever, far beyond what anything here needs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The executable.</summary>
    public static string Path { get; } = Find();

    /// <summary>Runs to the end.</summary>
    public static Ended Run(params string[] arguments)
    {
        using var child = Start(arguments);
        return child.WaitForEnd();
    }

    /// <summary>Starts the program. The environment is the tests' own, and a folder for temporary files and for working in may be given.</summary>
    public static Child Start(string[] arguments, string? workIn = null, bool interruptible = false)
    {
        // A suite started in the background of a shell ignores SIGINT, and so would its children.
        var start = interruptible ? new ProcessStartInfo("env", ["--default-signal=INT", Path, .. arguments]) : new ProcessStartInfo(Path, arguments);
        if (workIn is not null)
        {
            start.WorkingDirectory = workIn;
            start.Environment["TMPDIR"] = workIn;
        }

        // Where the runtime of these tests is, is one for the program.
        start.Environment["DOTNET_ROOT"] = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new Child(start);
    }

    /// <summary>Waits for something that is sure to come.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "never came: " + what);
            Thread.Sleep(2);
        }
    }

    /// <summary>Sends a signal; to a process that is gone, nothing.</summary>
    public static void Signal(int processId, int signal)
    {
        const int NoSuchProcess = 3;
        if (Kill(processId, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new Win32Exception(error);
        }
    }

    private static string Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = output.Parent!.Name;
        for (var folder = output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Linkage.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "src", "Linkage.Worker", "bin", configuration, output.Name, "linkage");
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the checkout: no Linkage.sln above them.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
