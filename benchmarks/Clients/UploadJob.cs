using KinescopeBenchmarks.Server;

namespace KinescopeBenchmarks.Clients;

/// <summary>What a client is to send.</summary>
/// <param name="Site">Where to.</param>
/// <param name="Files">The files.</param>
/// <param name="Parallel">How many at once; <see cref="Auto"/> for as many as ours finds best.</param>
/// <param name="Folder">A folder for what the client writes; a client that is run again in it continues.</param>
internal sealed record UploadJob(UploadSite Site, IReadOnlyList<string> Files, int Parallel, string Folder)
{
    public const int Auto = 0;

    /// <summary>Whether the client keeps what it needs to continue.</summary>
    public bool IsResumable { get; init; }

    public long Bytes => Files.Sum(file => new FileInfo(file).Length);
}
