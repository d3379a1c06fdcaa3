using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;
using Microsoft.Net.Http.Headers;

namespace KinescopeSandbox.Api;

/// <summary>`/assets`: the files behind the links of a video's assets, which are signed and need no token. A rendition is the beginning of the original.</summary>
public sealed class AssetApi(SandboxState state, TimeProvider clock, Platform platform)
{
    public const string Root = "/assets";

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "/{uploadId}/{quality}", (RequestDelegate)SendAsync);

    /// <summary>The link to an asset.</summary>
    /// <param name="length">The asset's bytes.</param>
    public static string LinkTo(SandboxState state, TimeProvider clock, PlatformWays ways, Upload upload, string quality, long length)
    {
        var path = $"{upload.Id:D}/{quality}.mp4";
        var expires = (clock.GetUtcNow() + TimeSpan.FromSeconds(ways.AssetLifetime)).ToUnixTimeSeconds();
        return $"http://127.0.0.1:{state.Workspace.ApiPort}{Root}/{path}?length={length}&expires={expires}&sign={Sign(state, path, length, expires)}";
    }

    private async Task SendAsync(HttpContext context)
    {
        var (request, response, ways) = (context.Request, context.Response, platform.Ways);
        if (ways.AssetHost == "redirected" && context.Connection.LocalPort == state.Workspace.ApiPort)
        {
            response.Redirect($"http://127.0.0.1:{state.Workspace.UploadPort}{request.Path}{request.QueryString}");
            return;
        }
        var (upload, query) = (Parse.Uuid(Parse.Route(context, "uploadId")), request.Query);
        var (length, expires) = (Number(query, "length"), Number(query, "expires"));
        var path = $"{upload:D}/{Parse.Route(context, "quality")}";
        if (query["sign"] != Sign(state, path, length, expires) || expires < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            response.StatusCode = int.Parse(ways.ExpiredAsset, CultureInfo.InvariantCulture);
            return;
        }
        if (state.Bytes.Discards || state.Bytes.Length(upload) < length)
            throw ApiError.NoSuchEntity("asset");

        var (etag, modified) = Validators(state.FindByUpload(upload)?.Upload, path, ways);
        response.Headers.ETag = etag?.ToString();
        response.GetTypedHeaders().LastModified = modified;
        response.ContentType = "video/mp4";
        var from = 0L;
        if (ways.AssetRange == "yes")
        {
            response.Headers.AcceptRanges = "bytes";
            from = RangeStart(request, etag, modified);
            if (from >= length && length > 0)
            {
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = $"bytes */{length}";
                return;
            }
        }
        if (from > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{length - 1}/{length}";
        }
        response.ContentLength = length - from;
        await WriteAsync(context, upload, from, length);
    }

    private async Task WriteAsync(HttpContext context, Guid upload, long from, long to)
    {
        using var file = state.Bytes.Open(upload);
        var buffer = new byte[64 * 1024];
        for (var sent = from; sent < to;)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - sent)), sent);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            sent += read;
        }
    }

    /// <summary>What tells this content from another one at the same address, as far as the platform tells it.</summary>
    private static (EntityTagHeaderValue? Tag, DateTimeOffset? Modified) Validators(Upload? upload, string path, PlatformWays ways)
    {
        if (upload?.CompletedAt is not { } completed)
            return (null, null);
        var tag = Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes($"{path} {completed.UtcTicks} {upload.Md5}")));
        return ways.AssetValidator switch
        {
            "strong" => (new EntityTagHeaderValue($"\"{tag}\""), completed),
            "weak" => (new EntityTagHeaderValue($"\"{tag}\"", isWeak: true), null),
            "last-modified" => (null, completed),
            _ => (null, null),
        };
    }

    /// <summary>Where the answer begins: a range counts only as long as the content is the one that `If-Range` names, and a weak tag names none.</summary>
    private static long RangeStart(HttpRequest request, EntityTagHeaderValue? etag, DateTimeOffset? modified)
    {
        var headers = request.GetTypedHeaders();
        if (headers.Range is not { Unit.Value: "bytes", Ranges: { Count: 1 } ranges } || ranges.First().From is not { } from)
            return 0;
        return headers.IfRange switch
        {
            null => from,
            { EntityTag: { } asked } => etag is not null && asked.Compare(etag, useStrongComparison: true) ? from : 0,
            { LastModified: { } asked } => modified is { } known && known.ToUnixTimeSeconds() == asked.ToUnixTimeSeconds() ? from : 0,
            _ => 0,
        };
    }

    private static long Number(IQueryCollection query, string name) =>
        long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Sign(SandboxState state, string path, long length, long expires) => Convert.ToHexStringLower(
        HMACSHA256.HashData(state.Workspace.Id.ToByteArray(), Encoding.ASCII.GetBytes($"{path} {length} {expires}")))[..32];
}
