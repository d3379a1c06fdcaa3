using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Saving;

/// <summary>Everything that the downloads of a run share.</summary>
/// <param name="Kinescope">The API.</param>
/// <param name="List">The list of the folder.</param>
/// <param name="Retry">The retries of each step.</param>
/// <param name="Downloads">Patience and speed.</param>
/// <param name="Verbose">Is told of what is seen with -Verbose only; from any thread.</param>
internal sealed record SaveServices(
    KinescopeClient Kinescope, SavedList List, ResiliencePipeline Retry, DownloadSettings Downloads, Action<string> Verbose);

/// <summary>
/// Saves one video: receives what is not there yet, compares it with what Kinescope tells of it, and gives the file its name. Each step is
/// such that the run may be killed after it, and the next one goes on.
/// </summary>
internal sealed class VideoSaver(SaveServices services)
{
    public async Task<SaveOutcome> SaveAsync(SaveTransfer transfer, CancellationToken cancellation)
    {
        var planned = transfer.Planned;
        var started = services.Kinescope.Time.GetTimestamp();
        try
        {
            return planned.Step switch
            {
                SaveStep.Leave => Left(planned, planned.Known.Saved, md5: null),
                SaveStep.Copy => await CopyAsync(transfer, cancellation).ConfigureAwait(false),
                SaveStep.Compare => await CompareAsync(transfer, cancellation).ConfigureAwait(false),
                SaveStep.Refuse => Failed(planned.Failure!),
                _ => await ReceiveAsync(transfer, cancellation).ConfigureAwait(false),
            };
        }
        catch (KinescopeException failure)
        {
            return Failed(failure.About(planned.Given.Name));
        }

        SaveOutcome Failed(KinescopeException failure) => new(
            Ended(planned.Result(SavedVideoStatus.Failed, failure), transfer, Elapsed(started)), failure);
    }

    /// <summary>The outcome of a video that was to be copied from one that failed: it would fail as well.</summary>
    public static SaveOutcome FailedWith(PlannedSave planned, PlannedSave first, KinescopeException cause)
    {
        var failure = cause.Saying(
            $"{planned.Given.Name}: its video is received once, for {first.Given.Name}, and that failed. {cause.Message}", stopsRun: false);
        return new(planned.Result(SavedVideoStatus.Failed, failure), failure);
    }

    private TimeSpan Elapsed(long started) => services.Kinescope.Time.GetElapsedTime(started);

    private async Task<SaveOutcome> ReceiveAsync(SaveTransfer transfer, CancellationToken cancellation)
    {
        var planned = transfer.Planned;
        var started = services.Kinescope.Time.GetTimestamp();
        var source = new DownloadSource(services.Kinescope, services.Retry, planned);
        var partPath = SavePaths.PartOf(planned.Path!, planned.Place);
        if (DiskFile.At(partPath) is { } part && planned.IsDue(part, source.Asset))
        {
            Name(partPath, planned);
            return Saved(planned, planned.Known.Saved!, transfer, Elapsed(started));
        }

        using var file = PartFile.Open(partPath);
        var receiver = new VideoReceiver(services, transfer, source, file);
        await receiver.ReceiveAsync(cancellation).ConfigureAwait(false);
        return Complete(file, transfer, receiver.Md5, source.Asset, started);
    }

    /// <summary>Notes that all bytes are there, and gives the file its name.</summary>
    private SaveOutcome Complete(PartFile file, SaveTransfer transfer, string md5, KinescopeAsset asset, long started)
    {
        var planned = transfer.Planned;
        file.Flush();
        file.Dispose();
        var line = new SavedLine(SavedEvent.Saved, DateTimeOffset.UtcNow, planned.Place)
        {
            Lesson = planned.Given.LessonId,
            Video = planned.Given.VideoId,
            Title = planned.Title,
            Quality = planned.Quality,
            Length = file.Offset,
            Md5 = md5,
            Verified = asset.Md5 == md5,
            Modified = DiskFile.At(file.Path)?.Modified,
        };
        services.List.Append(line);
        Waypoint.Pass("save-recorded");
        Name(file.Path, planned);
        Waypoint.Pass("save-named");
        return Saved(planned, line, transfer, Elapsed(started));
    }

    /// <summary>Copies what was saved of the video elsewhere; receives it where that is not there any more, or is damaged.</summary>
    private async Task<SaveOutcome> CopyAsync(SaveTransfer transfer, CancellationToken cancellation)
    {
        var (planned, started) = (transfer.Planned, services.Kinescope.Time.GetTimestamp());
        if (services.List.At(planned.Source!.Place).Saved is { } saved && planned.IsOf(saved)
            && DiskFile.At(planned.Source.Path) is { } there && saved.IsOf(there))
        {
            var partPath = SavePaths.PartOf(planned.Path!, planned.Place);
            using var from = TryOpen(planned.Source.Path);
            // What was received for this place gives way only to what is sure to be the video.
            var mayGiveWay = from is not null && (DiskFile.At(partPath) is null or { Length: 0 }
                || await IsAsync(from, saved, cancellation).ConfigureAwait(false));
            if (mayGiveWay)
            {
                using var file = PartFile.Open(partPath);
                file.Restart();
                services.List.Append(VideoReceiver.Beginning(planned, planned.Asset!, DownloadValidator.None));
                if (await TryCopyAsync(from!, file, transfer, cancellation).ConfigureAwait(false)
                    && file.Offset == saved.Length && file.Hash == saved.Md5)
                    return Complete(file, transfer, saved.Md5, planned.Asset!, started);
                file.Restart();
            }

            services.Verbose(
                $"{planned.Given.Name}: {planned.Source.Path} cannot be read, or is not what was saved there. It is received instead.");
        }

        transfer.Offset = 0;
        return await ReceiveAsync(transfer, cancellation).ConfigureAwait(false);
    }

    private static SourceFile? TryOpen(string path)
    {
        try
        {
            return SourceFile.Open(path);
        }
        catch (KinescopeException)
        {
            return null;
        }
    }

    private static async Task<bool> IsAsync(SourceFile file, SavedLine saved, CancellationToken cancellation)
    {
        try
        {
            return (await ContentHash.WholeAsync(file, cancellation).ConfigureAwait(false)).Md5 == saved.Md5;
        }
        catch (KinescopeException)
        {
            return false;
        }
    }

    private static async Task<bool> TryCopyAsync(SourceFile from, PartFile file, SaveTransfer transfer, CancellationToken cancellation)
    {
        const int BufferSize = 1 << 20;
        var buffer = new byte[BufferSize];
        while (true)
        {
            int read;
            try
            {
                read = await from.ReadAsync(buffer, file.Offset, cancellation).ConfigureAwait(false);
            }
            catch (KinescopeException)
            {
                return false;
            }

            if (read == 0)
                return true;
            await file.AppendAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            transfer.Offset = file.Offset;
        }
    }

    /// <summary>Gives a file its name, for good.</summary>
    private static void Name(string partPath, PlannedSave planned)
    {
        var path = planned.Path!;
        try
        {
            FileInUse.Move(partPath, path, planned.Replaces);
        }
        catch (IOException) when (!planned.Replaces && File.Exists(path))
        {
            throw new KinescopeException(
                ErrorIds.SavedFileExists,
                $"{path} came to be there while the video was received. It was left as it is; -Force replaces it.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw PartFile.NotWritable(path, failure);
        }

        FolderSync.Flush(System.IO.Path.GetDirectoryName(path)!);
    }

    private async Task<SaveOutcome> CompareAsync(SaveTransfer transfer, CancellationToken cancellation)
    {
        var planned = transfer.Planned;
        string md5;
        using (var source = SourceFile.Open(planned.Path!))
            md5 = (await ContentHash.WholeAsync(source, cancellation).ConfigureAwait(false)).Md5;
        if (md5 != planned.Md5)
        {
            if (!planned.Replaces)
                throw SavePlan.Differs(planned, planned.Asset!.Length!.Value);
            return await ReceiveAsync(transfer, cancellation).ConfigureAwait(false);
        }

        var file = DiskFile.At(planned.Path!);
        var line = new SavedLine(SavedEvent.Saved, DateTimeOffset.UtcNow, planned.Place)
        {
            Lesson = planned.Given.LessonId,
            Video = planned.Given.VideoId,
            Title = planned.Title,
            Quality = planned.Quality,
            Length = file?.Length,
            Md5 = md5,
            Verified = md5 == planned.Asset!.Md5,
            Modified = file?.Modified,
        };
        services.List.Append(line);
        return Left(planned, line, md5);
    }

    private static SaveOutcome Left(PlannedSave planned, SavedLine? known, string? md5) => new(
        planned.Result(SavedVideoStatus.Skipped)
            .With(DiskFile.At(planned.Path!)?.Length, md5 ?? known?.Md5, known?.Verified == true), null);

    private static SaveOutcome Saved(PlannedSave planned, SavedLine line, SaveTransfer transfer, TimeSpan duration) => new(
        Ended(planned.Result(SavedVideoStatus.Saved).With(line.Length, line.Md5, line.Verified), transfer, duration), null);

    private static SavedVideo Ended(SavedVideo result, SaveTransfer transfer, TimeSpan duration) =>
        result.In(duration, transfer.Received);
}
