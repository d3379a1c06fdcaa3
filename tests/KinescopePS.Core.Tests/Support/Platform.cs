using System.Net;
using System.Text;
using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Support;

/// <summary>Kinescope, in memory: a function from requests to the bytes of their responses.</summary>
internal sealed class Platform(Func<HttpRequestMessage, byte[]> answer) : HttpMessageHandler
{
    private int _count;

    public Platform(Func<HttpRequestMessage, string> answer)
        : this(request => Encoding.UTF8.GetBytes(answer(request)))
    {
    }

    /// <summary>The number of requests so far.</summary>
    public int Count => _count;

    public KinescopeClient Client()
    {
        var settings = new KinescopeSettings
        {
            ApiUri = new Uri("https://api.example"),
            UploaderUri = new Uri("https://uploader.example"),
            ApiKey = new NetworkCredential("", "key").SecurePassword,
            Limits = RequestLimits.None,
        };
        return new KinescopeClient(new KinescopeHttp(new HttpClient(this), TimeSpan.Zero), settings);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer(request)), RequestMessage = request });
    }
}
