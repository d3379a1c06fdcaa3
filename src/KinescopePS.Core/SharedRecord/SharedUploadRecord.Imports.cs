using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <content>Uploads of another record.</content>
internal sealed partial class SharedUploadRecord
{
    /// <summary>So many lessons are written by one round trip: some MiB, where files are long and have many marks.</summary>
    private const int ImportsAtOnce = 200;

    public async ValueTask<IReadOnlyList<KinescopeException?>> ImportAsync(IReadOnlyList<ImportedUpload> imports)
    {
        var failures = new List<KinescopeException?>(imports.Count);
        foreach (var some in imports.Chunk(ImportsAtOnce))
            failures.AddRange(await ImportSomeAsync(some).ConfigureAwait(false));
        return failures;
    }

    private async Task<IReadOnlyList<KinescopeException?>> ImportSomeAsync(IReadOnlyList<ImportedUpload> imports)
    {
        var claims = imports.Select(import => _claims.Claim(import.Upload.Lesson)).ToList();
        try
        {
            List<RecordedUpload> uploads =
                [.. imports.Select(import => import.Upload with { Revision = Random.Shared.NextInt64(1, long.MaxValue) })];
            List<(SharedRow, string, string?, string?, long)> rows =
            [
                .. from i in Enumerable.Range(0, imports.Count)
                   where claims[i].IsGranted
                   let upload = uploads[i]
                   select (SharedRow.Of(upload), StageOf(upload), upload.Course, upload.VideoId, imports[i].Read?.Revision ?? 0),
            ];
            var (claimed, kept, owners) = await ReachAsync(
                stop => _store.ImportAsync(Machine, _host, rows, stop), CancellationToken.None).ConfigureAwait(false);
            while (rows.Count > 0 && claimed.Count == 0 && owners.Count == 0)
            {
                // Somebody took this machine for dead.
                await ReachAsync(BeatAsync, CancellationToken.None).ConfigureAwait(false);
                (claimed, kept, owners) = await ReachAsync(
                    stop => _store.ImportAsync(Machine, _host, rows, stop), CancellationToken.None).ConfigureAwait(false);
            }

            foreach (var upload in uploads.Where(upload => kept.Contains(upload.Lesson)))
                _uploads.Put(upload.Lesson, upload);
            return [.. imports.Select(FailureOf)];

            KinescopeException? FailureOf(ImportedUpload import, int i) =>
                !claims[i].IsGranted ? InHand(import.Upload.Lesson, claims[i].Owner)
                : kept.Contains(import.Upload.Lesson) ? null
                : owners.GetValueOrDefault(import.Upload.Lesson) is { } owner ? InHand(import.Upload.Lesson, owner)
                : Changed(import.Upload.Lesson);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.LessonIdInvalid)
        {
            if (imports.Count == 1)
                return [failure.About($"Lesson '{imports[0].Upload.Lesson}'")];
        }
        finally
        {
            foreach (var claim in claims.Where(claim => claim.IsGranted))
                _claims.Release(claim);
        }

        // One of them cannot be held: the others can.
        var half = imports.Count / 2;
        return
        [
            .. await ImportSomeAsync([.. imports.Take(half)]).ConfigureAwait(false),
            .. await ImportSomeAsync([.. imports.Skip(half)]).ConfigureAwait(false),
        ];
    }

    private static string StageOf(RecordedUpload upload) => upload.Stage.ToString().ToLowerInvariant();

    private static KinescopeException InHand(string lesson, string owner) => new(
        ErrorIds.LessonClaimed, $"Lesson '{lesson}': machine {owner} is working on it. It was left as it is.");
}
