using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Tests.Replacing;

/// <summary>
/// The life of a run that may end at any moment: before or after a line of the record, before or after a request. From then on nothing
/// of it happens any more, as after a kill.
/// </summary>
internal sealed class Mortal : IDisposable
{
    private readonly int? _dieAt;
    private readonly CancellationTokenSource _death = new();
    private readonly List<string> _moments = [];

    /// <param name="dieAt">The number of the moment, from 0; null for a run that lives to its end.</param>
    public Mortal(int? dieAt = null) => _dieAt = dieAt;

    public CancellationToken Death => _death.Token;

    public IReadOnlyList<string> Moments => _moments;

    public void Pass(string moment)
    {
        lock (_moments)
        {
            _death.Token.ThrowIfCancellationRequested();
            if (_moments.Count == _dieAt)
                _death.Cancel();
            _moments.Add(moment);
            _death.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The doings of somebody else before a request.</summary>
    public Func<string, Task>? Meanwhile { get; init; }

    /// <summary>The kind of line for which there is no room in the record; none by default.</summary>
    public UploadEventKind? DiskIsFullAt { get; init; }

    /// <summary>The number of lines of that kind for which there is room yet.</summary>
    public int Room { get; set; }

    public void Dispose() => _death.Dispose();

    /// <summary>Connections that end with the life.</summary>
    public sealed class Requests(Mortal life) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            var name = $"{request.Method} {request.RequestUri!.AbsolutePath.Split('/')[^1] switch { var last when last.Length == 36 => "video", var last => last }}";
            life.Pass($"before {name}");
            if (life.Meanwhile is { } meanwhile)
                await meanwhile(name);
            // What another lane has on its way arrives, and comes to its end before the next run looks.
            var response = await base.SendAsync(request, CancellationToken.None);
            life.Pass($"after {name}");
            return response;
        }
    }

    /// <summary>A record that ends with the life.</summary>
    public sealed class Record(IUploadRecord inner, Mortal life) : IUploadRecord
    {
        public string? Warning => inner.Warning;

        public bool IsShared => inner.IsShared;

        public CancellationToken Lost => inner.Lost;

        public KinescopeException? LostBy => inner.LostBy;

        public DateTimeOffset Now => inner.Now;

        public ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation) => inner.FindAsync(lesson, cancellation);

        public ValueTask<RecordedUpload?> FindFileAsync(string path, UploadStage stage, CancellationToken cancellation) => inner.FindFileAsync(path, stage, cancellation);

        public ValueTask<RecordedUpload?> FindContentAsync(long length, string fingerprint, CancellationToken cancellation) => inner.FindContentAsync(length, fingerprint, cancellation);

        public ValueTask<IReadOnlyList<RecordedUpload>> FindVideoAsync(string videoId, CancellationToken cancellation) => inner.FindVideoAsync(videoId, cancellation);

        public ValueTask<IReadOnlyList<RecordedUpload>> ListAsync(CancellationToken cancellation) => inner.ListAsync(cancellation);

        public ValueTask<IReadOnlyList<KinescopeUploadTotal>> TotalsAsync(CancellationToken cancellation) => inner.TotalsAsync(cancellation);

        public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened) => AppendAsync(happened.Event, () => inner.AppendAsync(happened));

        public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened, RecordedUpload? read) => AppendAsync(happened.Event, () => inner.AppendAsync(happened, read));

        public ValueTask<IReadOnlyList<KinescopeException?>> ImportAsync(IReadOnlyList<ImportedUpload> imports) => inner.ImportAsync(imports);

        public void Mark(string lesson, HashMark mark) => inner.Mark(lesson, mark);

        public ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation) => inner.ClaimAsync(lesson, cancellation);

        public ValueTask<bool> ConfirmAsync(string lesson, bool waits, CancellationToken cancellation) => inner.ConfirmAsync(lesson, waits, cancellation);

        public ValueTask ReleaseAsync(UploadClaim claim) => inner.ReleaseAsync(claim);

        public Task<IReadOnlyList<string>> WaitUntilFreeAsync(IReadOnlyCollection<string> lessons, CancellationToken cancellation) => inner.WaitUntilFreeAsync(lessons, cancellation);

        public void Dispose() => inner.Dispose();

        private async ValueTask<RecordedUpload> AppendAsync(UploadEventKind kind, Func<ValueTask<RecordedUpload>> append)
        {
            life.Pass($"before {kind}");
            if (kind == life.DiskIsFullAt && life.Room-- <= 0)
                throw new KinescopeException(ErrorIds.ProgressFileNotWritable, "There is no room.");
            var state = await append();
            life.Pass($"after {kind}");
            return state;
        }
    }
}
