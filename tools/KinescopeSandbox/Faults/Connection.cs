using System.Net.Sockets;
using System.Text;
using KinescopeSandbox.Control;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace KinescopeSandbox.Faults;

/// <summary>Ends connections in ways that HTTP servers do not offer.</summary>
public static class Connection
{
    /// <summary>Closes without an answer (FIN).</summary>
    public static void Cut(HttpContext context)
    {
        try
        {
            SocketOf(context).Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client closed first.
        }
        Abort(context);
    }

    /// <summary>Closes without an answer (RST).</summary>
    public static void Reset(HttpContext context)
    {
        var socket = SocketOf(context);
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        Abort(context);
    }

    /// <summary>Answers and closes at once, leaving unread what the client still sends.</summary>
    /// <remarks>Written past Kestrel, which would read on for a while before it closes.</remarks>
    public static async Task AnswerAndCloseAsync(HttpContext context, byte[] body)
    {
        var response = context.Response;
        var head = new StringBuilder($"HTTP/1.1 {response.StatusCode} {ReasonPhrases.GetReasonPhrase(response.StatusCode)}\r\n");
        foreach (var (name, value) in response.Headers)
            head.Append($"{name}: {value}\r\n");
        head.Append($"Date: {DateTimeOffset.UtcNow:R}\r\nConnection: close\r\n\r\n");

        var socket = SocketOf(context);
        await socket.SendAsync(Encoding.UTF8.GetBytes(head.ToString()));
        for (var sent = 0; sent < body.Length;)
            sent += await socket.SendAsync(body.AsMemory(sent));
        RequestRecorder.EntryOf(context).Status = response.StatusCode;
        Cut(context);
    }

    private static void Abort(HttpContext context)
    {
        RequestRecorder.EntryOf(context).BrokenOff = true;
        context.Abort();
    }

    private static Socket SocketOf(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket ?? throw new InvalidOperationException("The connection has no socket.");
}
