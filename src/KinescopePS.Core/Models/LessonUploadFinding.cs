namespace KinescopePS;

/// <summary>The weight of a finding of <c>Test-LessonUpload</c>.</summary>
public enum LessonUploadLevel
{
    /// <summary>Good to know; nothing has to be done.</summary>
    Information,

    /// <summary>The upload would go on, perhaps not as it is meant.</summary>
    Warning,

    /// <summary>The upload, or that of a lesson, would fail, or its video could not be played.</summary>
    Error,
}

/// <summary>The part of an upload that a finding of <c>Test-LessonUpload</c> is about.</summary>
public enum LessonUploadCheck
{
    /// <summary>The manifest, and what the map says of lessons and files.</summary>
    Map,

    /// <summary>The contents of the files.</summary>
    File,

    /// <summary>The progress file, or the record that machines share.</summary>
    ProgressFile,

    /// <summary>Kinescope: the way to it, the key, the project and the folder.</summary>
    Kinescope,

    /// <summary>The lesson table.</summary>
    Database,
}

/// <summary>A thing that <c>Test-LessonUpload</c> found before an upload.</summary>
public sealed class LessonUploadFinding
{
    /// <summary>The weight of the finding.</summary>
    public required LessonUploadLevel Level { get; init; }

    /// <summary>The part of the upload that it is about.</summary>
    public required LessonUploadCheck Check { get; init; }

    /// <summary>The id, as that of an error: see docs/troubleshooting.md. Null where nothing is wrong.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The lesson's id; null for what is of no lesson.</summary>
    public string? LessonId { get; init; }

    /// <summary>The course's id, where known.</summary>
    public string? Course { get; init; }

    /// <summary>The lesson's file, or the progress file; null where it is about neither.</summary>
    public string? Path { get; init; }

    /// <summary>The finding in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>The way to mend it; null where there is nothing to do, or the message says it.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Level}: {LessonId ?? Check.ToString()}: {Message}";
}
