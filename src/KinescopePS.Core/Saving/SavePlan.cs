using KinescopePS.Files;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Saving;

/// <summary>Finds out what is to be done with each video, before anything is begun.</summary>
/// <param name="kinescope">The API.</param>
/// <param name="retry">The retries of its calls.</param>
/// <param name="folder">The folder that videos are saved in, a full path.</param>
/// <param name="list">Its list.</param>
/// <param name="quality"><c>original</c>, or another.</param>
/// <param name="mayReplace">True where another file in the place of a video gives way.</param>
internal sealed class SavePlan(
    KinescopeClient kinescope, ResiliencePipeline retry, string folder, SavedList list, string quality, bool mayReplace)
{
    public const string Original = "original";

    private readonly Dictionary<string, GivenVideo> _taken = [];
    private int _count;

    /// <summary>The videos that were planned so far. Callable from any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// The plan for all videos, in the order in which they were given. They are asked for by hundreds, and of each only what saving it
    /// takes is kept.
    /// </summary>
    public async Task<IReadOnlyList<PlannedSave>> OfAsync(IReadOnlyList<GivenVideo> given, CancellationToken cancellation)
    {
        var planned = new List<PlannedSave>(given.Count);
        foreach (var page in given.Chunk(KinescopeClient.PageSize))
            await AddAsync(planned, page, cancellation).ConfigureAwait(false);
        CopyWhereTwice(planned);
        return planned;
    }

    /// <summary>
    /// Lets a video that several places wait for be received once: for the one that has come farthest. What is saved already is copied.
    /// </summary>
    private void CopyWhereTwice(List<PlannedSave> planned)
    {
        var wanted = Enumerable.Range(0, planned.Count).Where(at => planned[at].Step is not SaveStep.Refuse);
        foreach (var same in wanted.GroupBy(at => planned[at].Given.VideoId).Select(group => group.ToList()))
        {
            var at = same.MaxBy(at => planned[at].Step switch
            {
                SaveStep.Leave => long.MaxValue,
                SaveStep.Compare => long.MaxValue - 1,
                _ => planned[at].Held,
            });
            if (planned[at].Step == SaveStep.Receive && SavedElsewhere(planned[at]) is { } source)
                planned[at] = planned[at] with { Step = SaveStep.Copy, Source = source };
            var first = planned[at];
            foreach (var other in same.Where(other => other != at && planned[other].Step == SaveStep.Receive))
                planned[other] = planned[other] with { Step = SaveStep.Copy, Source = new CopySource(first.Place, first.Path!, first) };
        }
    }

    private CopySource? SavedElsewhere(PlannedSave planned)
    {
        foreach (var line in list.SavedOf(planned.Given.VideoId, quality).Where(line => planned.IsOf(line)))
        {
            var path = SavePaths.Full(folder, line.Path);
            if (path != planned.Path && DiskFile.At(path) is { } file && line.IsOf(file))
                return new CopySource(line.Path, path, First: null);
        }

        return null;
    }

    private async Task AddAsync(List<PlannedSave> planned, GivenVideo[] given, CancellationToken cancellation)
    {
        var videos = await kinescope.FindVideosAsync(given.Select(one => one.VideoId), retry, cancellation).ConfigureAwait(false);
        var askedAt = kinescope.Time.GetTimestamp();
        foreach (var one in given)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                planned.Add(await OfAsync(one, videos.GetValueOrDefault(one.VideoId), askedAt, cancellation).ConfigureAwait(false));
            }
            catch (KinescopeException failure) when (!failure.StopsRun)
            {
                planned.Add(new PlannedSave(one, SaveStep.Refuse)
                {
                    Title = TitleOf(one, videos.GetValueOrDefault(one.VideoId)),
                    Quality = quality,
                    Failure = failure.About(one.Name),
                });
            }

            Interlocked.Increment(ref _count);
        }
    }

    private static string? TitleOf(GivenVideo given, KinescopeVideo? video) => video?.Title is { Length: > 0 } title ? title : given.Title;

    /// <summary>The file of a video that has a quality.</summary>
    /// <exception cref="KinescopeException"><c>AssetNotFound</c>, with those that there are.</exception>
    public static KinescopeAsset AssetOf(KinescopeVideo video, string quality)
    {
        if (video.Assets.FirstOrDefault(asset => IsOf(asset, quality) && asset.DownloadUrl is not null) is { } found)
            return found;
        var others = video.Assets.Where(asset => asset.DownloadUrl is not null && !IsOf(asset, quality))
            .Select(asset => asset.Length is { } length ? $"{asset.Quality} ({Figures.Bytes(length)})" : $"{asset.Quality}").ToList();
        var what = quality == Original ? "the file that was uploaded" : $"a file of quality '{quality}'";
        throw new KinescopeException(
            ErrorIds.AssetNotFound,
            others.Count > 0
                ? $"Kinescope has not {what} for download. It has: {string.Join(", ", others)}. Save one of these with -Quality."
                : $"Kinescope has no file of it for download; its status is '{video.Status}'.");
    }

    private static bool IsOf(KinescopeAsset asset, string quality) =>
        string.Equals(asset.Quality, quality, StringComparison.OrdinalIgnoreCase);

    private async Task<PlannedSave> OfAsync(GivenVideo given, KinescopeVideo? listed, long askedAt, CancellationToken cancellation)
    {
        // A list may show less of a video than the video itself.
        var video = listed is { Assets.Count: > 0 }
            ? listed
            : await retry.CallAsync(token => kinescope.GetVideoAsync(given.VideoId, token), cancellation).ConfigureAwait(false);
        var asset = AssetOf(video, quality);
        var place = PlaceOf(given, video, asset);
        var path = SavePaths.Full(folder, place);
        SavePaths.RequireFree(place, path);
        if (!_taken.TryAdd(SavePaths.KeyOf(place), given))
        {
            var other = _taken[SavePaths.KeyOf(place)];
            throw new KinescopeException(ErrorIds.SavedFileExists, $"its place {path} is that of {other.Name}, too: it was left out.");
        }

        var known = list.At(place);
        var planned = new PlannedSave(given, SaveStep.Receive)
        {
            Title = TitleOf(given, video),
            Asset = asset,
            Quality = quality,
            Place = place,
            Path = path,
            Known = known,
            AskedAt = askedAt,
            Part = DiskFile.At(SavePaths.PartOf(path, place)),
        };
        return Directory.Exists(path)
            ? throw new KinescopeException(ErrorIds.SavedFileExists, $"its place {path} is a folder.")
            : DiskFile.At(path) is { } file ? BesideFile(planned, file) : planned;
    }

    /// <summary>A file stands in the place: is it the video?</summary>
    private PlannedSave BesideFile(PlannedSave planned, DiskFile file)
    {
        var (asset, saved) = (planned.Asset!, planned.Known.Saved);
        planned = planned with { Standing = StandingFile.Described(planned, file), IsForced = mayReplace };
        var replacing = planned with { GivesWay = file };
        // A run was killed after it noted the new file, and before that took the place.
        var isOld = saved?.IsAfter(file) == true;
        if (isOld && planned.Part is { } part && planned.IsDue(part, asset))
            return replacing;
        var (isOurs, isKnown) = (saved?.IsOf(file) == true, saved?.IsOf(file) == true && planned.IsSame(saved));
        var isSameContent = isKnown && (asset.Length is null || asset.Length == file.Length)
            && (asset.Md5 is null || saved!.Md5 == asset.Md5);
        if (isSameContent && !mayReplace && !planned.Given.IsDoubted)
            return planned with { Step = SaveStep.Leave };
        if (isSameContent && planned.Md5 is not null)
            return replacing with { Step = SaveStep.Compare };
        // An empty file is nothing that could be lost.
        var gives = mayReplace || file.Length == 0 || ((isOurs || isOld) && IsRenewed(planned, saved!));
        // A size alone makes no video of a file.
        if (!isKnown && asset.Length == file.Length && planned.Md5 is not null)
            return (gives ? replacing : planned) with { Step = SaveStep.Compare, RenewedMd5 = RenewedMd5(planned, file) };
        if (gives)
            return replacing;
        return RenewedMd5(planned, file) is { } md5
            ? planned with { Step = SaveStep.Compare, RenewedMd5 = md5 }
            : throw Differs(planned);
    }

    /// <summary>
    /// True for the copy of what is to be saved: of the video, or of the one that its lesson had. Of another quality it is something else,
    /// and what somebody else put there is not ours to renew.
    /// </summary>
    private static bool IsRenewed(PlannedSave planned, SavedLine saved) => !saved.Found && saved.Quality == planned.Quality
        && (saved.Video == planned.Given.VideoId || (saved.Lesson is { } lesson && lesson == planned.Given.LessonId));

    /// <summary>The MD5 of a copy that was saved and may only have got another date, as in a folder that was copied.</summary>
    private static string? RenewedMd5(PlannedSave planned, DiskFile file) =>
        planned.Known.Saved is { } saved && saved.Length == file.Length && IsRenewed(planned, saved) ? saved.Md5 : null;

    /// <summary>The refusal to put a video in the place of another file.</summary>
    public static KinescopeException Differs(PlannedSave planned)
    {
        var asset = planned.Asset!;
        var now = (asset.Length, planned.Md5) switch
        {
            (null, null) => "",
            ({ } length, null) => $" ({length} bytes, and no MD5 is known to compare by)",
            (null, { } md5) => $" (MD5 {md5})",
            ({ } length, { } md5) => $" ({length} bytes, MD5 {md5})",
        };
        return new KinescopeException(
            ErrorIds.SavedFileExists,
            $"{planned.Path} is {planned.Standing}, and is not known to be the video as it is now{now}. It was left as it is: move it away "
            + "to keep it, or let -Force replace it.");
    }

    /// <summary>
    /// The place of a copy that was found to be another and that was saved without its lesson: it is renewed where it stands. Null
    /// for none.
    /// </summary>
    private string? TitledPlaceOf(GivenVideo given) => given is { IsDoubted: true, Restores: false }
        ? list.PlaceOf(given.VideoId, quality)
        : null;

    private string PlaceOf(GivenVideo given, KinescopeVideo video, KinescopeAsset asset)
    {
        var extension = SavePaths.ExtensionOf(asset);
        if (given.File is { } file)
            return TitledPlaceOf(given) ?? (given.BasePath is { } basePath
                ? SavePaths.OfLesson(file, basePath, quality == Original ? null : extension)
                : throw new KinescopeException(
                    ErrorIds.MapBasePathUnknown,
                    "the folder that its path starts from is not known, so that it has no place in the folder. Give -BasePath, or take "
                    + "lessons from Get-LessonVideoMap."));
        return given.LessonId is null && list.PlaceOf(given.VideoId, quality) is { } known
            ? known
            : SavePaths.OfVideo(video.Title, given.VideoId, extension);
    }
}
