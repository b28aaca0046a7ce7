using System.Collections.Concurrent;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Linking;

/// <summary>Where linked patients go, in file order.</summary>
internal interface ILinkedPatients
{
    /// <summary>Takes the patients of <paramref name="rows"/>, all or the next of them, with what was decided on each.</summary>
    void Take(PatientRows rows, ReadOnlySpan<Decision> decisions, ReadOnlySpan<RivalClaim> claims);
}

/// <summary>
/// Links the patients of a file on several threads. In: patients in rounds of some thousands. Out: decisions in file order. While a round is linked, the next one is
/// read: two rounds in memory, whatever the file's size.
/// </summary>
internal sealed class FileLinking : IDisposable
{
    // Small enough that no thread waits long for the last one, large enough that handing out costs nothing.
    private const int Slice = 32;

    private readonly Registry _registry;
    private readonly Pseudonymiser _pseudonymiser;
    private readonly MatchModel _model;
    private readonly LinkerOptions _options;
    private readonly ParallelOptions _threads;
    private readonly ConcurrentBag<Lane> _lanes = [];

    /// <summary>Links against a registry. Owns no argument; each thread gets its own copy of the key.</summary>
    public FileLinking(Registry registry, Pseudonymiser pseudonymiser, MatchModel model, LinkerOptions options, int threads)
    {
        (_registry, _pseudonymiser, _model, _options) = (registry, pseudonymiser, model, options);
        _threads = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    /// <summary>What tier 3 did, over all threads: patients scored, participants compared with them, patients with more candidates than are compared.</summary>
    public (long Patients, long Compared, long Cut) Scored =>
        _lanes.Select(static l => l.Linker.Scored).Aggregate((0L, 0L, 0L), static (a, b) => (a.Item1 + b.Patients, a.Item2 + b.Compared, a.Item3 + b.Cut));

    /// <summary>
    /// Links all patients. <paramref name="each"/> sees every round after it was read, before it is linked; <paramref name="stop"/> is asked between rounds, and true ends
    /// early. Returns whether the file's end was reached.
    /// </summary>
    public bool Run(PatientsCsv patients, ILinkedPatients linked, Action<PatientRows> each, Func<bool> stop)
    {
        using PatientRows first = new(), second = new();
        var (current, next) = (first, second);
        var decisions = new Decision[PatientRows.Capacity];
        var claims = new RivalClaim[PatientRows.Capacity];
        var more = patients.Fill(current);
        while (more && !stop())
        {
            each(current);
            var round = current;
            var linking = Task.Run(() => Link(round, decisions, claims));
            try
            {
                more = patients.Fill(next);
            }
            finally
            {
                // The round's memory is in use until then, whatever became of reading.
                linking.GetAwaiter().GetResult();
            }

            linked.Take(current, decisions.AsSpan(0, current.Count), claims.AsSpan(0, current.Count));
            current.Clear();
            Array.Clear(claims);
            (current, next) = (next, current);
        }

        return !more;
    }

    /// <summary>Decides on one patient by itself, and says how the weight of the best candidate comes about.</summary>
    public (Decision Decision, Explanation? Explanation) Explain(PatientRows rows, int patient)
    {
        var lane = Rent();
        rows.Read(patient, lane.Person);
        var explained = (lane.Linker.Link(lane.Person), lane.Linker.Explain(lane.Person));
        lane.Person.Clear();
        _lanes.Add(lane);
        return explained;
    }

    /// <summary>Settles rivalry among all patients of a batch.</summary>
    public void SettleRivals(Span<Decision> decisions, ReadOnlySpan<RivalClaim> claims)
    {
        var lane = Rent();
        lane.Linker.SettleClaims(decisions, claims);
        _lanes.Add(lane);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_lanes.TryTake(out var lane))
            lane.Dispose();
    }

    private void Link(PatientRows rows, Decision[] decisions, RivalClaim[] claims) => Parallel.For(
        0,
        (rows.Count + Slice - 1) / Slice,
        _threads,
        Rent,
        (slice, _, lane) =>
        {
            for (var patient = slice * Slice; patient < Math.Min(rows.Count, (slice + 1) * Slice); patient++)
            {
                rows.Read(patient, lane.Person);
                decisions[patient] = lane.Linker.Link(lane.Person);
                if (decisions[patient].Outcome == Outcome.Linked)
                    claims[patient] = lane.Linker.Claim;
            }

            return lane;
        },
        lane =>
        {
            lane.Person.Clear();
            _lanes.Add(lane);
        });

    private Lane Rent() => _lanes.TryTake(out var lane) ? lane : new Lane(_registry, _pseudonymiser.Clone(), _model, _options);

    private sealed class Lane : IDisposable
    {
        private readonly Pseudonymiser _key;

        public Lane(Registry registry, Pseudonymiser key, MatchModel model, LinkerOptions options)
        {
            _key = key;
            Linker = new Linker(registry, key, model, options);
        }

        public Linker Linker { get; }

        public PersonIdentity Person { get; } = new();

        public void Dispose()
        {
            Person.Clear();
            Linker.Dispose();
            _key.Dispose();
        }
    }
}
