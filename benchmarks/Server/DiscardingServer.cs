using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KinescopeBenchmarks.Harness;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KinescopeBenchmarks.Server;

/// <summary>
/// An uploader that takes videos and throws them away: init by JSON, tus creation, HEAD and PATCH. As cheap as Kestrel is, so
/// that it is the clients that are measured.
/// </summary>
internal sealed class DiscardingServer
{
    private const string Resumable = "Tus-Resumable";

    private static readonly int[] ServerErrors = [500, 502, 503, 504];

    private readonly ConcurrentDictionary<string, HeldUpload> _uploads = new();
    private readonly ConcurrentDictionary<string, long> _wire = new();
    private readonly ConcurrentDictionary<string, bool> _connections = new();
    private readonly object _gate = new();
    private List<HeldPatch> _patches = [];
    private Dictionary<string, int> _methods = [];
    private Reset _reset = new(FaultPlan.None, 0, false);
    private double? _firstRequest, _lastByte, _beyond;
    private Random _lot = new(0);
    private double _nextPause;
    private int _requests, _cuts, _refusals, _pauses, _expectations;

    /// <summary>`serve`: listens until standard input ends.</summary>
    /// <param name="authorityFile">Where the certificate of its authority is left, as PEM.</param>
    public static async Task<int> RunAsync(string authorityFile)
    {
        using var authority = new ThrowAwayAuthority();
        var port = FreePortOfBoth();
        var server = new DiscardingServer();
        await File.WriteAllTextAsync(authorityFile, authority.Pem);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, port ?? 0, endpoint => endpoint.Use(server.Count));
            if (port is not null)
                kestrel.Listen(IPAddress.IPv6Loopback, port.Value, endpoint => endpoint.Use(server.Count));
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(authority.Issue()));
        });
        await using var app = builder.Build();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        var ports = app.Urls.Select(url => new Uri(url)).GroupBy(url => url.Scheme).OrderBy(urls => urls.Key).Select(urls => urls.First().Port);
        Console.WriteLine($"{string.Join(' ', ports)} {(port is null ? 1 : 2)}");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>A port that is free on both of this machine's own addresses; null where it has only one of them.</summary>
    private static int? FreePortOfBoth()
    {
        try
        {
            using var six = new TcpListener(IPAddress.IPv6Loopback, 0);
            six.Start();
            var port = ((IPEndPoint)six.LocalEndpoint).Port;
            using var four = new TcpListener(IPAddress.Loopback, port);
            four.Start();
            return port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Counts a connection, whether a request comes over it or not.</summary>
    private ConnectionDelegate Count(ConnectionDelegate next) => connection =>
    {
        _connections[connection.ConnectionId] = true;
        return next(connection);
    };

    private Task AnswerAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        if (path.StartsWith("/control/", StringComparison.Ordinal))
            _connections.TryRemove(context.Connection.Id, out _);
        if (path == "/control/reset")
            return ResetAsync(context);
        if (path == "/control/stats")
            return context.Response.WriteAsJsonAsync(Stats());
        // The check of a session, before the run that is measured.
        if (path == "/v1/projects")
            return context.Response.WriteAsync("""{"data":[],"meta":{"pagination":{"page":1,"per_page":100,"total":0}}}""");

        lock (_gate)
        {
            _firstRequest ??= MonotonicClock.Now;
            _methods[method] = _methods.GetValueOrDefault(method) + 1;
            if (context.Request.Headers.Expect.Count > 0)
                _expectations++;
        }

        var upload = path.StartsWith("/upload/", StringComparison.Ordinal) ? _uploads.GetValueOrDefault(path[8..]) : null;
        if (DueFault() is { } status)
            return RefuseAsync(context, status, upload);
        return (method, path) switch
        {
            ("POST", "/v2/init") => CreateAsync(context),
            ("HEAD", _) when upload is not null => TellOffsetAsync(context, upload),
            ("PATCH", _) when upload is not null => TakeAsync(context, upload),
            ("GET", "/v1/videos") => ListAsync(context),
            ("HEAD", "/") => Task.CompletedTask,
            _ => Answer(context, 404),
        };
    }

    private async Task ResetAsync(HttpContext context)
    {
        var reset = (await context.Request.ReadFromJsonAsync<Reset>())!;
        lock (_gate)
        {
            _reset = reset;
            _patches = [];
            (_firstRequest, _lastByte, _beyond) = (null, null, null);
            (_requests, _cuts, _refusals, _pauses) = (0, 0, 0, 0);
            (_lot, _nextPause) = (new Random(reset.Faults.Seed), 0);
            _methods = [];
            _expectations = 0;
            _connections.Clear();
            _wire.Clear();
            if (!reset.KeepsUploads)
                _uploads.Clear();
        }
    }

    private ServerStats Stats()
    {
        lock (_gate)
        {
            return new ServerStats
            {
                Received = _patches.Sum(patch => patch.Received),
                Wire = _wire.IsEmpty ? null : _wire.Values.Sum(),
                Uploads = [.. _uploads.Values.Select(upload => new UploadStats(upload.Id, upload.Length, upload.Offset, _patches.Where(patch => patch.Upload == upload).Sum(patch => patch.Received)))],
                Patches = [.. _patches.Where(patch => patch.Received > 0).Select(patch => new PatchStats(patch.Upload.Id, patch.Offset, patch.FirstByte, patch.Received))],
                FirstRequest = _firstRequest,
                LastByte = _lastByte,
                Beyond = _beyond,
                Cuts = _cuts,
                Refusals = _refusals,
                Pauses = _pauses,
                Requests = new(_methods),
                Expectations = _expectations,
                Connections = _connections.Count,
            };
        }
    }

    private async Task CreateAsync(HttpContext context)
    {
        var isTus = context.Request.Headers.ContainsKey(Resumable);
        long length;
        if (isTus)
        {
            length = long.Parse(context.Request.Headers["Upload-Length"]!);
        }
        else
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            length = body.RootElement.GetProperty("filesize").GetInt64();
        }

        var upload = new HeldUpload(Guid.NewGuid().ToString(), length);
        _uploads[upload.Id] = upload;
        var endpoint = $"{context.Request.Scheme}://{context.Request.Host}/upload/{upload.Id}";
        context.Response.StatusCode = StatusCodes.Status201Created;
        if (!isTus)
        {
            await context.Response.WriteAsJsonAsync(new { data = new { id = upload.Id, endpoint } });
            return;
        }

        context.Response.Headers[Resumable] = "1.0.0";
        context.Response.Headers.Location = endpoint;
    }

    private Task ListAsync(HttpContext context)
    {
        const int PerPage = 100;
        var page = int.TryParse(context.Request.Query["page"], out var number) ? number : 1;
        var first = (page - 1) * PerPage;
        var project = context.Request.Query["project_id"].ToString();
        // Videos that are asked for by their ids are what was uploaded: processed at once.
        var asked = context.Request.Query["video_ids[]"].OfType<string>().Select(id => _uploads.GetValueOrDefault(id)).OfType<HeldUpload>().Where(upload => upload.Offset == upload.Length).ToList();
        var data = asked.Count > 0
            ? asked.Select(upload => Describe(upload.Id, project, upload.Id, upload.Length, _reset.Md5))
            : Enumerable.Range(first, Math.Clamp(_reset.Videos - first, 0, PerPage)).Select(video => Describe(VideoOf(video), project, $"Lesson {video} about something or other", 1_000_000 + video, "0123456789abcdef0123456789abcdef"));
        return context.Response.WriteAsJsonAsync(new { data, meta = new { pagination = new { page, per_page = PerPage, total = asked.Count > 0 ? asked.Count : _reset.Videos } } });
    }

    private static object Describe(string id, string project, string title, long length, string? md5) => new
    {
        id,
        project_id = project,
        title,
        description = "",
        status = "done",
        duration = 600,
        created_at = "2026-01-01T00:00:00Z",
        assets = new[] { new { quality = "original", file_size = length, md5 } },
    };

    /// <summary>The id of a video that is listed.</summary>
    public static string VideoOf(int number) => $"00000000-0000-4000-8000-{number:x12}";

    private static async Task TellOffsetAsync(HttpContext context, HeldUpload upload)
    {
        using (await upload.EnterAsync(context))
        {
            context.Response.Headers[Resumable] = "1.0.0";
            context.Response.Headers["Upload-Offset"] = upload.Offset.ToString();
            context.Response.Headers["Upload-Length"] = upload.Length.ToString();
            context.Response.Headers.CacheControl = "no-store";
        }
    }

    private async Task TakeAsync(HttpContext context, HeldUpload upload)
    {
        using (await upload.EnterAsync(context))
        {
            if (context.Request.Headers["Upload-Offset"] != upload.Offset.ToString())
            {
                await Answer(context, 409);
                return;
            }

            var patch = Begin(upload);
            var isCut = await ReadAsync(context, patch, counts: true);
            lock (_gate)
                _lastByte = MonotonicClock.Now;
            if (isCut)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers[Resumable] = "1.0.0";
            context.Response.Headers["Upload-Offset"] = upload.Offset.ToString();
        }
    }

    /// <summary>Reads a body to its end, or to where it is cut or the client leaves.</summary>
    /// <param name="counts">Whether the bytes are kept; refused ones are not.</param>
    /// <returns>Whether the connection is to be cut. What was read until then is kept, as a server does.</returns>
    private async Task<bool> ReadAsync(HttpContext context, HeldPatch patch, bool counts)
    {
        var (body, upload, cutEvery) = (context.Request.BodyReader, patch.Upload, _reset.Faults.CutEvery);
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(context.RequestAborted);
                var count = read.Buffer.Length;
                body.AdvanceTo(read.Buffer.End);
                if (count > 0)
                {
                    if (patch.Received == 0)
                        patch.FirstByte = MonotonicClock.Now;
                    patch.Received += count;
                    if (counts)
                        upload.Offset += count;
                    if (_beyond is null && upload.Offset > _reset.Beyond)
                        _beyond = MonotonicClock.Now;
                }

                if (counts && cutEvery > 0 && patch.Received >= cutEvery && upload.Offset < upload.Length)
                {
                    Interlocked.Increment(ref _cuts);
                    return true;
                }

                if (read.IsCompleted)
                    return false;
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return true;
        }
        finally
        {
            if (TcpReceived(context) is { } wire)
                _wire[context.Connection.Id] = wire;
        }
    }

    private int? DueFault()
    {
        var faults = _reset.Faults;
        lock (_gate)
        {
            _requests++;
            if (faults.PauseEvery > 0 && _requests > 3 && MonotonicClock.Now >= _nextPause)
            {
                _nextPause = MonotonicClock.Now + faults.PauseEvery;
                _pauses++;
                return 429;
            }

            return _lot.NextDouble() < faults.RefusedShare ? ServerErrors[_refusals++ % ServerErrors.Length] : null;
        }
    }

    /// <summary>Answers before the body, then takes for a second what a client sends that did not ask first.</summary>
    private async Task RefuseAsync(HttpContext context, int status, HeldUpload? upload)
    {
        if (status == 429)
            context.Response.Headers.RetryAfter = "1";
        await Answer(context, status);
        await context.Response.CompleteAsync();
        if (upload is null || context.Request.Method != HttpMethods.Patch || context.Request.Headers.Expect.Count > 0)
            return;
        var reading = ReadAsync(context, Begin(upload), counts: false);
        if (await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1))) != reading)
            context.Abort();
        await reading;
    }

    private HeldPatch Begin(HeldUpload upload)
    {
        var patch = new HeldPatch(upload, upload.Offset);
        lock (_gate)
            _patches.Add(patch);
        return patch;
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>The kernel's count of a connection's received bytes: <c>tcpi_bytes_received</c> of Linux's <c>TCP_INFO</c>.</summary>
    private static long? TcpReceived(HttpContext context)
    {
        const int Tcp = 6, TcpInfo = 11, BytesReceived = 128;
        if (!OperatingSystem.IsLinux() || context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return null;
        try
        {
            var info = new byte[BytesReceived + sizeof(long)];
            socket.GetRawSocketOption(Tcp, TcpInfo, info);
            return BitConverter.ToInt64(info, BytesReceived);
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
            return null;
        }
    }

    private sealed class HeldPatch(HeldUpload upload, long offset)
    {
        public HeldUpload Upload => upload;

        public long Offset => offset;

        public double FirstByte { get; set; }

        public long Received { get; set; }
    }

    private sealed class HeldUpload(string id, long length)
    {
        private readonly SemaphoreSlim _turn = new(1);
        private HttpContext? _holder;

        public string Id => id;

        public long Length => length;

        public long Offset { get; set; }

        /// <summary>Waits for its turn. Who comes later wins: the client of an earlier request has left it.</summary>
        public async Task<IDisposable> EnterAsync(HttpContext context)
        {
            while (!await _turn.WaitAsync(TimeSpan.FromMilliseconds(50)))
                _holder?.Abort();
            _holder = context;
            return new Turn(this);
        }

        private sealed class Turn(HeldUpload upload) : IDisposable
        {
            public void Dispose()
            {
                upload._holder = null;
                upload._turn.Release();
            }
        }
    }
}
