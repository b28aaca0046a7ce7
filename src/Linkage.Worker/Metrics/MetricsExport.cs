using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Linkage.Worker.Metrics;

/// <summary>Where metrics are sent.</summary>
/// <param name="Endpoint">URL of an OTLP receiver; over HTTP with its whole path, such as http://collector:4318/v1/metrics.</param>
/// <param name="OverHttp">HTTP with protobuf (true), or gRPC.</param>
public sealed record MetricsTarget(Uri Endpoint, bool OverHttp);

/// <summary>Sends the meter's measurements by OTLP, every minute and once more at the end. A receiver that is away never holds up or fails a run.</summary>
internal static class MetricsExport
{
    // What the end of a run waits for a receiver that does not answer.
    private const int LastExportMilliseconds = 5_000;

    /// <summary>Starts to export; null when no target is set. Dispose to send what is left.</summary>
    public static MeterProvider? Start(MetricsTarget? target) => target is null
        ? null
        : Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(static resource => resource.AddService("linkage", serviceVersion: Reports.RunReporting.Version))
            .AddMeter(WorkerMetrics.MeterName)
            .AddOtlpExporter(options =>
            {
                options.Endpoint = target.Endpoint;
                options.Protocol = target.OverHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                options.TimeoutMilliseconds = LastExportMilliseconds;
            })
            .Build();
}
