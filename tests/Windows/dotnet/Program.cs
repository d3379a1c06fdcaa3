using System.Runtime.InteropServices;
using System.Runtime.Loader;

// dotnet [exec] program.dll arguments...
var command = args is ["exec", ..] ? args[1..] : args;
if (command is not [var program, .. var arguments])
{
    Console.Error.WriteLine("Usage: dotnet [exec] program.dll [arguments]");
    return 1;
}

program = Path.GetFullPath(program);
var resolver = new AssemblyDependencyResolver(program);
AssemblyLoadContext.Default.Resolving += (context, name) =>
    resolver.ResolveAssemblyToPath(name) is { } path ? context.LoadFromAssemblyPath(path) : null;
AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
    resolver.ResolveUnmanagedDllToPath(name) is { } path ? NativeLibrary.Load(path) : 0;
return AppDomain.CurrentDomain.ExecuteAssembly(program, arguments);
