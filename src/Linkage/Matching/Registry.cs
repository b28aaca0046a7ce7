using Linkage.Parquet;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>A registry file that cannot be used, or is of another key.</summary>
public sealed class RegistryException(string message) : Exception(message);

/// <summary>
/// The index of participants: one immutable, memory-mapped file. Ordinals run in bytewise order of participant_id, so sorting by ordinal sorts by id. Thread-safe.
/// </summary>
public sealed class Registry : IDisposable
{
    /// <summary>Maps a registry file after checking magic, format version, sizes and header checksum; <see cref="RegistryException"/> names the file and what to do.</summary>
    public static Registry Open(string path) => throw new NotSupportedException("stub: registry");

    /// <summary>Checks that the registry was built with this key; <see cref="RegistryException"/> otherwise. Constant-time comparison.</summary>
    public void RequireKey(Pseudonymiser pseudonymiser) => throw new NotSupportedException("stub: registry");

    /// <summary>Key version the registry was built with.</summary>
    public int KeyVersion => throw new NotSupportedException("stub: registry");

    /// <summary>Participants (withdrawn included).</summary>
    public int ParticipantCount => throw new NotSupportedException("stub: registry");

    /// <summary>participant_id by ordinal.</summary>
    public IUtf8Values ParticipantIds => throw new NotSupportedException("stub: registry");

    /// <summary>First genome id by ordinal; null when the participant has none.</summary>
    public IUtf8Values GenomeIds => throw new NotSupportedException("stub: registry");

    /// <summary>First questionnaire id by ordinal; null when none.</summary>
    public IUtf8Values QuestionnaireIds => throw new NotSupportedException("stub: registry");

    /// <summary>All genome ids by ordinal, joined by ';'; null when none.</summary>
    public IUtf8Values AllGenomeIds => throw new NotSupportedException("stub: registry");

    /// <summary>All questionnaire ids, likewise.</summary>
    public IUtf8Values AllQuestionnaireIds => throw new NotSupportedException("stub: registry");

    /// <summary>All sample ids, likewise.</summary>
    public IUtf8Values AllSampleIds => throw new NotSupportedException("stub: registry");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
