using System.Numerics;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>
/// The patients of one batch on their way through <see cref="LinkLedger"/>. In: <see cref="Begin"/>, then each patient's key into <see cref="Keys"/>. Out: <see cref="Verdicts"/>. Grows to the largest batch, then
/// allocates nothing. One per lane; not thread-safe.
/// </summary>
public sealed class LinkBatch
{
    private readonly int[] _first = new int[LinkLedger.Stripes];
    private Token[] _keys = [];
    private ulong[] _participants = [];
    private int[] _next = [];
    private LinkVerdict[] _verdicts = [];

    /// <summary>Patients of the batch.</summary>
    public int Count { get; private set; }

    /// <summary>The patients' keys, empty ones where <see cref="Begin"/> left them.</summary>
    public Span<Token> Keys => _keys.AsSpan(0, Count);

    /// <summary>What became of the patients; valid after <see cref="LinkLedger.Judge(LinkBatch, ReadOnlySpan{Decision}, LinkPlace, bool)"/>.</summary>
    public ReadOnlySpan<LinkVerdict> Verdicts => _verdicts.AsSpan(0, Count);

    /// <summary>Starts a batch; forgets the one before.</summary>
    public void Begin(int patients)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patients);
        Forget();
        if (_keys.Length < patients)
        {
            var length = (int)BitOperations.RoundUpToPowerOf2((uint)patients);
            _keys = new Token[length];
            _participants = new ulong[length];
            _next = new int[length];
            _verdicts = new LinkVerdict[length];
        }

        Count = patients;
    }

    /// <summary>Zeroes the keys.</summary>
    public void Forget()
    {
        Keys.Clear();
        Count = 0;
    }

    /// <summary>Where verdicts go, for <see cref="LinkLedger"/>.</summary>
    internal Span<LinkVerdict> Judged => _verdicts.AsSpan(0, Count);

    /// <summary>No stripe has patients yet.</summary>
    internal void ClearStripes() => _first.AsSpan().Fill(-1);

    /// <summary>Hangs a patient before those of a stripe that came so far.</summary>
    internal void Add(int patient, int stripe, ulong participant)
    {
        _participants[patient] = participant;
        _next[patient] = _first[stripe];
        _first[stripe] = patient;
    }

    /// <summary>First patient of a stripe; −1 when it has none.</summary>
    internal int First(int stripe) => _first[stripe];

    /// <summary>The stripe's next patient; −1 after the last.</summary>
    internal int Next(int patient) => _next[patient];

    /// <summary>Hash of the participant whom the patient is linked to.</summary>
    internal ulong Participant(int patient) => _participants[patient];
}
