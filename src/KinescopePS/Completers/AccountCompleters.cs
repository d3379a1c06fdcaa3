using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Security;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>Completes what Kinescope knows, from the session or the environment. What was read serves for a minute.</summary>
public abstract class AccountCompleter : KinescopeCompleter
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private static readonly ConcurrentDictionary<(object Account, string List), (DateTime At, Task<IReadOnlyList<Candidate>> Found)> Read = new();

    private protected sealed override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters)
    {
        var session = Given<KinescopeSession>(parameters, "Session") ?? KinescopeSessions.Current;
        var projectId = Given<string>(parameters, "ProjectId") ?? session?.ProjectId ?? Environment.GetEnvironmentVariable("KINESCOPE_PROJECT_ID");
        var key = session is null ? Environment.GetEnvironmentVariable("KINESCOPE_API_KEY") : null;
        if (session is null && string.IsNullOrWhiteSpace(key))
            return Task.FromResult<IReadOnlyList<Candidate>>([]);

        foreach (var (old, entry) in Read)
        {
            if (DateTime.UtcNow - entry.At > Freshness || entry.Found.IsFaulted)
                Read.TryRemove(old, out _);
        }

        var url = Environment.GetEnvironmentVariable("KINESCOPE_API_URL");
        return Read.GetOrAdd((session ?? (object)$"{key!.GetHashCode()} {url}", $"{GetType().Name} {projectId}"), _ => (DateTime.UtcNow, Task.Run(async () =>
        {
            using var client = session is null ? KinescopeHttp.CreateClient(new NetworkSettings(null, null, null)) : null;
            var account = new KinescopeSettings
            {
                ApiKey = session?.ApiKey ?? new NetworkCredential("", key).SecurePassword,
                ApiUri = session?.ApiUri ?? KinescopeSettings.ParseHost(string.IsNullOrWhiteSpace(url) ? KinescopeSettings.DefaultApiUri : url, "KINESCOPE_API_URL"),
                Limits = session?.Limits ?? RequestLimits.Read(Environment.GetEnvironmentVariable),
            };
            return await FindAsync(new KinescopeClient(new KinescopeHttp(client ?? session!.Client, TimeSpan.Zero), account), projectId).ConfigureAwait(false);
        }))).Found;
    }

    private protected abstract Task<IReadOnlyList<Candidate>> FindAsync(KinescopeClient kinescope, string? projectId);

    private protected static async Task<IReadOnlyList<Candidate>> AllAsync<T>(Paging.ReadPage<T> read, Func<T, string> idOf, Func<IReadOnlyCollection<T>, IEnumerable<Candidate>> offer)
    {
        var all = new List<T>();
        await foreach (var item in Paging.ForwardAsync(read, idOf, ResiliencePipeline.Empty, CancellationToken.None).ConfigureAwait(false))
            all.Add(item);
        return [.. offer(all)];
    }
}

/// <summary>Completes the ids of projects, also from their names.</summary>
public sealed class ProjectCompleter : AccountCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> FindAsync(KinescopeClient kinescope, string? projectId) =>
        AllAsync(kinescope.ListProjectsAsync, project => project.ProjectId, projects => projects.Select(project => new Candidate(project.ProjectId, project.Name)));
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
