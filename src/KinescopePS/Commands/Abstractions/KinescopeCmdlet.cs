using System.Management.Automation;
using System.Security;
using KinescopePS.Kinescope;
using KinescopePS.Matching;
using Polly;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet whose work is calls of Kinescope's API, for one input after the other. A cmdlet with sets of its own says again which of them
/// -Session and the keys are in.
/// </summary>
public abstract class KinescopeCmdlet : AsyncCmdlet
{
    private protected const string SessionSet = "Session";
    private protected const string SettingsSet = "Settings";

    private KinescopeConnection? _connection;
    private KinescopePlaces? _places;

    /// <summary>A session of Connect-Kinescope. Default: the current one, which is the last that was connected.</summary>
    [Parameter(ParameterSetName = SessionSet)]
    [ValidateNotNull]
    public virtual KinescopeSession? Session { get; set; }

    /// <summary>Kinescope's API key. Default: the current session's, else the environment variable KINESCOPE_API_KEY.</summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNull]
    [SecretText]
    public virtual SecureString? ApiKey { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files, for all settings that have a name in the environment (KINESCOPE_API_KEY, ...).
    /// A later file wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public virtual string[]? EnvironmentFile { get; set; }

    private protected override EnvironmentSettings Settings => new(this, EnvironmentFile);

    private protected KinescopeConnection Connection => _connection ??= Own(
        new KinescopeConnection(this, Session, ApiKey, Settings) { HasProgressRow = HasProgress });

    /// <summary>The projects and folders that parameters name.</summary>
    private protected KinescopePlaces Places => _places ??= new(this, Connection);

    private protected KinescopeClient Kinescope => Connection.Client;

    private protected ResiliencePipeline Retries => Connection.Retries;

    /// <inheritdoc cref="KinescopeConnection.Hold" />
    private protected Hold? CurrentHold => _connection?.Hold;

    /// <inheritdoc cref="KinescopeConnection.HasProgressRow" />
    private protected virtual bool HasProgress => false;

    /// <inheritdoc cref="KinescopeConnection.Call{T}" />
    private protected T Call<T>(Func<KinescopeClient, CancellationToken, Task<T>> call) => Connection.Call(call);

    /// <inheritdoc cref="KinescopeConnection.Call{T}" />
    private protected void Call(Func<KinescopeClient, CancellationToken, Task> call) => Connection.Call(call);

    /// <summary>Writes items as they come; no more are read than are taken.</summary>
    /// <param name="items">The items.</param>
    /// <param name="matches">Chooses the items to write; null for all.</param>
    private protected void WriteAll<T>(IAsyncEnumerable<T> items, Func<T, bool>? matches = null) => ForEach(items, item =>
    {
        if (matches is null || matches(item))
            WriteObject(item);
    });

    /// <summary>
    /// Writes the items that were named: as they come, or, where wildcards were typed, once all are known and a whole name can be told.
    /// A name without wildcards that none has is an error.
    /// </summary>
    /// <param name="items">The items.</param>
    /// <param name="names">The names that were typed.</param>
    /// <param name="nameOf">The name of an item.</param>
    /// <param name="noun">The noun for an item.</param>
    /// <param name="missingId">The id of the error.</param>
    private protected void WriteMatching<T>(
        IAsyncEnumerable<T> items, TypedNames names, Func<T, string?> nameOf, string noun, string missingId)
    {
        var seen = new HashSet<string>();
        WriteMatching(items, names, item =>
        {
            var name = nameOf(item);
            if (!names.IsEmpty && name is not null)
                seen.Add(name);
            return name;
        });
        foreach (var name in names.Unfound)
            WriteError(new KinescopeException(missingId, $"There is no {noun} '{name}'. {NearNames.Of(name, seen)}").ToErrorRecord(name));
    }

    private void WriteMatching<T>(IAsyncEnumerable<T> items, TypedNames names, Func<T, string?> nameOf)
    {
        if (!names.HasWildcards)
        {
            WriteAll(items, item => names.Matches(nameOf(item)));
            return;
        }

        var all = new List<T>();
        ForEach(items, all.Add);
        names.Noting(all.Select(nameOf));
        WriteObject(all.Where(item => names.Matches(nameOf(item))), enumerateCollection: true);
    }

    /// <summary>True for an object from the pipeline that has no video, such as a lesson that is not linked. It is no error.</summary>
    /// <exception cref="KinescopeException"><c>VideoIdMissing</c>: nothing stands where an id was typed.</exception>
    private protected bool IsPassedOver(string? videoId)
    {
        if (!string.IsNullOrWhiteSpace(videoId))
            return false;
        if (IsTyped("VideoId"))
            throw new KinescopeException(ErrorIds.VideoIdMissing, "a video comes without its id: nothing was done.");
        WriteVerbose("An object without a video is passed over.");
        return true;
    }

    /// <summary>The current object from the pipeline, for errors about one that came without an id; null where nothing names it.</summary>
    private protected virtual string? Subject => null;

    /// <summary>Does something for each input. A failure for one is written as an error, and the others go on.</summary>
    private protected void ForEach(IEnumerable<string> inputs, string noun, Action<string> action)
    {
        foreach (var input in inputs)
        {
            try
            {
                action(input);
            }
            catch (KinescopeException failure) when (!failure.StopsRun)
            {
                var subject = string.IsNullOrWhiteSpace(input) ? Subject : $"{noun} '{input}'";
                WriteError((subject is null ? failure : failure.About(subject)).ToErrorRecord(input));
            }
        }
    }
}
