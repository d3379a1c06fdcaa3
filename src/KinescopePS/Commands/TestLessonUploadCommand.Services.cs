using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Preflight;

namespace KinescopePS.Commands;

/// <content>The progress file, Kinescope and the lesson table. What is not set up is said, and no error.</content>
public sealed partial class TestLessonUploadCommand
{
    /// <summary>A clock that is further off may make certificates and dates of files wrong.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(5);

    private void LookAtProgressFile(string? damage, PlannedLesson[] lessons)
    {
        if (Records.IsShared(RecordOf()))
        {
            if (damage is not null)
                Write(LessonUploadLevel.Warning, LessonUploadCheck.ProgressFile, ErrorIds.ProgressFileDamaged, damage);
            return;
        }

        foreach (var finding in ProgressFileFindings.Of(FilePathOf(RecordOf()), damage, [.. lessons.Where(lesson => lesson.MaySend)]))
            Write(finding);
    }

    private void LookAtKinescope()
    {
        _row.StatusDescription = "Asking Kinescope";
        TimeSpan? skew = null;
        try
        {
            var connection = Own(new KinescopeConnection(this, Session, ApiKey, _settings) { HasProgressRow = true });
            connection.RequireAccount();
            connection.Http.Answered = answer => skew ??= DateTimeOffset.UtcNow - answer.Headers.Date;
            AskKinescope(connection);
        }
        catch (KinescopeException missing) when (missing.ErrorId == ErrorIds.ApiKeyMissing)
        {
            Write(LessonUploadLevel.Information, LessonUploadCheck.Kinescope, null, $"Kinescope was not asked. {missing.Message}");
        }
        catch (KinescopeException failure) when (failure.ErrorId != ErrorIds.SessionConflict)
        {
            // A key may be made for uploads alone.
            var level = failure.ErrorId == ErrorIds.AccessDenied ? LessonUploadLevel.Warning : LessonUploadLevel.Error;
            Write(level, LessonUploadCheck.Kinescope, failure);
        }

        if (skew is { } off && off.Duration() > LargestSkew)
            Write(
                LessonUploadLevel.Warning, LessonUploadCheck.Kinescope, ErrorIds.ClockDiffers,
                $"This machine's clock is {off.Duration().TotalMinutes:0} minutes {(off > TimeSpan.Zero ? "ahead of" : "behind")} "
                + "Kinescope's.",
                "Let the system keep its time; certificates and limits by the time of day depend on it.");
    }

    private void AskKinescope(KinescopeConnection connection)
    {
        var client = connection.Client;
        var projectId = ParentId is null
            ? connection.RequireProjectId(ProjectId)
            : ProjectId ?? connection.Session.ProjectId ?? _settings.Find("KINESCOPE_PROJECT_ID");
        var name = projectId is null ? null : Await(stop => client.GetProjectAsync(projectId, stop)).Name;
        if (ParentId is not null && projectId is not null && ParentId != projectId)
            name += $" / {Await(stop => client.GetFolderAsync(projectId, ParentId, stop)).Name}";
        // As an upload does, which reads the list of all projects.
        _videosAtKinescope = Await(stop => client.ListVideosAsync(new VideoQuery { IsNewestFirst = true }, 1, stop)).Total;
        Write(
            LessonUploadLevel.Information, LessonUploadCheck.Kinescope, null,
            $"The key may read {(name is null ? "videos" : $"'{name}'")} and list what is there. Its rights to upload and to delete show "
            + "only when they are used: Test-KinescopeAccount tries them.");
    }

    private void LookAtDatabase(PlannedLesson[] lessons)
    {
        _row.StatusDescription = "Reading the lesson table";
        try
        {
            if (LessonDatabases.TryFind(this, Database, DatabaseUrl, _settings) is not { } database)
            {
                Write(
                    LessonUploadLevel.Information, LessonUploadCheck.Database, null,
                    "The lesson table was not looked at: no database is named by -DatabaseUrl, Connect-LessonDatabase or DATABASE_URL.");
                return;
            }

            var store = LessonDatabases.StoreOf(database, null, null, null);
            Await(stop => store.PrepareToChangeAsync(isPreview: true, stop));
            if (store.Address is SqliteAddress { FilePath: var file } && !FileRights.MayWrite(file))
                Write(
                    LessonUploadLevel.Error, LessonUploadCheck.Database, ErrorIds.DatabaseAccessDenied,
                    $"The database file {file} may not be written: no video could be linked.", "Give this account the right to write it.");
            foreach (var finding in RowFindings.Of(lessons, RowsOf(lessons, store), $"The table {store.Table.Name} of {store.DisplayName}"))
                Write(finding);
        }
        catch (KinescopeException failure) when (failure.ErrorId != ErrorIds.SessionConflict)
        {
            Write(LessonUploadLevel.Error, LessonUploadCheck.Database, failure);
        }
    }

    private Dictionary<string, SiteLesson> RowsOf(PlannedLesson[] lessons, LessonStore store)
    {
        const int RowsAtOnce = 500;
        var rows = new Dictionary<string, SiteLesson>(store.IdComparer);
        foreach (var ids in lessons.Select(lesson => lesson.Lesson.LessonId).OfType<string>().Distinct().Chunk(RowsAtOnce))
        {
            foreach (var row in Await(stop => store.ReadPageAsync(new LessonQuery(null, null) { LessonIds = ids }, null, stop)))
                rows[row.LessonId] = row;
        }

        return rows;
    }
}
