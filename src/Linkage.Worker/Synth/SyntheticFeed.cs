using System.Collections.Concurrent;

namespace Linkage.Worker.Synth;

/// <summary>
/// Made-up practices, patients and participants, with dirt of every kind and the truth about it. In: options. Out: participants.csv, batches, truth.csv,
/// truth-batches.csv, in a directory or in memory; see docs/synthetic-data.md. The same options give the same bytes, whatever the number of cores.
/// </summary>
public sealed class SyntheticFeed
{
    // A few parts ahead of the writer keep the cores busy; their memory is all there is.
    private static readonly int PartsAhead = Environment.ProcessorCount + 1;

    private readonly FeedPlan _plan;
    private readonly NhsNumberPool _numbers;

    private SyntheticFeed(SynthOptions options)
    {
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        _plan = new FeedPlan(options);
        _numbers = new NhsNumberPool(options.Seed, _plan.People + ((long)_plan.Parts * IdentifierScribe.UnissuedPerPart));
    }

    /// <summary>Null, or why a feed may not be written into this directory.</summary>
    public static string? ProblemOf(string directory) => SyntheticFeedFiles.ProblemOf(directory);

    /// <summary>
    /// Writes the feed into a directory, which must be new, empty, or one of this method's own (then it is replaced); else an <see cref="IOException"/>.
    /// </summary>
    /// <param name="options">Valid options, else an <see cref="ArgumentException"/>.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="progress">Called with the records written so far, often; may be null.</param>
    /// <param name="cancellation">Stops between practices; what was written stays, marked as unfinished.</param>
    public static SyntheticFeedSummary Write(SynthOptions options, string directory, Action<long>? progress, CancellationToken cancellation)
    {
        var feed = new SyntheticFeed(options);
        using var files = new SyntheticFeedFiles(directory, options);
        long records = 0;
        feed.ForEach(
            part =>
            {
                files.Add(part);
                progress?.Invoke(records += part.Records);
            },
            PartsAhead,
            cancellation);
        return files.Finish();
    }

    /// <summary>The feed in memory, for tests and benchmarks.</summary>
    public static InMemoryFeed InMemory(SynthOptions options, CancellationToken cancellation = default) => InMemory(options, PartsAhead, cancellation);

    /// <summary>The same with a choice of how many parts are made at once, which must not matter.</summary>
    internal static InMemoryFeed InMemory(SynthOptions options, int ahead, CancellationToken cancellation)
    {
        var feed = new SyntheticFeed(options);
        var participants = new Utf8Buffer(1 << 16);
        var truth = new Utf8Buffer(1 << 16);
        var truthBatches = new Utf8Buffer(1 << 16);
        var batches = new List<byte[]>();
        participants.Add(ParticipantRows.Header);
        truth.Add(TruthRows.Header);
        truthBatches.Add(TruthRows.BatchHeader);
        feed.ForEach(
            part =>
            {
                participants.Add(part.Participants.Span);
                truth.Add(part.Truth.Span);
                truthBatches.Add(part.TruthBatches.Span);
                var at = 0;
                foreach (var length in part.Lengths)
                {
                    batches.Add([.. part.Batches.Span.Slice(at, length)]);
                    at += length;
                }
            },
            ahead,
            cancellation);
        return new InMemoryFeed([.. participants.Span], batches, [.. truth.Span], [.. truthBatches.Span]);
    }

    /// <summary>Makes parts on all cores, and hands them over one by one in their order.</summary>
    private void ForEach(Action<FeedPart> use, int ahead, CancellationToken cancellation)
    {
        var parts = new ConcurrentBag<FeedPart>();
        var makers = new ConcurrentBag<FeedPartMaker>();
        var made = new Queue<Task<FeedPart>>();
        var next = 0;
        try
        {
            while (next < _plan.Parts || made.Count > 0)
            {
                while (next < _plan.Parts && made.Count < ahead)
                {
                    var number = next++;
                    made.Enqueue(Task.Run(() => Make(number), cancellation));
                }

                var part = made.Dequeue().GetAwaiter().GetResult();
                use(part);
                parts.Add(part);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // After a failure, what still runs ends before the files it is for are closed; its own failures are of no interest then.
            Task rest = Task.WhenAll(made);
            rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }

        FeedPart Make(int number)
        {
            var part = parts.TryTake(out var reused) ? reused : new FeedPart();
            var maker = makers.TryTake(out var idle) ? idle : new FeedPartMaker(_plan, _numbers);
            maker.Make(number, part);
            makers.Add(maker);
            return part;
        }
    }
}

/// <summary>A whole feed.</summary>
/// <param name="Participants">participants.csv.</param>
/// <param name="Batches">The batches in the order they are sent, in single-object encoding.</param>
/// <param name="Truth">truth.csv.</param>
/// <param name="TruthBatches">truth-batches.csv.</param>
public sealed record InMemoryFeed(byte[] Participants, IReadOnlyList<byte[]> Batches, byte[] Truth, byte[] TruthBatches);

/// <summary>What was written.</summary>
/// <param name="Records">Records of all kinds.</param>
/// <param name="Batches">Batches.</param>
/// <param name="Containers">Files under batches/.</param>
/// <param name="Bytes">Size of these files.</param>
/// <param name="ParticipantRows">Rows of participants.csv.</param>
/// <param name="Patients">Rows of truth.csv: patients, once for every batch they are in.</param>
public sealed record SyntheticFeedSummary(long Records, long Batches, int Containers, long Bytes, long ParticipantRows, long Patients);
