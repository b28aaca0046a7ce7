using System.Diagnostics;

namespace Linkage.Worker.Commands;

/// <summary>This very program as a child process. Ending it, whatever happens, is the caller's one duty: dispose it.</summary>
internal sealed class ChildProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Process _process;

    private ChildProgram(Process process) => _process = process;

    /// <summary>How a person would call this program, as words of a command line.</summary>
    public static IReadOnlyList<string> CommandLine
    {
        get
        {
            var program = Environment.ProcessPath ?? throw new InvalidOperationException("The system does not say which program this is.");
            return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(ChildProgram).Assembly.Location] : [program];
        }
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>What the child prints, when it was started with a pipe.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Starts the program without the settings this process got from its surroundings.</summary>
    /// <param name="directory">Working folder: an appsettings.json there would be read.</param>
    /// <param name="piped">Standard output is read by this process, and standard input ends with it; else the child has this process's own.</param>
    /// <param name="arguments">Arguments.</param>
    public static ChildProgram Start(string directory, bool piped, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(CommandLine[0]) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardInput = piped, RedirectStandardOutput = piped };
        foreach (var word in CommandLine.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(static n => n.StartsWith("LINKAGE__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        return new ChildProgram(Process.Start(start)!);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process.StartInfo.RedirectStandardInput)
        {
            _process.StandardInput.Close();
        }

        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
