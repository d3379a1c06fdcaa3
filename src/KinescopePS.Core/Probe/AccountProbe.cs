using System.Net;
using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Asks an account one question after the other, and removes what it made for that.</summary>
internal sealed class AccountProbe(ProbeRun run)
{
    /// <summary>The number of questions without any response after which the rest is not asked.</summary>
    private const int MostSilent = 5;

    /// <summary>A project of a probe that is older was left behind.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(2);

    private readonly List<KinescopeAccountFinding> _findings = [];
    private readonly object _lock = new();
    private Task<IReadOnlyList<Leftover>>? _removal;

    /// <summary>The findings so far.</summary>
    public IReadOnlyList<KinescopeAccountFinding> Findings
    {
        get
        {
            lock (_lock)
                return [.. _findings];
        }
    }

    /// <summary>The question that is being asked.</summary>
    public ProbeQuestion? Current { get; private set; }

    /// <summary>The number of responses so far.</summary>
    public int Answers => run.Log.Answers;

    /// <summary>Asks questions. A failure is an answer, or the lack of one; a rejected key ends it.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="found">Called with each finding. From any thread.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="KinescopeException">Nothing can be asked, as after <c>TokenRejected</c>.</exception>
    public async Task AskAsync(
        IReadOnlyList<ProbeQuestion> questions, Action<KinescopeAccountFinding> found, CancellationToken stop)
    {
        run.Stop = stop;
        run.FilmPath = Path.Combine(Path.GetTempPath(), $"kinescopeps-probe-{Guid.NewGuid():N}.mp4");
        await File.WriteAllBytesAsync(run.FilmPath, run.Film, stop).ConfigureAwait(false);
        try
        {
            var silent = 0;
            foreach (var question in questions)
            {
                stop.ThrowIfCancellationRequested();
                Current = question;
                var answers = run.Log.Answers;
                var answer = silent >= MostSilent
                    ? ProbeAnswer.Noted($"not asked: {silent} questions in a row got no response")
                    : question.Without(run) is { } missing
                        ? ProbeAnswer.Noted($"not asked: {missing}")
                        : await AnswerAsync(question).ConfigureAwait(false);
                silent = silent >= MostSilent || answer is FailedAnswer && run.Log.Answers == answers ? silent + 1 : 0;
                Note(question, answer, found);
            }
        }
        finally
        {
            File.Delete(run.FilmPath);
        }
    }

    /// <summary>Removes what was made, once; whoever asks again waits for the same.</summary>
    /// <param name="patience">The longest wait for what a request without a response may have made.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is left.</returns>
    public Task<IReadOnlyList<Leftover>> RemoveAsync(TimeSpan patience, CancellationToken cancellation)
    {
        lock (_lock)
            return _removal ??= Task.Run(() => run.Scratch.RemoveAsync(patience, cancellation), CancellationToken.None);
    }

    /// <summary>The scratch projects of earlier probes that were killed: those that are older than a probe lasts.</summary>
    public async Task<IReadOnlyList<KinescopeProject>> FindLeftoversAsync(CancellationToken cancellation)
    {
        var now = run.Time.GetUtcNow();
        return await Scratch.FindAsync(run, name => now - Scratch.MadeAt(name) > LongestRun, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes a project of <see cref="FindLeftoversAsync"/>.</summary>
    public Task<IReadOnlyList<Leftover>> RemoveAsync(KinescopeProject project, CancellationToken cancellation) =>
        Scratch.RemoveAsync(run, project.ProjectId, cancellation);

    private async Task<ProbeAnswer> AnswerAsync(ProbeQuestion question)
    {
        try
        {
            var answer = await question.AskAsync(run).ConfigureAwait(false);
            return run.Log.LastStatus == (int)HttpStatusCode.TooManyRequests
                ? new FailedAnswer("no answer: the account's limit of requests was reached, again and again")
                : answer;
        }
        catch (KinescopeException end) when (end.ErrorId is ErrorIds.TokenRejected or ErrorIds.ApiKeyInvalid or ErrorIds.SessionClosed
            or ErrorIds.CertificateRejected or ErrorIds.ProxyAuthenticationRequired)
        {
            throw end.Saying($"The account could not be tested to its end ({question.Id}): {end.Message}");
        }
        catch (KinescopeException failure)
        {
            return new FailedAnswer($"no answer: {failure.Message}");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new FailedAnswer(KinescopeException.Unexpected(failure).Message);
        }
    }

    private void Note(ProbeQuestion question, ProbeAnswer answer, Action<KinescopeAccountFinding> found)
    {
        var finding = new KinescopeAccountFinding
        {
            Id = question.Id,
            Subject = question.Subject,
            Question = question.Text,
            Expected = question.Expected,
            Seen = Publishable(answer.Seen),
            Agrees = answer.Agrees,
            Matters = question.Matters,
            Consequence = answer.Agrees == false && question.IfOther.Length > 0 ? question.IfOther : null,
            Setting = answer.Setting,
        };
        lock (_lock)
            _findings.Add(finding);
        found(finding);
    }

    /// <summary>A text without what is not the world's business.</summary>
    public string Publishable(string text)
    {
        string? key = null;
        try
        {
            key = run.Settings.AuthorizationHeader().Parameter;
        }
        catch (KinescopeException)
        {
            // A session that was closed has none.
        }

        return ReportText.Of(text, key, run.Scratch.IsOurs);
    }

    /// <summary>A question that got no answer.</summary>
    private sealed record FailedAnswer(string Text) : ProbeAnswer(null, Text);
}
