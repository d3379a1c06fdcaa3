using System.Text.Json.Serialization;

namespace KinescopeBenchmarks.Server;

/// <summary>What the discarding server saw since it was reset. Times: seconds of <see cref="Harness.MonotonicClock"/>; sizes: bytes.</summary>
internal sealed record ServerStats
{
    /// <summary>Body bytes that were read from connections, whether they counted or not.</summary>
    public long Received { get; init; }

    /// <summary>Bytes that came over the connections that carried bodies, from the kernel's own counters; null where it does not tell.</summary>
    public long? Wire { get; init; }

    public IReadOnlyList<UploadStats> Uploads { get; init; } = [];

    public IReadOnlyList<PatchStats> Patches { get; init; } = [];

    /// <summary>When the first request came.</summary>
    public double? FirstRequest { get; init; }

    /// <summary>When the last PATCH that brought bytes ended.</summary>
    public double? LastByte { get; init; }

    /// <summary>When an upload first held more than was asked for at the reset.</summary>
    public double? Beyond { get; init; }

    public int Cuts { get; init; }

    public int Refusals { get; init; }

    public int Pauses { get; init; }

    /// <summary>The requests, by method.</summary>
    public Dictionary<string, int> Requests { get; init; } = [];

    /// <summary>The requests that asked before their body (<c>Expect: 100-continue</c>).</summary>
    public int Expectations { get; init; }

    /// <summary>The connections by plain HTTP that were opened, used or not.</summary>
    public int Connections { get; init; }

    /// <summary>From the first request to the last byte. Unit: seconds.</summary>
    [JsonIgnore]
    public double Span => LastByte!.Value - FirstRequest!.Value;

    /// <summary>From the first body byte to the last. Unit: seconds.</summary>
    [JsonIgnore]
    public double TransferTime => LastByte!.Value - Patches.Min(patch => patch.FirstByte);

    [JsonIgnore]
    public long Kept => Uploads.Sum(upload => upload.Offset);
}

internal sealed record UploadStats(string Id, long Length, long Offset, long Received);

internal sealed record PatchStats(string Upload, long Offset, double FirstByte, long Received);

/// <summary>What goes wrong at the server.</summary>
/// <param name="CutEvery">After so many body bytes of a request its connection is cut; 0 for never. Unit: bytes.</param>
/// <param name="RefusedShare">The share of the requests that are answered 5xx, drawn by lot.</param>
/// <param name="PauseEvery">How often a request is answered 429 with <c>Retry-After: 1</c>; 0 for never. Unit: seconds.</param>
/// <param name="Seed">Decides the lot: the same one for all clients of a round.</param>
internal sealed record FaultPlan(long CutEvery, double RefusedShare, double PauseEvery, int Seed = 0)
{
    public static FaultPlan None { get; } = new(0, 0, 0);
}

/// <summary>What a reset asks for.</summary>
/// <param name="Faults">What goes wrong from now on.</param>
/// <param name="Beyond">The offset whose passing is noted. Unit: bytes.</param>
/// <param name="KeepsUploads">Whether uploads can be continued.</param>
internal sealed record Reset(FaultPlan Faults, long Beyond, bool KeepsUploads)
{
    /// <summary>The number of complete videos that it lists.</summary>
    public int Videos { get; init; }

    /// <summary>What it tells as the MD5 of an uploaded video's original; null where it tells none.</summary>
    public string? Md5 { get; init; }
}
