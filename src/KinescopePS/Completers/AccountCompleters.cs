using System.Collections;
using System.Collections.Concurrent;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>Completes what Kinescope knows, from the session or the environment. What was read serves for a minute.</summary>
public abstract class AccountCompleter : KinescopeCompleter
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private static readonly
        ConcurrentDictionary<(object Account, string List), (DateTime At, Task<IReadOnlyList<Candidate>> Found)> Read = new();

    private protected sealed override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters)
    {
        var session = Given<KinescopeSession>(parameters, "Session") ?? Connected.Session;
        var projectId = Given<string>(parameters, "ProjectId") ?? session?.ProjectId ?? Setting("KINESCOPE_PROJECT_ID");
        var key = session is null ? Setting("KINESCOPE_API_KEY") : null;
        if (session is null && key is null)
            return Task.FromResult<IReadOnlyList<Candidate>>([]);

        foreach (var (old, entry) in Read)
        {
            if (DateTime.UtcNow - entry.At > Freshness || entry.Found.IsFaulted)
                Read.TryRemove(old, out _);
        }

        var account = session ?? (object)$"{key!.GetHashCode()} {Setting("KINESCOPE_API_URL")}";
        return Read.GetOrAdd((account, $"{GetType().Name} {projectId}"), _ => (DateTime.UtcNow, Task.Run(async () =>
        {
            var used = session ?? KinescopeSession.FromSettings(Setting);
            try
            {
                var kinescope = new KinescopeClient(new KinescopeHttp(used.Client, TimeSpan.Zero), used.Account);
                return await FindAsync(kinescope, projectId).ConfigureAwait(false);
            }
            finally
            {
                if (session is null)
                    used.Close();
            }
        }))).Found;
    }

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private protected abstract Task<IReadOnlyList<Candidate>> FindAsync(KinescopeClient kinescope, string? projectId);

    private protected static async Task<IReadOnlyList<Candidate>> AllAsync<T>(
        Paging.ReadPage<T> read, Func<T, string> idOf, Func<IReadOnlyCollection<T>, IEnumerable<Candidate>> offer) =>
    [
        .. offer(await Paging.ForwardAsync(read, idOf, ResiliencePipeline.Empty, CancellationToken.None).CollectAsync()
            .ConfigureAwait(false)),
    ];
}

/// <summary>Completes the ids of projects, also from their names.</summary>
public sealed class ProjectCompleter : AccountCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(KinescopeClient kinescope, string? projectId) =>
        AllAsync(
            kinescope.ListProjectsAsync,
            project => project.ProjectId,
            projects => projects.Select(project => new Candidate(project.ProjectId, project.Name)));
}

/// <summary>Completes the ids of a project's folders, also from their paths.</summary>
public sealed class FolderCompleter : AccountCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(KinescopeClient kinescope, string? projectId) => projectId is null
        ? Task.FromResult<IReadOnlyList<Candidate>>([])
        : AllAsync(
            (page, token) => kinescope.ListFoldersAsync(projectId, null, page, token),
            folder => folder.FolderId,
            folders => FolderTree.Of(folders).Select(folder => new Candidate(folder.FolderId, folder.Path)));
}
