using System.Data.Common;
using System.Reflection;
using System.Runtime.Loader;

namespace KinescopePS.Tests;

/// <summary>The packages that the module ships, in its load context: also where they are newer than the runtime's own.</summary>
public class LoadContextTests
{
    private static readonly string Bin = Path.GetFullPath(Path.Combine(
        typeof(LoadContextTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ModulePath").Value!,
        "bin"));

    private static readonly AssemblyLoadContext Context = AssemblyLoadContext.GetLoadContext(
        (Assembly)Assembly.LoadFrom(Path.Combine(Bin, "KinescopePS.Loader.dll"))
            .GetType("KinescopePS.Loader.ModuleLoadContext", throwOnError: true)!
            .GetMethod("LoadModule")!
            .Invoke(null, [Bin])!)!;

    [Fact]
    public void Npgsql_takes_the_DiagnosticSource_that_it_was_built_with()
    {
        using var source = (DbDataSource)Call("Npgsql", "Npgsql.NpgsqlDataSource", "Create", "Host=127.0.0.1;Port=9;Timeout=5;Username=u")!;

        Assert.Throws(Context.LoadFromAssemblyName(new("Npgsql")).GetType("Npgsql.NpgsqlException")!, source.OpenConnection);

        var diagnostics = Context.Assemblies.Single(assembly => assembly.GetName().Name == "System.Diagnostics.DiagnosticSource");
        Assert.StartsWith(Bin, diagnostics.Location);
    }

    [Fact]
    public void Sqlite_finds_its_native_library()
    {
        var type = Context.LoadFromAssemblyName(new("Microsoft.Data.Sqlite")).GetType("Microsoft.Data.Sqlite.SqliteConnection")!;
        using var connection = (DbConnection)Activator.CreateInstance(type, "Data Source=:memory:")!;
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 6 * 7";

        Assert.Equal(42L, command.ExecuteScalar());
    }

    [Fact]
    public void Every_package_is_loaded_from_the_module()
    {
        foreach (var name in new[] { "KinescopePS.Core", "Npgsql", "Polly.Core", "Microsoft.Data.Sqlite", "CsvHelper", "System.IO.Hashing" })
            Assert.StartsWith(Bin, Context.LoadFromAssemblyName(new(name)).Location);
    }

    private static object? Call(string assembly, string type, string method, string argument) =>
        Context.LoadFromAssemblyName(new(assembly)).GetType(type, throwOnError: true)!.GetMethod(method, [typeof(string)])!.Invoke(null, [argument]);
}
