namespace KinescopePS.TestSupport;

/// <summary>Programs of this machine.</summary>
public static class Programs
{
    /// <summary>A program on PATH, or else in one of these folders; null: there is none.</summary>
    public static string? Find(string program, params string[] furtherFolders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(furtherFolders)
            .Select(folder => Path.Combine(folder, FileName(program)))
            .FirstOrDefault(File.Exists);

    /// <summary>A program's file, without its folder.</summary>
    public static string FileName(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;
}
