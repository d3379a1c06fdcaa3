using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KinescopeSandbox.Server;

/// <summary>Builds a web application that listens on loopback ports, HTTP/1.1, without size and rate limits.</summary>
public static class Listener
{
    /// <param name="ports">TCP ports; 0: any free one.</param>
    public static WebApplication Build(params int[] ports)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var port in ports)
                kestrel.Listen(IPAddress.Loopback, port, options => options.Protocols = HttpProtocols.Http1);
        });
        // After Kestrel's own factory, which it replaces.
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool>();
        return builder.Build();
    }

    /// <summary>The ports of a started application, in the order in which they were given.</summary>
    public static IReadOnlyList<int> PortsOf(WebApplication started) => [.. started.Urls.Select(url => new Uri(url).Port)];
}
