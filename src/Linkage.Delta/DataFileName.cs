using System.Globalization;
using System.Text.RegularExpressions;

namespace Linkage.Delta;

/// <summary>
/// Names of data files: <c>part-&lt;run_id&gt;-&lt;sequence&gt;.parquet</c>, while being written <c>.part-&lt;run_id&gt;-&lt;sequence&gt;.parquet.tmp</c>, which neither
/// a <c>*.parquet</c> glob nor Spark sees. Files that go with a table's log but are no data of it end in <c>.links</c>.
/// </summary>
internal static partial class DataFileName
{
    public const string Parquet = ".parquet";
    public const string Links = ".links";

    public static string Published(string runId, long sequence, string extension = Parquet) => $"part-{runId}-{sequence.ToString("D6", CultureInfo.InvariantCulture)}{extension}";

    public static string Temporary(string published) => $".{published}.tmp";

    /// <summary>The run of a name of ours, published or temporary; null for any other name.</summary>
    public static string? RunOf(string fileName)
    {
        var match = Pattern().Match(fileName);
        return match.Success && match.Groups["dot"].Success == match.Groups["tmp"].Success ? match.Groups["run"].Value : null;
    }

    [GeneratedRegex(@"^(?<dot>\.)?part-(?<run>[a-z0-9][a-z0-9-]{0,99})-(?<sequence>[0-9]{6,18})\.(parquet|links)(?<tmp>\.tmp)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
