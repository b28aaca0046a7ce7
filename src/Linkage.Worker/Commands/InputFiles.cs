namespace Linkage.Worker.Commands;

/// <summary>What a command reads, before it writes.</summary>
internal static class InputFiles
{
    /// <summary>Says so when a file to be written is one of those that are read; null when none is.</summary>
    public static string? Overwritten(string option, string output, params ReadOnlySpan<string?> inputs)
    {
        foreach (var input in inputs)
        {
            if (input is not null && Path.GetFullPath(input) == Path.GetFullPath(output))
                return $"{option} {output} is one of the files to read; give another name.";
        }

        return null;
    }
}
