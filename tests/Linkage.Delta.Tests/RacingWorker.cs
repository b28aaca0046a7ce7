using System.Globalization;

namespace Linkage.Delta.Tests;

/// <summary>
/// One of several workers on one table. All of them move the same few source partitions, each from where it last saw it: most commits meet another's, many
/// have lost the partition.
/// </summary>
internal sealed class RacingWorker(string output, int worker)
{
    public const int Partitions = 5;

    /// <summary>Commits until so many have gone through. Returns how often ownership was lost.</summary>
    public int Run(int commits)
    {
        var log = TableLog.OpenOrCreate(Path.Combine(output, "t"), Sample.Definition, TimeProvider.System, new QuickDisk());
        var random = new Random(worker);
        var seen = new long?[Partitions];
        var (done, lost) = (0, 0);
        while (done < commits)
        {
            var partition = random.Next(Partitions);
            var other = (partition + 1) % Partitions;
            SourceProgress[] progress = random.Next(4) == 0 ? [Step(partition), Step(other)] : [Step(partition)];
            try
            {
                log.Commit(new TableCommit(Guid.NewGuid(), $"run-{worker.ToString(CultureInfo.InvariantCulture)}", [], [.. progress], Sample.Time));
                foreach (var step in progress)
                    seen[int.Parse(step.AppId.AsSpan(4), CultureInfo.InvariantCulture)] = step.Next;
                done++;
            }
            catch (OwnershipLostException)
            {
                lost++;
                var now = log.Refresh().Progress;
                for (var p = 0; p < Partitions; p++)
                    seen[p] = now.TryGetValue(AppId(p), out var offset) ? offset : null;
            }
        }
        return lost;

        SourceProgress Step(int partition) => new(AppId(partition), seen[partition], (seen[partition] ?? 0) + 1 + random.Next(100));
    }

    public static string AppId(int partition) => "t/a/" + partition.ToString(CultureInfo.InvariantCulture);
}
