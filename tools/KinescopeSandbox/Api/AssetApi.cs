using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/assets`: the files behind the links of a video's assets, which are signed and need no token. A rendition is the beginning of the original.</summary>
public sealed class AssetApi(SandboxState state, TimeProvider clock)
{
    public const string Root = "/assets";

    /// <summary>The life of a link, as in the platform's example.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(3600);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "/{uploadId}/{quality}", (RequestDelegate)SendAsync);

    /// <summary>The link to an asset.</summary>
    /// <param name="length">The asset's bytes.</param>
    public static string LinkTo(SandboxState state, TimeProvider clock, Upload upload, string quality, long length)
    {
        var path = $"{upload.Id:D}/{quality}.mp4";
        var expires = (clock.GetUtcNow() + Life).ToUnixTimeSeconds();
        return $"http://127.0.0.1:{state.Workspace.ApiPort}{Root}/{path}?length={length}&expires={expires}&sign={Sign(state, path, length, expires)}";
    }

    private async Task SendAsync(HttpContext context)
    {
        var (upload, query) = (Parse.Uuid(Parse.Route(context, "uploadId")), context.Request.Query);
        var (length, expires) = (Number(query, "length"), Number(query, "expires"));
        var path = $"{upload:D}/{Parse.Route(context, "quality")}";
        if (query["sign"] != Sign(state, path, length, expires) || expires < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        if (state.Bytes.Discards || state.Bytes.Length(upload) < length)
            throw ApiError.NoSuchEntity("asset");

        using var file = state.Bytes.Open(upload);
        context.Response.ContentType = "video/mp4";
        context.Response.ContentLength = length;
        var buffer = new byte[64 * 1024];
        for (var sent = 0L; sent < length;)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - sent)), sent);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            sent += read;
        }
    }

    private static long Number(IQueryCollection query, string name) =>
        long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Sign(SandboxState state, string path, long length, long expires) => Convert.ToHexStringLower(
        HMACSHA256.HashData(state.Workspace.Id.ToByteArray(), Encoding.ASCII.GetBytes($"{path} {length} {expires}")))[..32];
}
