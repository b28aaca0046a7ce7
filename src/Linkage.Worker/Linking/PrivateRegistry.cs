using Linkage.Matching;

namespace Linkage.Worker.Linking;

/// <summary>
/// A registry for one command: built into a file that only its owner can read, in a folder of its own under the folder for temporary files, mapped, and deleted as soon as it is
/// mapped: nothing is left behind however the process ends.
/// </summary>
internal sealed class PrivateRegistry : IDisposable
{
    private PrivateRegistry(Registry registry, RegistryReport report) => (Registry, Report) = (registry, report);

    /// <summary>The registry.</summary>
    public Registry Registry { get; }

    /// <summary>What became of the participants file.</summary>
    public RegistryReport Report { get; }

    /// <summary>Writes what a builder holds, and maps it. <see cref="OutputFileException"/> when it cannot be written.</summary>
    public static PrivateRegistry Of(RegistryBuilder builder, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(clock);
        DirectoryInfo? folder = null;
        try
        {
            folder = Directory.CreateTempSubdirectory("linkage-");
            var path = Path.Combine(folder.FullName, "registry");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            RegistryReport report;
            using (var file = new FileStream(path, options))
                report = builder.Write(file, clock.GetUtcNow());
            return new PrivateRegistry(Registry.Open(path), report);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"the registry for this call, under {Path.GetTempPath()} (TMPDIR says where),", e);
        }
        finally
        {
            // What is mapped outlives its name.
            folder?.Delete(recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Registry.Dispose();
}
