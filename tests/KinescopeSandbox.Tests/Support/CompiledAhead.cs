using System.Runtime.CompilerServices;
using KinescopeSandbox.Demo;

namespace KinescopeSandbox.Tests.Support;

/// <summary>Tests run PowerShell as its installers lay it out.</summary>
internal static class CompiledAhead
{
    [ModuleInitializer]
    internal static void Prefer() => PowerShellProgram.PreferCompiledAhead();
}
