# The cmdlets and their packages live in a load context of their own, so that they meet no other module's assemblies.
$loader = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'KinescopePS.Loader.dll'))
$assembly = $loader.GetType('KinescopePS.Loader.ModuleLoadContext', $true).GetMethod('LoadModule').Invoke($null, $null)
$cmdlets = Import-Module -Assembly $assembly -PassThru
# The engine has no cmdlets, but the types that they write: so they can be named, as in [KinescopePS.LessonVideo].
Import-Module -Assembly ([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).LoadFromAssemblyName('KinescopePS.Core'))

# A second import of an assembly comes from the engine's cache and adds no cmdlets: PowerShell/PowerShell issue 20710.
$addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
    'AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
    if (-not $ExecutionContext.SessionState.Module.ExportedCmdlets.ContainsKey($cmdlet.Name)) {
        $addExportedCmdlet.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
