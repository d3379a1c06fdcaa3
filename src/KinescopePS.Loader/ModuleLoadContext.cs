using System.Reflection;
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

    private ModuleLoadContext(string modulePath)
        : base("KinescopePS", isCollectible: false) => _resolver = new AssemblyDependencyResolver(modulePath);

    /// <summary>The module's assembly, loaded into its own context by the first call and the same one after that.</summary>
    /// <exception cref="FileNotFoundException"><c>KinescopePS.dll</c> is not beside this assembly.</exception>
    public static Assembly LoadModule()
    {
        lock (Gate)
        {
            if (_module is null)
            {
                var folder = Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location)!;
                var path = Path.Combine(folder, "KinescopePS.dll");
                _module = new ModuleLoadContext(path).LoadFromAssemblyPath(path);
            }

            return _module;
        }
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc />
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
