using System.Management.Automation;
using System.Reflection;

namespace KinescopePS.Module;

/// <summary>The cmdlets that an import of the module brings.</summary>
public static class ModuleExports
{
    /// <summary>
    /// Adds the cmdlets that are missing: a second import of an assembly comes from the engine's cache and adds none, which is PowerShell's
    /// issue 20710.
    /// </summary>
    /// <param name="module">The module that is imported.</param>
    /// <param name="cmdlets">The module that the engine made of the assembly.</param>
    public static void Complete(PSModuleInfo module, PSModuleInfo cmdlets)
    {
        var add = typeof(PSModuleInfo).GetMethod("AddExportedCmdlet", BindingFlags.Instance | BindingFlags.NonPublic)!
            .CreateDelegate<Action<CmdletInfo>>(module);
        var there = module.ExportedCmdlets;
        foreach (var cmdlet in cmdlets.ExportedCmdlets.Values)
        {
            if (!there.ContainsKey(cmdlet.Name))
                add(cmdlet);
        }
    }
}
