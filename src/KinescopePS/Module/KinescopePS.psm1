# The cmdlets and their packages live in a load context of their own, so that they meet no other module's assemblies.
$bin = [System.IO.Path]::Combine($PSScriptRoot, 'bin')
# Where another version was imported before, its loader knows.
$loader = @([System.AppDomain]::CurrentDomain.GetAssemblies()) -match '^KinescopePS\.Loader,'
if (-not $loader) {
    $loader = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($bin, 'KinescopePS.Loader.dll'))
}

try {
    $assembly = $loader[0].GetType('KinescopePS.Loader.ModuleLoadContext', $true)::LoadModule($bin)
}
catch [System.Management.Automation.MethodInvocationException] {
    throw [System.Management.Automation.ErrorRecord]::new($_.Exception.InnerException, 'ModuleNotLoaded', 'ResourceBusy', $PSScriptRoot)
}

# By the manifest the views would be added before this script runs, and a second version's be refused at length. They stay when the module
# is removed. A host without the commands for it shows nothing. Looked up by name, they would bring in all of their module first.
if ($types = [type]::GetType('Microsoft.PowerShell.Commands.GetTypeDataCommand, Microsoft.PowerShell.Commands.Utility')) {
    if (-not (& ([System.Management.Automation.CmdletInfo]::new('Get-TypeData', $types)) -TypeName KinescopePS.LessonVideo)) {
        $types = $types.Assembly.GetType('Microsoft.PowerShell.Commands.UpdateTypeDataCommand', $true)
        $update = [System.Management.Automation.CmdletInfo]::new('Update-TypeData', $types)
        & $update -AppendPath ([System.IO.Path]::Combine($PSScriptRoot, 'KinescopePS.Types.ps1xml'))
    }
}

$cmdlets = Import-Module -Assembly $assembly -PassThru
# The engine has no cmdlets, but the types that they write: so they can be named, as in [KinescopePS.LessonVideo].
Import-Module -Assembly ([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).LoadFromAssemblyName('KinescopePS.Core'))

# A second import of an assembly comes from the engine's cache and adds no cmdlets: PowerShell/PowerShell issue 20710.
$module = $ExecutionContext.SessionState.Module
if ($module.ExportedCmdlets.Count -lt $cmdlets.ExportedCmdlets.Count) {
    $addExportedCmdlet = [System.Management.Automation.PSModuleInfo].GetMethod(
        'AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
    foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
        if (-not $module.ExportedCmdlets.ContainsKey($cmdlet.Name)) {
            $addExportedCmdlet.Invoke($module, @(, $cmdlet))
        }
    }
}
