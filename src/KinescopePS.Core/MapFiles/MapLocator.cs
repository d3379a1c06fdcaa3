using KinescopePS.Files;
using KinescopePS.Manifest;

namespace KinescopePS.MapFiles;

/// <summary>
/// Finds the files of a map on this machine. The map's paths start from a folder of the machine on which it was written: from its base
/// path or, where it names none, from the folder that its absolute paths have in common. Here the place of that folder is taken by the
/// given base path, or by itself where it exists; the place of a base path that the map names also by the map's folder.
/// </summary>
/// <param name="map">The map's full path.</param>
/// <param name="basePath">The base path that was given, in the disk's spelling, or null.</param>
/// <param name="oldBasePath">The folder whose place it takes, where that was given.</param>
/// <param name="note">Receives what was found out about where the files are.</param>
/// <param name="problem">Receives the failure of all lessons whose absolute paths cannot be placed here: <c>MapBasePathUnknown</c>.</param>
internal sealed class MapLocator(
    string map, string? basePath, string? oldBasePath, Action<string> note, Action<KinescopeException> problem)
{
    private readonly Dictionary<string, LessonFileLocator> _locators = [];
    private readonly string _folder = Path.GetDirectoryName(map)!;
    private Start? _start;

    /// <summary>The file of an entry; null where its path cannot be placed here.</summary>
    /// <exception cref="KinescopeException">See <see cref="LessonFileLocator.Locate"/>.</exception>
    public LocatedFile? Locate(MapEntry entry)
    {
        var path = oldBasePath is not null && entry.BasePath is { } named && !MapPaths.IsAbsolute(entry.FilePath)
            ? $"{named}/{entry.FilePath}"
            : entry.FilePath;
        if (!MapPaths.IsAbsolute(path))
            return Find(PlaceOf(entry.BasePath), path);

        if (StartOf(entry.BasePath, path) is not { } start)
            return null;
        var below = MapPaths.Below(start.There, path) ?? throw LessonFileLocator.Refused(entry.FilePath, $"is not below {start.There}");
        return Find(start.Here, below);
    }

    private LocatedFile Find(string folder, string path)
    {
        var file = LocatorOf(folder).Locate(path);
        var found = DiskFile.At(file.FullName);
        return new LocatedFile(file, folder, found, found is null ? LocatorOf(folder).LooksLike(path) : null);
    }

    private LessonFileLocator LocatorOf(string folder)
    {
        if (!_locators.TryGetValue(folder, out var locator))
            _locators[folder] = locator = new LessonFileLocator(folder);
        return locator;
    }

    /// <summary>The place here of the base path that a map names.</summary>
    private string PlaceOf(string? named) =>
        basePath ?? (named is not null && Path.GetFullPath(named, _folder) is var full && Directory.Exists(full)
            ? FilePaths.OnDisk(full)
            : _folder);

    private Start? StartOf(string? named, string path)
    {
        if (oldBasePath is not null)
            return new Start(oldBasePath, basePath ?? _folder);
        if (named is null)
            return OwnOrCommon(path);

        // On the machine where the map was written, the given base path may hold its base path.
        if (basePath is not null && (MapPaths.IsIn(basePath, named) && Directory.Exists(named) || MapPaths.Below(named, path) is null))
            return new Start(basePath, basePath);
        return MapPaths.Below(named, path) is not null || !MapPaths.IsOfThisSystem(path) ? new Start(named, PlaceOf(named)) : Own(path);
    }

    // Paths on several drives have no folder in common; each of this system may be the file itself.
    private Start? OwnOrCommon(string path) =>
        (_start ??= Decide()) is { There.Length: > 0 } start ? start
        : basePath is null && MapPaths.IsOfThisSystem(path) ? Own(path)
        : null;

    private static Start Own(string path) => MapPaths.GoesUp(path)
        ? throw LessonFileLocator.Refused(path, "goes up again", "Write it as it is on the disk.")
        : new Start(MapPaths.RootOf(path)!, FilePaths.OnDisk(MapPaths.RootOf(path)!));

    private Start Decide()
    {
        var (common, isSomeBelow, foreign) = Survey();
        if (basePath is null && foreign == 0 && (common is null || Directory.Exists(common)))
            return common is null ? Start.None : new Start(common, FilePaths.OnDisk(common));
        if (basePath is not null && isSomeBelow && (common is null || !MapPaths.IsIn(basePath, common)))
            return new Start(basePath, basePath);

        // Names alone do not tell whose files they are: another course may have an equal one.
        if (basePath is not { } place)
        {
            problem(new KinescopeException(
                ErrorIds.MapBasePathUnknown,
                $"{map}: its files were {(common is null ? "in several places" : $"below {common}")}, which this machine does not have; "
                + "their lessons were left out. Name with -BasePath the folder that takes that place here"
                + (common is null ? ", and with -OldBasePath the one whose place it takes." : ".")));
            return Start.None;
        }

        if (common is null || FoundFrom(common, place) is not { } there)
        {
            problem(new KinescopeException(
                ErrorIds.MapBasePathUnknown,
                $"{map}: its absolute paths have no folder in common of which {place} could take the place; their lessons were left out. "
                + "Name that folder with -OldBasePath, and with -BasePath the one that takes its place here."));
            return Start.None;
        }

        if (!MapPaths.IsIn(there, basePath) || !MapPaths.IsIn(basePath, there))
            note($"{map}: {basePath} takes the place of {there}, below which its files were. -OldBasePath names another folder.");
        return new Start(there, place);
    }

    /// <summary>
    /// The folder whose place is taken: of those on the way to the common one the first from which on a file is found, because more names
    /// of its path agree; the common one where no file is here.
    /// </summary>
    private string? FoundFrom(string common, string place)
    {
        var candidates = MapPaths.WayTo(common).ToList();
        // As the paths are written, where they may be.
        if (MapPaths.IsIn(place, common))
            candidates.Insert(0, place);
        string? found = null;
        ForEachPath(path => found ??= candidates.Find(candidate => IsHere(place, MapPaths.Below(candidate, path))));
        // All paths are below the root of Linux: that alone tells nothing.
        return found ?? (common == "/" ? null : MapPaths.IsIn(place, common) ? place : common);
    }

    private bool IsHere(string place, string? below)
    {
        try
        {
            return below is not null && DiskFile.At(LocatorOf(place).Locate(below).FullName) is not null;
        }
        catch (KinescopeException)
        {
            return false;
        }
    }

    /// <summary>
    /// The folder that the absolute paths have in common, whether one of them is below the given base path, and how many are of another
    /// system.
    /// </summary>
    private (string? Common, bool IsSomeBelow, int Foreign) Survey()
    {
        string? common = null;
        var (isFirst, isSomeBelow, foreign) = (true, false, 0);
        ForEachPath(path =>
        {
            var folder = MapPaths.FolderOf(path);
            common = isFirst ? folder : common is null ? null : MapPaths.Common(common, folder);
            isFirst = false;
            isSomeBelow |= basePath is not null && MapPaths.Below(basePath, path) is not null;
            foreign += MapPaths.IsOfThisSystem(path) ? 0 : 1;
        });
        return (common, isSomeBelow, foreign);
    }

    /// <summary>Reads the map's absolute paths that have no base path. One that goes up again tells nothing.</summary>
    private void ForEachPath(Action<string> take)
    {
        try
        {
            MapFile.Read(map, Take, _ => { });
        }
        catch (KinescopeException)
        {
            // Whoever reads the map comes to that place too.
        }

        void Take(MapEntry entry)
        {
            if (entry.BasePath is null && MapPaths.IsAbsolute(entry.FilePath) && !MapPaths.GoesUp(entry.FilePath))
                take(entry.FilePath);
        }
    }

    /// <param name="There">The folder on the machine where the map was written; empty where the paths have none in common.</param>
    /// <param name="Here">The folder that takes its place.</param>
    private sealed record Start(string There, string Here)
    {
        public static Start None { get; } = new("", "");
    }
}

/// <summary>A map's file on this machine.</summary>
/// <param name="File">Its path.</param>
/// <param name="BasePath">The folder here that its path starts from.</param>
/// <param name="Found">What stands there, or null.</param>
/// <param name="LooksLike">A name that it may be mistaken for; see <see cref="LessonFileLocator.LooksLike"/>.</param>
internal sealed record LocatedFile(FileInfo File, string BasePath, DiskFile? Found, string? LooksLike);
