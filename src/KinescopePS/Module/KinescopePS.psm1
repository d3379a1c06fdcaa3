# The cmdlets and their packages live in a load context of their own, so that they meet no other module's assemblies.
$bin = [System.IO.Path]::Combine($PSScriptRoot, 'bin')
try {
    $loader = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($bin, 'KinescopePS.Loader.dll'))
}
catch [System.IO.FileLoadException] {
    # Where another version was imported before, its loader knows.
    $loader = (@([System.AppDomain]::CurrentDomain.GetAssemblies()) -match '^KinescopePS\.Loader,')[0]
}

try {
    $assembly = $loader.GetType('KinescopePS.Loader.ModuleLoadContext', $true)::LoadModule($bin)
}
catch [System.Management.Automation.MethodInvocationException] {
    throw [System.Management.Automation.ErrorRecord]::new($_.Exception.InnerException, 'ModuleNotLoaded', 'ResourceBusy', $PSScriptRoot)
}

# By the manifest the views would be added before this script runs, and a second version's be refused at length. They stay when the module
# is removed. A host without the command for it shows nothing. Looked up by name, it would bring in all of its module first.
if ($types = [type]::GetType('Microsoft.PowerShell.Commands.UpdateTypeDataCommand, Microsoft.PowerShell.Commands.Utility')) {
    $update = [System.Management.Automation.CmdletInfo]::new('Update-TypeData', $types)
    & $update -AppendPath ([System.IO.Path]::Combine($PSScriptRoot, 'KinescopePS.Types.ps1xml')) -ErrorAction Ignore
}

$cmdlets = Import-Module -Assembly $assembly -PassThru
# The engine has no cmdlets, but the types that they write: so they can be named, as in [KinescopePS.LessonVideo].
Import-Module -Assembly ([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).LoadFromAssemblyName('KinescopePS.Core'))

$assembly.GetType('KinescopePS.Module.ModuleExports')::Complete($ExecutionContext.SessionState.Module, $cmdlets)
