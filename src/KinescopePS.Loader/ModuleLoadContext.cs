using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KinescopePS.Loader;

/// <summary>
/// The load context of the module: <c>KinescopePS.dll</c> and the packages shipped beside it live here, so that another
/// module may bring its own Npgsql, Polly or Microsoft.Extensions.* of any version, loaded before or after ours.
/// </summary>
/// <remarks>
/// What <c>KinescopePS.deps.json</c> does not list (the runtime, PowerShell) comes from the default context, as does this
/// assembly: it is the one type that both sides share.
/// </remarks>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static readonly object Gate = new();
    private static Assembly? _module;

    private readonly AssemblyDependencyResolver _resolver;
    private readonly string _folder;
    private readonly string _compiled;

    private ModuleLoadContext(string modulePath)
        : base("KinescopePS", isCollectible: false)
    {
        _resolver = new AssemblyDependencyResolver(modulePath);
        _folder = Path.GetDirectoryName(modulePath)!;
        _compiled = Path.Combine(_folder, Framework, Platform);
    }

    /// <summary>Code that was compiled for one .NET is of no use to another.</summary>
    private static string Framework => $"net{Environment.Version.Major}.0";

    private static string Platform => $"{System}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static string System => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>The module's assembly, loaded into its own context by the first call and the same one after that.</summary>
    /// <param name="folder">The folder of <c>KinescopePS.dll</c>.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="InvalidOperationException">Another build of it is loaded, and .NET cannot replace that.</exception>
    public static Assembly LoadModule(string folder)
    {
        var path = Path.Combine(folder, "KinescopePS.dll");
        lock (Gate)
        {
            if (_module is null)
                return _module = new ModuleLoadContext(path).LoadCompiledAhead(path);

            var context = (ModuleLoadContext)GetLoadContext(_module)!;
            var loaded = context.Assemblies.Where(assembly => assembly.GetName().Name!.StartsWith("KinescopePS"));
            if (loaded.Any(assembly => BuildOf(Path.Combine(folder, $"{assembly.GetName().Name}.dll")) != BuildOf(assembly)))
                throw new InvalidOperationException(
                    $"This PowerShell has used KinescopePS {_module.GetName().Version?.ToString(3)} "
                    + $"from {context._folder} already, and cannot replace it with "
                    + $"{AssemblyName.GetAssemblyName(path).Version?.ToString(3)} from {folder}. "
                    + "Open a new PowerShell window and import the module there.");
            return _module;
        }
    }

    /// <summary>The package has the same assembly once more where it need not be compiled before it is run.</summary>
    private Assembly LoadCompiledAhead(string path)
    {
        var compiled = Path.Combine(_compiled, Path.GetFileName(path));
        try
        {
            if (File.Exists(compiled))
                return LoadFromAssemblyPath(compiled);
        }
        catch (BadImageFormatException)
        {
            // A damaged copy of what is there is no reason to do without.
        }

        return LoadFromAssemblyPath(path);
    }

    private static Guid BuildOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId;

    private static Guid BuildOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return reader.GetGuid(reader.GetModuleDefinition().Mvid);
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (_resolver.ResolveAssemblyToPath(assemblyName) is not { } path)
            return null;
        return LoadCompiledAhead(path);
    }

    /// <inheritdoc />
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
