using Linkage.Matching;

namespace Linkage.Worker.Linking;

/// <summary>Nowhere: for who only wants an explanation.</summary>
internal sealed class NoPatients : ILinkedPatients
{
    /// <inheritdoc/>
    public void Take(PatientRows rows, ReadOnlySpan<Decision> decisions, ReadOnlySpan<RivalClaim> claims)
    {
    }
}

/// <summary>Each patient by itself: rows are written as they come, and nothing is kept.</summary>
internal sealed class SinglePatients(PairsWriter writer) : ILinkedPatients
{
    /// <inheritdoc/>
    public void Take(PatientRows rows, ReadOnlySpan<Decision> decisions, ReadOnlySpan<RivalClaim> claims)
    {
        for (var i = 0; i < decisions.Length; i++)
            writer.Write(rows.Id(i), in decisions[i]);
    }
}

/// <summary>
/// All patients as one batch: kept until the last one is known, because any of them may claim the participant of an earlier one; then rivals are settled and rows written.
/// About 120 bytes a patient, ids and tokens, no identifiers; zeroed at the end.
/// </summary>
internal sealed class OneBatch : ILinkedPatients, IDisposable
{
    private readonly List<(byte[] Ids, int[] Ends)> _ids = [];
    private Decision[] _decisions = [];
    private RivalClaim[] _claims = [];
    private int _count;

    /// <summary>The decisions so far; final once written.</summary>
    public ReadOnlySpan<Decision> Decisions => _decisions.AsSpan(0, _count);

    /// <inheritdoc/>
    public void Take(PatientRows rows, ReadOnlySpan<Decision> decisions, ReadOnlySpan<RivalClaim> claims)
    {
        if (_decisions.Length - _count < decisions.Length)
        {
            var larger = Math.Max(2 * _decisions.Length, _count + decisions.Length);
            Array.Resize(ref _decisions, larger);
            var before = _claims;
            Array.Resize(ref _claims, larger);
            Array.Clear(before);
        }

        decisions.CopyTo(_decisions.AsSpan(_count));
        claims.CopyTo(_claims.AsSpan(_count));
        _count += decisions.Length;

        var ends = new int[decisions.Length];
        for (var i = 0; i < ends.Length; i++)
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + rows.Id(i).Length;
        var ids = new byte[ends.Length == 0 ? 0 : ends[^1]];
        for (var i = 0; i < ends.Length; i++)
            rows.Id(i).CopyTo(ids.AsSpan(ends[i] - rows.Id(i).Length));
        _ids.Add((ids, ends));
    }

    /// <summary>Settles rivals and writes all rows.</summary>
    public void Write(FileLinking linking, PairsWriter writer)
    {
        linking.SettleRivals(_decisions.AsSpan(0, _count), _claims.AsSpan(0, _count));
        var patient = 0;
        foreach (var (ids, ends) in _ids)
        {
            for (var i = 0; i < ends.Length; i++)
            {
                var start = i == 0 ? 0 : ends[i - 1];
                writer.Write(ids.AsSpan(start, ends[i] - start), in _decisions[patient++]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.Clear(_claims);
}
