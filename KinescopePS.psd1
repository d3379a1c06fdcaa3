@{
    RootModule           = 'KinescopePS.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0d7f7a-4a4e-4c0e-9a5e-2f7f5c1f0b6d'
    Author               = 'KinescopePS contributors'
    CompanyName          = 'KinescopePS'
    Copyright            = '(c) KinescopePS contributors. MIT licence.'
    Description          = 'Maps a course manifest to lesson video files, uploads them to Kinescope with resume at the byte, and writes the video ids into the lesson database of the site.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('KinescopePS.Format.ps1xml')
    CmdletsToExport      = @(
        'Add-KinescopeSubtitle'
        'Compare-LessonVideo'
        'Connect-Kinescope'
        'Connect-LessonDatabase'
        'Disconnect-Kinescope'
        'Disconnect-LessonDatabase'
        'Export-KinescopeReport'
        'Export-KinescopeUpload'
        'Export-LessonVideoMap'
        'Get-KinescopeFolder'
        'Get-KinescopeNight'
        'Get-KinescopeProject'
        'Get-KinescopeUpload'
        'Get-KinescopeUsage'
        'Get-KinescopeVideo'
        'Get-LessonVideoId'
        'Get-LessonVideoMap'
        'Import-KinescopeUpload'
        'Import-LessonVideoMap'
        'Initialize-KinescopeUpload'
        'Invoke-KinescopeApi'
        'Measure-LessonVideoMap'
        'Move-KinescopeVideo'
        'New-KinescopeFolder'
        'New-KinescopeProject'
        'Remove-KinescopeUpload'
        'Remove-KinescopeVideo'
        'Repair-LessonVideo'
        'Restore-KinescopeVideo'
        'Restore-LessonVideoId'
        'Save-KinescopeVideo'
        'Send-KinescopeNotification'
        'Send-KinescopeVideo'
        'Set-KinescopeChapter'
        'Set-KinescopePoster'
        'Set-KinescopeProject'
        'Set-KinescopeSubtitle'
        'Set-KinescopeVideo'
        'Set-LessonVideoId'
        'Stop-KinescopeUpload'
        'Sync-LessonVideo'
        'Test-KinescopeAccount'
        'Test-LessonUpload'
        'Wait-KinescopeVideo'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Kinescope', 'video', 'upload', 'tus', 'lms', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            # No ProjectUri: the module has no address on the web.
            LicenseUri   = 'https://opensource.org/licenses/MIT'
            ReleaseNotes = 'What changed is told in CHANGELOG.md, in the folder of the module.'
        }
    }
}
