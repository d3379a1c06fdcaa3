using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KinescopeSandbox.Server;

/// <summary>Builds a web application that listens on one loopback port, HTTP/1.1, without size and rate limits.</summary>
public static class Listener
{
    /// <param name="port">TCP port; 0: any free one.</param>
    public static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, options => options.Protocols = HttpProtocols.Http1);
        });
        // After Kestrel's own factory, which it replaces.
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool>();
        return builder.Build();
    }

    /// <summary>The port of a started application.</summary>
    public static int PortOf(WebApplication started) => new Uri(started.Urls.Single()).Port;
}
