using System.Diagnostics;
using System.Text;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A child process whose output is kept. Disposing kills it, by its own id.</summary>
internal sealed class Child : IDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Ends a process at once, with a core dump where the system makes any, and no runtime takes it.</summary>
    public const int BadSystemCall = 31;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _read;

    public Child(ProcessStartInfo start, string? input = null)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = Process.Start(start)!;
        _read = Task.WhenAll(Read(_process.StandardOutput, _output), Read(_process.StandardError, _error));
        if (input is not null)
        {
            _process.StandardInput.Write(input);
        }

        _process.StandardInput.Close();
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Error => Text(_error);

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => LinkageProgram.Signal(_process.Id, signal);

    /// <summary>Waits for a condition that must come while the process runs.</summary>
    public void Until(Func<bool> condition, string what) => LinkageProgram.Until(
        () => condition() || (HasEnded && !condition() ? throw new InvalidOperationException($"ended with {WaitForEnd().ExitCode} before: {what}\n{Output}\n{Error}") : false),
        what);

    /// <summary>Waits for its end.</summary>
    public Ended WaitForEnd()
    {
        Assert.True(_process.WaitForExit(LinkageProgram.Patience), $"never ended: {_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}\n{Output}\n{Error}");
        Assert.True(_read.Wait(LinkageProgram.Patience), "its output never ended");
        return new Ended(_process.ExitCode, Output, Error);
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public Ended End(int signal)
    {
        Signal(signal);
        return WaitForEnd();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static async Task Read(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            lock (to)
            {
                to.Append(buffer, 0, read);
            }
        }
    }

    private static string Text(StringBuilder from)
    {
        lock (from)
        {
            return from.ToString();
        }
    }
}
