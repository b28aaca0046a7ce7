namespace Linkage.Kafka;

/// <summary>The side that owns what was read: knows where partitions resume and saves before they go.</summary>
public interface IPartitionOwner
{
    /// <summary>Partitions came: returns the offset each resumes at (from the table logs), null for one never read.</summary>
    IReadOnlyDictionary<int, long?> Assigned(IReadOnlyList<int> partitions);

    /// <summary>Partitions go after this returns: drain and commit what was read of them.</summary>
    void Revoked(IReadOnlyList<int> partitions);

    /// <summary>Partitions are gone already: drop what was read of them, commit nothing.</summary>
    void Lost(IReadOnlyList<int> partitions);
}
