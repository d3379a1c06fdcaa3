using KinescopePS.Record;

namespace KinescopePS.Preflight;

/// <summary>The rate of earlier uploads, as a record tells it.</summary>
internal static class MeasuredRate
{
    /// <summary>Smaller files take their time for other things than bytes. Unit: bytes.</summary>
    private const long LeastLength = 1 << 20;

    /// <summary>An upload that took so many times longer than most was interrupted.</summary>
    private const int Interrupted = 4;

    /// <summary>The rate of all files together, while any was sent.</summary>
    /// <returns>Unit: bytes per second; null where there is too little to tell.</returns>
    public static double? Of(IEnumerable<RecordedUpload> uploads)
    {
        var sent = uploads
            .Where(upload => upload is { Length: >= LeastLength, IntendedAt: not null, UploadedAt: not null, MarkedOffset: > 0 })
            .Select(upload => (Length: (double)upload.Length!.Value, From: upload.IntendedAt!.Value, To: upload.UploadedAt!.Value))
            .Where(upload => upload.To > upload.From)
            .OrderBy(upload => upload.Length / (upload.To - upload.From).TotalSeconds).ToList();
        if (sent.Count == 0)
            return null;
        var (length, from, to) = sent[sent.Count / 2];
        var least = length / (to - from).TotalSeconds / Interrupted;
        sent.RemoveAll(upload => upload.Length / (upload.To - upload.From).TotalSeconds < least);

        var (seconds, until) = (0.0, DateTimeOffset.MinValue);
        foreach (var upload in sent.OrderBy(upload => upload.From))
        {
            var begin = upload.From > until ? upload.From : until;
            if (upload.To > begin)
                seconds += (upload.To - begin).TotalSeconds;
            until = upload.To > until ? upload.To : until;
        }

        return seconds > 0 ? sent.Sum(upload => upload.Length) / seconds : null;
    }
}
