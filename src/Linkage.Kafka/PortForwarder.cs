using System.Net;
using System.Net.Sockets;

namespace Linkage.Kafka;

/// <summary>
/// Carries TCP connections from a port of our choice on 127.0.0.1 to another: librdkafka's mock cluster listens on a port of the
/// kernel's choice only, but can advertise any.
/// </summary>
internal sealed class PortForwarder : IDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <summary>Listens and forwards until disposed.</summary>
    /// <exception cref="SocketException">The port is taken or not allowed.</exception>
    public PortForwarder(int port, int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _accepting.GetAwaiter().GetResult();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                Socket client;
                try
                {
                    client = await _listener.AcceptSocketAsync(_stop.Token);
                }
                catch (SocketException)
                {
                    // The client went away again, or the process is out of sockets for the moment.
                    await Task.Delay(10, _stop.Token);
                    continue;
                }

                open.RemoveAll(static connection => connection.IsCompleted);
                open.Add(ForwardAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed. Connections see the token too.
        }

        await Task.WhenAll(open);
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            try
            {
                await server.ConnectAsync(_target, ended.Token);
                var up = CopyAsync(client, server, ended.Token);
                var down = CopyAsync(server, client, ended.Token);

                // Kafka has no half-open connections: one end's close is the end.
                await Task.WhenAny(up, down);
                await ended.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Either side went away: the other learns it by the close.
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer, stop)) > 0)
        {
            for (var sent = 0; sent < read;)
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), stop);
        }
    }
}
