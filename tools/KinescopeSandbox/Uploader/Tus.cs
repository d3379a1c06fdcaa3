using System.Globalization;
using System.Text;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Uploader;

/// <summary>Words of the tus protocol, version 1.0.0.</summary>
public static class Tus
{
    public const string Version = "1.0.0";
    public const string Resumable = "Tus-Resumable";
    public const string UploadOffset = "Upload-Offset";
    public const string UploadLength = "Upload-Length";
    public const string UploadMetadata = "Upload-Metadata";
    public const string ContentType = "application/offset+octet-stream";

    /// <exception cref="ApiError">412: the client speaks another version.</exception>
    public static void CheckVersion(HttpContext context)
    {
        if (context.Request.Headers[Resumable] == Version)
            return;
        context.Response.Headers["Tus-Version"] = Version;
        throw ApiError.Tus(StatusCodes.Status412PreconditionFailed, $"{Resumable} must be {Version}");
    }

    /// <summary>A header with a number of bytes; null when it is missing or none.</summary>
    public static long? Bytes(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}

/// <summary>A tus creation request as Kinescope's own dashboard sends it.</summary>
public sealed record TusCreation(Guid InitId, Guid ParentId, string Title, string FileName, long Length)
{
    private static readonly string[] Keys = ["parent_id", "init_id", "type", "title", "filename", "filesize"];

    /// <exception cref="ApiError">412 version, 402402 missing or contradicting values, 400301 ids that are no UUIDs.</exception>
    public static TusCreation Read(HttpRequest request, Guid workspaceId)
    {
        Tus.CheckVersion(request.HttpContext);
        var invalid = new List<InvalidParam>();
        if (!Guid.TryParse(request.Headers["X-Workspace-ID"], out var workspace) || workspace != workspaceId)
            invalid.Add(new("X-Workspace-ID", "required", "must be the token's workspace"));
        var length = Tus.Bytes(request, Tus.UploadLength);
        if (length is null or 0)
            invalid.Add(new(Tus.UploadLength, "required", "must be a number of bytes"));

        var metadata = Metadata(request.Headers[Tus.UploadMetadata].ToString());
        invalid.AddRange(Keys.Where(key => string.IsNullOrEmpty(metadata.GetValueOrDefault(key)))
            .Select(key => new InvalidParam($"{Tus.UploadMetadata} {key}", "required", "must not be empty")));
        if (metadata.TryGetValue("filesize", out var size) && size != length?.ToString(CultureInfo.InvariantCulture))
            invalid.Add(new($"{Tus.UploadMetadata} filesize", "eqfield", Tus.UploadLength));
        if (metadata.TryGetValue("type", out var type) && type != "video")
            invalid.Add(new($"{Tus.UploadMetadata} type", "oneof", "video"));
        if (invalid.Count > 0)
            throw ApiError.Validation(invalid);

        return new TusCreation(
            Parse.Uuid(metadata["init_id"]), Parse.Uuid(metadata["parent_id"]), metadata["title"], metadata["filename"], length!.Value);
    }

    private static Dictionary<string, string> Metadata(string header)
    {
        var metadata = new Dictionary<string, string>();
        foreach (var pair in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, encoded) = pair.Split(' ', 2) is [var name, var value] ? (name, value) : (pair, "");
            var bytes = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, bytes, out var count))
                throw ApiError.Validation(new InvalidParam($"{Tus.UploadMetadata} {key}", "base64", "must be base64"));
            metadata[key] = Encoding.UTF8.GetString(bytes, 0, count);
        }
        return metadata;
    }
}
