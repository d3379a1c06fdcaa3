using System.Collections;
using System.IO.Compression;
using System.Management.Automation.Language;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using NuGet.Versioning;

namespace KinescopePS.PackageBuilder;

/// <summary>A built module as a package: what the manifest says, and all files of its folder.</summary>
public sealed class ModulePackage
{
    /// <summary>The oldest time that a zip can tell, for all entries: when a file was built says nothing of what is in it.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder;
    private readonly string _name;
    private readonly Hashtable _manifest;

    /// <param name="folder">The module's folder, named after it.</param>
    public ModulePackage(string folder)
    {
        _folder = Path.TrimEndingDirectorySeparator(folder);
        _name = Path.GetFileName(_folder);
        var path = Path.Combine(_folder, _name + ".psd1");
        var script = Parser.ParseFile(path, out _, out var errors);
        if (errors.Length > 0)
            throw new FormatException($"{path}: {errors[0].Message}");
        _manifest = (Hashtable)script.Find(item => item is HashtableAst, searchNestedScriptBlocks: false).SafeGetValue();
    }

    private string Version => (string)_manifest["ModuleVersion"]!;

    /// <summary>Writes the package that the PowerShell Gallery takes, with the tags that <c>Find-PSResource</c> looks for.</summary>
    /// <returns>Its path.</returns>
    public string WriteNuGetPackage(string folder)
    {
        var details = (Hashtable)((Hashtable)_manifest["PrivateData"]!)["PSData"]!;
        var cmdlets = ((IEnumerable)_manifest["CmdletsToExport"]!).Cast<string>().ToList();
        var package = new NuGet.Packaging.PackageBuilder(deterministic: true)
        {
            Id = _name,
            Version = NuGetVersion.Parse(Version),
            Description = (string)_manifest["Description"]!,
            Copyright = (string)_manifest["Copyright"]!,
            ReleaseNotes = (string)details["ReleaseNotes"]!,
            Readme = "README.md",
            LicenseMetadata = new LicenseMetadata(LicenseType.Expression, "MIT", null, null, LicenseMetadata.EmptyVersion),
        };
        package.Authors.Add((string)_manifest["Author"]!);
        package.Tags.AddRange(((IEnumerable)details["Tags"]!).Cast<string>());
        package.Tags.AddRange(["PSModule", "PSIncludes_Cmdlet", .. cmdlets.Select(cmdlet => $"PSCmdlet_{cmdlet}"), .. cmdlets.Select(cmdlet => $"PSCommand_{cmdlet}")]);
        package.Files.AddRange(Files().Select(file => new PhysicalPackageFile { SourcePath = Path.Combine(_folder, file), TargetPath = file }));
        using var content = new MemoryStream();
        package.Save(content);
        content.Position = 0;
        using var made = new ZipArchive(content);
        return Write(Path.Combine(folder, $"{_name}.{Version}.nupkg"), made.Entries.Select(entry => (entry.FullName, (Func<Stream>)entry.Open)));
    }

    /// <summary>Writes a zip to be unpacked into a folder of <c>$env:PSModulePath</c>.</summary>
    /// <returns>Its path.</returns>
    public string WriteZip(string folder) =>
        Write(Path.Combine(folder, $"{_name}-{Version}.zip"), Files().Select(file => ($"{_name}/{Version}/{file}", (Func<Stream>)(() => File.OpenRead(Path.Combine(_folder, file))))));

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static string Write(string path, IEnumerable<(string Name, Func<Stream> Open)> entries)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, open) in entries)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
            entry.LastWriteTime = NoTime;
            // The same rights wherever it was built.
            entry.ExternalAttributes = Convert.ToInt32("100644", 8) << 16;
            using var content = open();
            using var target = entry.Open();
            content.CopyTo(target);
        }

        return path;
    }
}
