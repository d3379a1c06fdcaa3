using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Repair;

namespace KinescopePS.Commands;

/// <summary>Deletes videos at Kinescope. They cannot be brought back from here.</summary>
[Cmdlet(
    VerbsCommon.Remove, "KinescopeVideo", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = SessionSet)]
public sealed class RemoveKinescopeVideoCommand : VideoCmdlet
{
    private VideoUses? _uses;

    /// <summary>
    /// The progress file that is asked whether a lesson uses the video of a finding. Default: kinescope-upload-progress.jsonl beside the
    /// finding's manifest, else in the current location, where it is there.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>The lesson database that is asked the same. Default: the current one, else the setting DATABASE_URL.</summary>
    [Parameter]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>The address of the lesson database that is asked the same.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    private protected override IEnumerable<LessonFindingStatus> Mends =>
        [LessonFindingStatus.SeveralVideos, LessonFindingStatus.VideoWithoutLesson];

    private VideoUses Uses => _uses ??= OpenUses();

    private protected override void Process(string videoId)
    {
        if (Finding is { } finding && Await(stop => Uses.WhyKeptAsync(finding, stop)) is { } reason)
        {
            WriteWarning($"Video {videoId} is not deleted: {reason}.");
            return;
        }

        // A deletion whose answer was lost cannot be told from one of nothing, so the video is looked at before; its title is asked for.
        var video = Known is { } known && known.VideoId == videoId ? known : Get(videoId);
        if (ShouldProcess($"'{video.Title}' ({videoId})", "Delete the video"))
            Call((kinescope, token) => kinescope.DeleteVideoAsync(videoId, token));
    }

    private VideoUses OpenUses()
    {
        var name = RecordName(ProgressFile, Finding?.ManifestPath);
        var isThere = IsTyped(nameof(ProgressFile)) || File.Exists(name);
        var record = isThere ? Own(Records.Open(this, name, Settings, isReadOnly: true, mustExist: true)) : null;
        var database = LessonDatabases.TryFind(this, Database, DatabaseUrl, new EnvironmentSettings(this, EnvironmentFile));
        var kinescope = Kinescope;
        return new VideoUses(
            record, database?.Store, (video, stop) => Retries.CallAsync(token => kinescope.FindVideoAsync(video, token), stop));
    }
}
