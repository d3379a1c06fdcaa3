using System.Buffers;
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
                SaveStep.Leave => new(planned.Result(SavedVideoStatus.Skipped)
                    .With(DiskFile.At(planned.Path!)?.Length, null, null, planned.Known.Saved!.At), null),
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
        if (DiskFile.At(partPath) is { } part && planned.IsDue(part, source.Asset)
            && await IsAsync(partPath, planned.Known.Saved!, transfer, cancellation).ConfigureAwait(false))
        {
            Name(partPath, planned);
            return Saved(planned, planned.Known.Saved!, transfer, Elapsed(started));
        }

        transfer.Offset = 0;
        using var file = PartFile.Open(partPath);
        var receiver = new VideoReceiver(services, transfer, source, file);
        await receiver.ReceiveAsync(cancellation).ConfigureAwait(false);
        return Complete(file, transfer, receiver.Md5, source.Asset, started);
    }

    /// <summary>Notes that all bytes are there, and gives the file its name.</summary>
    private SaveOutcome Complete(PartFile file, SaveTransfer transfer, string md5, KinescopeAsset asset, long started)
    {
        var planned = transfer.Planned;
        RequireSame(planned);
        file.Flush();
        file.Dispose();
        var standing = planned.GivesWay is null ? null : DiskFile.At(planned.Path!);
        if (planned.Given.Restores && standing?.Length == file.Offset)
            KeepDate(file.Path, standing.Modified);
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
            OldLength = standing?.Length,
            OldModified = standing?.Modified,
        };
        services.List.Append(line);
        Waypoint.Pass("save-recorded");
        Name(file.Path, planned);
        Waypoint.Pass("save-named");
        return Saved(planned, line, transfer, Elapsed(started));
    }

    /// <summary>Gives a lesson's own file the date back by which it is known as what was sent.</summary>
    private static void KeepDate(string path, DateTime modified)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, modified);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Its content tells it as well.
        }
    }

    /// <summary>Copies what was saved of the video elsewhere; receives it where that is not there any more, or is damaged.</summary>
    private async Task<SaveOutcome> CopyAsync(SaveTransfer transfer, CancellationToken cancellation)
    {
        var (planned, started) = (transfer.Planned, services.Kinescope.Time.GetTimestamp());
        if (services.List.At(planned.Source!.Place).Saved is { } saved && planned.IsOf(saved)
            && DiskFile.At(planned.Source.Path) is { } there && saved.IsOf(there))
        {
            using var from = TryOpen(planned.Source.Path);
            if (from is not null && await TryCopyAsync(from, saved, transfer, cancellation).ConfigureAwait(false) is { } file)
            {
                using (file)
                    return Complete(file, transfer, saved.Md5!, planned.Asset!, started);
            }

            services.Verbose(
                $"{planned.Given.Name}: {planned.Source.Path} cannot be read, or is not what was saved there. It is received instead.");
        }

        return await ReceiveAsync(transfer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Copies a video, going on where its download ended.</summary>
    /// <returns>The complete file; null where it cannot be made of this one. What was received is there still.</returns>
    private async Task<PartFile?> TryCopyAsync(SourceFile from, SavedLine saved, SaveTransfer transfer, CancellationToken cancellation)
    {
        var planned = transfer.Planned;
        var partPath = SavePaths.PartOf(planned.Path!, planned.Place);
        var isEmpty = DiskFile.At(partPath) is null or { Length: 0 };
        var file = PartFile.Open(partPath);
        var isComplete = false;
        try
        {
            if (!isEmpty && planned.GoesOn(planned.Asset!))
            {
                var received = planned.Known.Received;
                await file.ContinueAsync(received?.Offset ?? 0, received?.Md5, saved.Length!.Value, cancellation).ConfigureAwait(false);
                var (held, hash) = (file.Offset, file.HashNow);
                isComplete = await AppendAsync(from, file, transfer, cancellation).ConfigureAwait(false) && IsIt();
                if (!isComplete)
                    file.GoBack(held, hash);
            }

            // What was received for this place gives way only to what is sure to be the video.
            if (!isComplete && (isEmpty || await HashAsync(from, transfer, cancellation).ConfigureAwait(false) == saved.Md5))
            {
                file.Restart();
                services.List.Append(VideoReceiver.Beginning(planned, planned.Asset!, DownloadValidator.None));
                Waypoint.Pass("save-begun");
                isComplete = await AppendAsync(from, file, transfer, cancellation).ConfigureAwait(false) && IsIt();
                if (!isComplete)
                    file.Restart();
            }

            return isComplete ? file : null;
        }
        finally
        {
            if (!isComplete)
                file.Dispose();
        }

        bool IsIt() => file.Offset == saved.Length && file.Hash == saved.Md5;
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

    private static async Task<bool> IsAsync(string path, SavedLine saved, SaveTransfer transfer, CancellationToken cancellation)
    {
        using var file = TryOpen(path);
        return file is not null && await HashAsync(file, transfer, cancellation).ConfigureAwait(false) == saved.Md5;
    }

    /// <summary>The MD5 of a file; null where it cannot be read to its end.</summary>
    private static async Task<string?> HashAsync(SourceFile file, SaveTransfer transfer, CancellationToken cancellation)
    {
        var hash = new Md5();
        var isWhole = await ReadAsync(file, 0, transfer, bytes =>
        {
            hash.Append(bytes.Span);
            return ValueTask.CompletedTask;
        }, cancellation).ConfigureAwait(false);
        return isWhole ? hash.Finish() : null;
    }

    private static Task<bool> AppendAsync(
        SourceFile from, PartFile file, SaveTransfer transfer, CancellationToken cancellation) => ReadAsync(
        from, file.Offset, transfer, bytes => new ValueTask(file.AppendAsync(bytes, cancellation)), cancellation);

    /// <summary>Reads a file to its end.</summary>
    /// <returns>False where that cannot be done.</returns>
    private static async Task<bool> ReadAsync(
        SourceFile from, long offset, SaveTransfer transfer, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await from.ReadAsync(buffer, offset, cancellation).ConfigureAwait(false);
                }
                catch (KinescopeException)
                {
                    return false;
                }

                if (read == 0)
                    return offset >= from.Length;
                await take(buffer.AsMemory(0, read)).ConfigureAwait(false);
                transfer.Offset = offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes sure that what gives way is what was found there, unless anything does.</summary>
    /// <exception cref="KinescopeException"><c>SavedFileExists</c>.</exception>
    private static void RequireSame(PlannedSave planned)
    {
        if (!planned.IsForced && DiskFile.At(planned.Path!) is { } now && now != planned.GivesWay)
            throw Came(planned);
    }

    private static KinescopeException Came(PlannedSave planned) => new(
        ErrorIds.SavedFileExists,
        $"{planned.Path} came to be there, or was changed, while the video was received. It was left as it is: move it away to keep it, or "
        + "let -Force replace it.");

    /// <exception cref="KinescopeException"><c>DiskRoomShort</c>, which is this video's alone.</exception>
    private static void RequireRoom(PlannedSave planned)
    {
        if (FileRights.RoomIn(System.IO.Path.GetDirectoryName(planned.Path)!) is { } room && room < planned.Room)
            throw new KinescopeException(
                ErrorIds.DiskRoomShort,
                $"{planned.Path} is not the video as it is now, and its disk has {Figures.Bytes(room)} left of the "
                + $"{Figures.Bytes(planned.Room)} that receiving it takes. It was left as it is: make room, and run again.");
    }

    /// <summary>Gives a file its name, for good.</summary>
    private static void Name(string partPath, PlannedSave planned)
    {
        var path = planned.Path!;
        RequireSame(planned);
        var replaces = planned.IsForced || planned.GivesWay is not null;
        try
        {
            FileInUse.Move(partPath, path, replaces);
        }
        catch (IOException) when (!replaces && File.Exists(path))
        {
            throw Came(planned);
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
        string? md5;
        using (var source = SourceFile.Open(planned.Path!))
            md5 = await HashAsync(source, transfer, cancellation).ConfigureAwait(false);
        if (md5 is null || md5 != planned.Md5)
        {
            if (planned.GivesWay is null && (md5 is null || md5 != planned.RenewedMd5))
                throw md5 is not null
                    ? SavePlan.Differs(planned)
                    : new KinescopeException(
                        ErrorIds.LessonFileUnreadable, $"{planned.Path} cannot be read to its end. -Force receives the video again.");
            services.Verbose(
                $"{planned.Given.Name}: {planned.Path} {(md5 is null ? "cannot be read" : $"has MD5 {md5}")}. It is received again.");
            var renewed = planned with { Step = SaveStep.Receive, GivesWay = planned.GivesWay ?? DiskFile.At(planned.Path!) };
            RequireRoom(renewed);
            transfer.Becomes(renewed);
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
            Found = !(planned.Known.Saved is { Found: false } saved && saved.Md5 == md5),
        };
        services.List.Append(line);
        return new(planned.Result(SavedVideoStatus.Skipped).With(line.Length, md5, line.Verified, line.At), null);
    }

    private static SaveOutcome Saved(PlannedSave planned, SavedLine line, SaveTransfer transfer, TimeSpan duration) => new(
        Ended(planned.Result(SavedVideoStatus.Saved).With(line.Length, line.Md5, line.Verified, line.At), transfer, duration), null);

    private static SavedVideo Ended(SavedVideo result, SaveTransfer transfer, TimeSpan duration) =>
        result.In(duration, transfer.Received);
}
