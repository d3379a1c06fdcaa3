[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    $first = $false
}

. $PSScriptRoot/examples.ps1
