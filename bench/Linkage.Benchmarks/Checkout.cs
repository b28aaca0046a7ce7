namespace Linkage.Benchmarks;

/// <summary>The checkout this program was built in.</summary>
internal static class Checkout
{
    /// <summary>Its folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The program was moved out of it.</exception>
    public static string Root
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Linkage.sln")))
                    return folder.FullName;
            }

            throw new DirectoryNotFoundException($"No Linkage.sln above {AppContext.BaseDirectory}: run it from the checkout it was built in.");
        }
    }
}
