# The whole way of a course library: map the lessons, upload their videos, link the ids.
# Uses the core language and core cmdlets only, so that it runs in any host.
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Library,
    [Parameter(Mandatory)] [string] $ProgressFile,
    [Parameter(Mandatory)] [string] $DatabaseUrl
)

Import-Module $Module -ErrorAction Stop

Get-LessonVideoMap -Path $Library -OutVariable mapped |
    Send-KinescopeVideo -ProgressFile $ProgressFile -OutVariable sent |
    Set-LessonVideoId -DatabaseUrl $DatabaseUrl -PassThru -OutVariable rows |
    Out-Null

$courses = [ordered]@{}
$courseOf = @{}
foreach ($lesson in $mapped) {
    if (-not $courses.Contains($lesson.Course)) {
        $courses[$lesson.Course] = @{ Mapped = 0; Uploaded = 0; Skipped = 0; Linked = 0; Bytes = 0L }
    }
    $courses[$lesson.Course].Mapped++
    $courses[$lesson.Course].Bytes += $lesson.Length
    $courseOf[$lesson.LessonId] = $lesson.Course
}
foreach ($video in $sent) {
    if ("$($video.Status)" -in 'Uploaded', 'Skipped') {
        $courses[$courseOf[$video.LessonId]]["$($video.Status)"]++
    }
}
foreach ($row in $rows) {
    if ("$($row.Status)" -in 'Linked', 'Unchanged') {
        $courses[$courseOf[$row.LessonId]].Linked++
    }
}

$line = '{0,-14} {1,7} {2,9} {3,8} {4,7} {5,7} {6,9}'
$total = @{ Mapped = 0; Uploaded = 0; Linked = 0; Failed = 0 }
$Host.UI.WriteLine(($line -f 'course', 'mapped', 'uploaded', 'skipped', 'linked', 'failed', 'size'))
foreach ($name in $courses.Keys) {
    $course = $courses[$name]
    # What is not linked in the end has failed, wherever on the way that was.
    $failed = $course.Mapped - $course.Linked
    $size = '{0:0.0} MB' -f ($course.Bytes / 1000000)
    $Host.UI.WriteLine(($line -f $name, $course.Mapped, $course.Uploaded, $course.Skipped, $course.Linked, $failed, $size))
    $total.Mapped += $course.Mapped
    $total.Uploaded += $course.Uploaded
    $total.Linked += $course.Linked
    $total.Failed += $failed
}
$Host.UI.WriteLine("demo: $($total.Mapped) mapped, $($total.Uploaded) uploaded, $($total.Linked) linked, $($total.Failed) failed")
if ($total.Failed -gt 0 -or $total.Mapped -eq 0) { exit 1 }
