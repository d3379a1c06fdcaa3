[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeFolder' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        $courses = New-KinescopeFolder courses
        New-KinescopeFolder 02_ads, 01_start -ParentId $courses.FolderId | Out-Null
        $folders = Get-KinescopeFolder
    }

    It 'shows the tree' {
        $folders.Path | Should -Be courses, courses/01_start, courses/02_ads
        $folders.Depth | Should -Be 0, 1, 1
        $folders | Out-String | Should -Match '(?m)^  01_start +0 +0 bytes '
    }

    It 'shows what is deep in it below its parents' {
        New-KinescopeFolder deep -ParentId $folders[1].FolderId | Out-Null
        New-KinescopeFolder b | Out-Null

        (Get-KinescopeFolder).Path | Should -Be b, courses, courses/01_start, courses/01_start/deep, courses/02_ads
        (Get-KinescopeFolder).Depth | Should -Be 0, 0, 1, 2, 1
        (Get-KinescopeFolder -ParentId $folders[1].FolderId).Path | Should -Be courses/01_start/deep
        (Get-KinescopeFolder courses/01_start).Name | Should -Be 01_start
    }

    It 'takes names, paths, ids and parents' {
        (Get-KinescopeFolder 0*).Name | Should -Be 01_start, 02_ads
        (Get-KinescopeFolder 'courses/02*').Name | Should -Be 02_ads
        (Get-KinescopeFolder -FolderId $courses.FolderId).Name | Should -Be courses
        Get-KinescopeFolder -ParentId $courses.FolderId | Should -HaveCount 2
        Get-KinescopeProject Test | Get-KinescopeFolder | Should -HaveCount 3
        (Get-KinescopeProject Test | Get-KinescopeFolder -FolderId $courses.FolderId).Name | Should -Be courses
    }

    It 'is named by its name, its path or a link from the dashboard, wherever a folder or a project is: FoundD15' {
        Write-Course l0
        $ads = ($folders | Where-Object Name -eq 02_ads).FolderId
        $link = "https://app.kinescope.io/projects/$env:KINESCOPE_PROJECT_ID/folders/$ads"
        $null = New-KinescopeFolder twice -ParentId courses
        $null = New-KinescopeFolder twice -ParentId courses/02_ads -ProjectId Test

        $video = Get-LessonVideoMap | Send-KinescopeVideo -ParentId courses/02_ads
        (Get-KinescopeVideo $video.VideoId).FolderId | Should -Be $ads
        (Get-KinescopeVideo -ProjectId Test -FolderId 02_ADS).VideoId | Should -Be $video.VideoId
        (Move-KinescopeVideo $video.VideoId -FolderId 01_start -PassThru).FolderId | Should -Not -Be $ads
        (Move-KinescopeVideo $video.VideoId -FolderId $link -PassThru).FolderId | Should -Be $ads
        (Get-KinescopeFolder -FolderId $link).FolderId | Should -Be $ads
        (Get-KinescopeFolder -ParentId $link -ProjectId $link).Path | Should -Be courses/02_ads/twice
        (Get-KinescopeUsage -ProjectId test).ProjectId | Should -HaveCount 90
        (Connect-Kinescope -ProjectId test).ProjectId | Should -Be $env:KINESCOPE_PROJECT_ID
        (Compare-LessonVideo -ProjectId Test -ErrorAction Ignore).Status | Should -Not -BeNullOrEmpty

        $failure = Get-Failure { Move-KinescopeVideo $video.VideoId -FolderId twice }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NameAmbiguous,*'
        "$failure" | Should -BeLike "*('courses/02_ads/twice')*('courses/twice')*"
        Get-ErrorId { Get-KinescopeVideo -ProjectId Tset } | Should -Be ProjectNotFound
        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -ParentId nowhere } | Should -Be FolderNotFound
    }

    It 'completes ids from names and from their beginning, also for other commands' {
        $lessons = (New-KinescopeFolder Уроки -ParentId $courses.FolderId).FolderId

        (TabExpansion2 'Move-KinescopeVideo x -FolderId ').CompletionMatches.CompletionText | Should -Be (@($folders.FolderId) + $lessons)
        (TabExpansion2 'New-KinescopeFolder x -ParentId уро').CompletionMatches.CompletionText | Should -Be $lessons
        (TabExpansion2 "Get-KinescopeFolder -FolderId $($lessons.Substring(0, 6))").CompletionMatches.CompletionText | Should -Be $lessons
    }

    It 'needs a project, one that is there' {
        Get-ErrorId { Get-KinescopeFolder -ProjectId 11111111-1111-4111-8111-111111111111 } | Should -Be ProjectNotFound
        $env:KINESCOPE_PROJECT_ID = $null

        Get-ErrorId { Get-KinescopeFolder } | Should -Be ParentMissing
        $env:KINESCOPE_PROJECT_ID = $sandbox.Project
    }
}
