using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Linkage.Worker.Metrics;
using Linkage.Worker.Tests.Reports;

namespace Linkage.Worker.Tests.Metrics;

public sealed class WorkerMetricsTests
{
    [Fact]
    public void Counters_are_what_the_report_says()
    {
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listening) =>
        {
            if (instrument.Meter.Name == WorkerMetrics.MeterName)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        using (var small = Listening())
        {
            var report = small.Report;
            Assert.Equal(report.Batches, sums["linkage.batches"]);
            Assert.Equal(report.Source.Bytes, sums["linkage.source.bytes"]);
            Assert.All(report.Records, r => Assert.Equal(r.Value.Out, sums[$"linkage.records {r.Key} out"]));
            Assert.All(report.Records, r => Assert.Equal(r.Value.Rejected, sums.GetValueOrDefault($"linkage.records {r.Key} rejected")));
            Assert.Equal(report.Rejects.Values.Sum(), sums.Where(static s => s.Key.StartsWith("linkage.rejects ", StringComparison.Ordinal)).Sum(static s => s.Value));
            Assert.All(report.Tables.Where(static t => t.Value.Rows > 0), t => Assert.Equal(t.Value.Rows, sums["linkage.rows " + t.Key]));
            Assert.All(report.Patients.LinksByTier, t => Assert.Equal(t.Value, sums["linkage.links " + t.Key]));
            Assert.NotEmpty(report.Patients.LinkChanges!);
            Assert.All(report.Patients.LinkChanges!, c => Assert.Equal(c.Value, sums["linkage.link.changes " + c.Key]));
            Assert.All(report.Patients.Outcomes, o => Assert.Equal(o.Value, sums["linkage.patients " + o.Key]));
        }

        // A run is on threads of its own; other tests' runs may measure at the same time, so only this one's context is listened to.
        SmallRun Listening()
        {
            var mine = new AsyncLocal<bool> { Value = true };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                if (mine.Value)
                {
                    var name = new StringBuilder(instrument.Name);
                    foreach (var tag in tags)
                    {
                        name.Append(' ').Append(tag.Value);
                    }

                    lock (sums)
                    {
                        sums[name.ToString()] = sums.GetValueOrDefault(name.ToString()) + value;
                    }
                }
            });
            listener.Start();
            return new SmallRun();
        }
    }

    [Fact]
    public async Task They_are_sent_when_a_target_is_set()
    {
        using var receiver = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        receiver.Prefixes.Add(address);
        receiver.Start();
        var received = receiver.GetContextAsync();
        using (MetricsExport.Start(new MetricsTarget(new Uri(address + "v1/metrics"), OverHttp: true)))
        {
            using var small = new SmallRun();
        }

        var context = await received.WaitAsync(TimeSpan.FromMinutes(1));
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        context.Response.Close();
        Assert.Equal("/v1/metrics", context.Request.Url!.AbsolutePath);
        var text = Encoding.Latin1.GetString(body.ToArray());
        Assert.All((string[])["linkage.records", "linkage.rows", "linkage.flush.duration", "gp_clinical"], name => Assert.Contains(name, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_started_without_a_target() => Assert.Null(MetricsExport.Start(target: null));

    [Fact]
    public void The_document_names_every_metric()
    {
        var names = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => names.AddRange(instrument.Meter.Name == WorkerMetrics.MeterName ? [instrument.Name] : Array.Empty<string>()) };
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(WorkerMetrics).TypeHandle);
        listener.Start();
        Assert.True(names.Count >= 8, string.Join(' ', names));
        var text = Repository.Text("docs", "operations.md");
        Assert.All(names, name => Assert.Contains($"| `{name}` |", text, StringComparison.Ordinal));
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
