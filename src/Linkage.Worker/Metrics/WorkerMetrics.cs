using System.Diagnostics.Metrics;
using Linkage.Batches;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Tables;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Metrics;

/// <summary>
/// The program's metrics, all of them: meter <c>Linkage</c>. Counters grow with every committed flush, so that what they show is what the tables hold; one
/// measurement a flush and tag, none per record. Listening costs nothing to set up: OpenTelemetry (<see cref="MetricsExport"/>), dotnet-counters, a test.
/// </summary>
internal static class WorkerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Linkage";

    private static readonly RecordKind[] Kinds = [RecordKind.Clinical, RecordKind.Scripts, RecordKind.Registrations];
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Batches = Meter.CreateCounter<long>("linkage.batches", "{batch}", "Batches read and committed, rejected ones included.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("linkage.source.bytes", "By", "Bytes of these batches, after decompression.");
    private static readonly Counter<long> Records = Meter.CreateCounter<long>("linkage.records", "{record}", "Records by kind and fate (out, kept, dropped, rejected).");
    private static readonly Counter<long> Rejects = Meter.CreateCounter<long>("linkage.rejects", "{reject}", "Rejected batches and records by kind and reason.");
    private static readonly Counter<long> Patients = Meter.CreateCounter<long>("linkage.patients", "{patient}", "Patients of batches by outcome.");
    private static readonly Counter<long> Links = Meter.CreateCounter<long>("linkage.links", "{patient}", "Linked patients of batches by tier.");
    private static readonly Counter<long> LinkChanges = Meter.CreateCounter<long>("linkage.link.changes", "{patient}", "Patients of batches by what the decision is in the light of earlier batches.");
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("linkage.rows", "{row}", "Rows committed by table.");
    private static readonly Histogram<double> FlushSeconds = Meter.CreateHistogram<double>("linkage.flush.duration", "s", "Time of a flush by stage: encode (over all threads), commit.");

    /// <summary>Counts a committed flush.</summary>
    public static void Committed(Flush flush)
    {
        var counts = flush.Counts;
        Add(Batches, counts.Batches);
        Add(Bytes, counts.Bytes);
        foreach (var kind in Kinds)
        {
            var name = Words.Text(kind);
            Add(Records, counts.Out(kind), new("kind", name), new("fate", "out"));
            Add(Records, counts.Kept(kind), new("kind", name), new("fate", "kept"));
            Add(Records, counts.DroppedTotal(kind), new("kind", name), new("fate", "dropped"));
            Add(Records, counts.RejectedTotal(kind), new("kind", name), new("fate", "rejected"));
        }

        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            foreach (var reason in Enum.GetValues<RejectReason>())
            {
                Add(Rejects, counts.Rejected(kind, reason), new("kind", Words.Text(kind)), new("reason", Words.Text(reason)));
            }
        }

        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            Add(Patients, counts.PatientsBy(outcome), new KeyValuePair<string, object?>("outcome", Words.Text(outcome)));
        }

        foreach (var tier in Enum.GetValues<Tier>())
        {
            Add(Links, counts.Links(tier), new KeyValuePair<string, object?>("tier", Words.Text(tier)));
        }

        foreach (var finding in Enum.GetValues<LinkFinding>())
        {
            Add(LinkChanges, finding == LinkFinding.None ? 0 : counts.Findings(finding), new KeyValuePair<string, object?>("change", Words.Text(finding)));
        }

        for (var table = 0; table < flush.TableCount; table++)
        {
            Add(Rows, flush.RowsOf(table), new KeyValuePair<string, object?>("table", flush.NameOf(table)));
        }

        FlushSeconds.Record(flush.EncodeTime.TotalSeconds, new KeyValuePair<string, object?>("stage", "encode"));
        FlushSeconds.Record(flush.CommitTime.TotalSeconds, new KeyValuePair<string, object?>("stage", "commit"));
    }

    private static void Add(Counter<long> counter, long count, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (count > 0)
        {
            counter.Add(count, tags);
        }
    }
}
