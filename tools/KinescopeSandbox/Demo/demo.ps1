# The whole way of a course library: map the lessons, upload their videos, link the ids.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Library
)

$ErrorActionPreference = 'Continue'
if ([System.Console]::IsOutputRedirected) {
    $PSStyle.OutputRendering = 'PlainText'
}

Import-Module $Module -ErrorAction Stop
Set-Location -LiteralPath $Library

function Write-Prompt([string] $Command) {
    Write-Host "`nPS> $Command" -ForegroundColor Cyan
}

Write-Prompt 'Get-LessonVideoMap | Measure-LessonVideoMap'
Get-LessonVideoMap | Measure-LessonVideoMap | Out-Host

# What is shown is what runs; the rest only keeps the objects for the table below.
Write-Prompt 'Get-LessonVideoMap | Send-KinescopeVideo | Set-LessonVideoId'
Get-LessonVideoMap -OutVariable mapped |
    Send-KinescopeVideo -OutVariable sent |
    Set-LessonVideoId -PassThru -OutVariable linked |
    Out-Null

Write-Prompt 'Get-LessonVideoMap | Get-KinescopeUpload -ByCourse'
Get-LessonVideoMap | Get-KinescopeUpload -ByCourse | Out-Host

Write-Prompt 'Get-LessonVideoId -Course 02_ads | Select-Object -First 3'
Get-LessonVideoId -Course 02_ads | Select-Object -First 3 | Out-Host

$uploaded = @($sent | Where-Object Status -eq Uploaded).LessonId
$skipped = @($sent | Where-Object Status -eq Skipped).LessonId
# A lesson that is linked in the end did not fail, wherever it stood before.
$inPlace = @($linked | Where-Object Status -in Linked, Unchanged).LessonId
$courses = foreach ($course in $mapped | Group-Object Course) {
    $reached = @($course.Group | Where-Object LessonId -in $inPlace).Count
    [pscustomobject]@{
        Course   = $course.Name
        Mapped   = $course.Count
        Uploaded = @($course.Group | Where-Object LessonId -in $uploaded).Count
        Skipped  = @($course.Group | Where-Object LessonId -in $skipped).Count
        Linked   = $reached
        Failed   = $course.Count - $reached
    }
}

$courses | Format-Table | Out-Host
$total = @{}
foreach ($count in 'Mapped', 'Uploaded', 'Linked', 'Failed') {
    $total[$count] = ($courses | Measure-Object $count -Sum).Sum ?? 0
}

Write-Host "demo: $($total.Mapped) mapped, $($total.Uploaded) uploaded, $($total.Linked) linked, $($total.Failed) failed"
exit [int] ($total.Failed -gt 0 -or $total.Mapped -eq 0)
