using KinescopeBenchmarks.Clients;

namespace KinescopeBenchmarks.Harness;

/// <summary>How much each benchmark does. Sizes in bytes.</summary>
internal sealed record Sizes
{
    public static Sizes Full { get; } = new();

    /// <summary>Every row once, so small that the figures mean nothing.</summary>
    public static Sizes Smoke { get; } = new()
    {
        OneFile = [4 << 20, 8 << 20, 16 << 20],
        VerifiedFile = 8 << 20,
        FileCount = 6,
        SampleScale = 0.01,
        SampleShare = 40,
        SmallFile = 64 << 10,
        RoundTrips = [5],
        Lines = [new(100e6, [20], 0.3)],
        OneByOneShare = 2,
        Limits = [3],
        LimitsBesideNeighbours = [3],
        SparseFile = 256L << 20,
        PlannedFiles = 500,
        FaultyFile = 24 << 20,
        Faults = new(8 << 20, 0.2, 60),
        ResumedFile = 128 << 20,
        ManifestSizes = [100, 1000],
        RecordCounts = [100, 1000],
        Appends = 20,
        TableRows = 2000,
        LinkedLessons = 200,
        ComparedLessons = [(405, 405)],
        MatchedLessons = [100],
        ReportedLessons = [100],
        JoinedLessons = [100],
        SharedLessons = 1000,
        SharingMachines = 3,
        SharingTime = TimeSpan.FromSeconds(2),
        MachineLessons = 10,
        DisplayedSeconds = (1, 2),
    };

    public long[] OneFile { get; init; } = [4L << 30, 12L << 30, 24L << 30];

    public long VerifiedFile { get; init; } = 4L << 30;

    public int FileCount { get; init; } = 405;

    public long SmallFile { get; init; } = 1 << 20;

    /// <summary>The scale of the sample library: 1 is about 200 MB.</summary>
    public double SampleScale { get; init; } = 1;

    /// <summary>Of the sample library's files each so many-th is taken.</summary>
    public int SampleShare { get; init; } = 1;

    /// <summary>Unit: milliseconds.</summary>
    public double[] RoundTrips { get; init; } = [20, 50];

    /// <summary>The lines of the real job.</summary>
    public LineSizes[] Lines { get; init; } = [new(100e6, [5, 20, 80], 60), new(1e9, [5, 20, 80], 60)];

    /// <summary>The real job's values of -ThrottleLimit.</summary>
    public int[] Limits { get; init; } = [1, 3, 6, 12, UploadJob.Auto];

    public int[] LimitsBesideNeighbours { get; init; } = [3, 12, UploadJob.Auto];

    /// <summary>Of the real job each so many-th file is sent by clients that send one after the other, and beside a neighbour.</summary>
    public int OneByOneShare { get; init; } = 4;

    public long SparseFile { get; init; } = 20L << 30;

    public int PlannedFiles { get; init; } = 100_000;

    public long FaultyFile { get; init; } = 4L << 30;

    public Server.FaultPlan Faults { get; init; } = new(64 << 20, 0.02, 60);

    public long ResumedFile { get; init; } = 4L << 30;

    public int[] ManifestSizes { get; init; } = [1000, 10_000, 100_000, 1_000_000];

    public int[] RecordCounts { get; init; } = [1000, 10_000, 100_000, 1_000_000];

    public int Appends { get; init; } = 500;

    public int TableRows { get; init; } = 1_000_000;

    public int LinkedLessons { get; init; } = 100_000;

    /// <summary>Rows of a lesson table, and videos.</summary>
    public (int Rows, int Videos)[] ComparedLessons { get; init; } = [(1000, 1000), (10_000, 10_000), (100_000, 100_000), (1_000_000, 100_000)];

    public int[] MatchedLessons { get; init; } = [1000, 10_000, 100_000];

    public int[] ReportedLessons { get; init; } = [1000, 10_000, 100_000];

    /// <summary>Lessons of smaller shared records that a machine joins.</summary>
    public int[] JoinedLessons { get; init; } = [1000, 10_000, 100_000];

    /// <summary>Lessons that a shared record has already.</summary>
    public int SharedLessons { get; init; } = 1_000_000;

    public int SharingMachines { get; init; } = 100;

    public TimeSpan SharingTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Lessons of the sample course that machines behind lines of their own send.</summary>
    public int MachineLessons { get; init; } = 405;

    /// <summary>A short run and a long one. Unit: seconds.</summary>
    public (int Short, int Long) DisplayedSeconds { get; init; } = (30, 60);
}

/// <summary>A line in several lengths, and what is to be sent over it.</summary>
/// <param name="Rate">Unit: bits a second.</param>
/// <param name="RoundTrips">Unit: milliseconds.</param>
/// <param name="Seconds">The time that the line takes for all files when no moment of it is lost.</param>
internal sealed record LineSizes(double Rate, double[] RoundTrips, double Seconds);
