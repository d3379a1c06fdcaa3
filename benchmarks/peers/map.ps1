# Maps a manifest to files with ConvertFrom-Json, as a script would.
param([string] $Path)

$manifest = Get-Content -LiteralPath $Path -Raw | ConvertFrom-Json
$folder = Split-Path $Path

function Get-Lesson($Course, $Module, $Lessons) {
    foreach ($lesson in $Lessons) {
        if ($lesson.submodule) {
            Get-Lesson $Course $Module $lesson.submodule.lessons
            continue
        }

        $file = [System.IO.FileInfo]::new([System.IO.Path]::Combine($folder, $lesson.filepath))
        [pscustomobject]@{
            LessonId = $lesson.id
            Title = $lesson.title_original
            Course = $Course.id
            Module = $Module.id
            Path = $file.FullName
            Exists = $file.Exists
            Length = if ($file.Exists) { $file.Length }
        }
    }
}

$(foreach ($course in $manifest.courses) {
    foreach ($module in $course.modules) {
        Get-Lesson $course $module $module.lessons
    }
}) | Out-Null
