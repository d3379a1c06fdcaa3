[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Invoke-KinescopeApi' {
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
        Write-Course l0, l1, l2
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
    }

    It 'makes any call, and reads all pages' {
        (Invoke-KinescopeApi projects).name | Should -Contain Test
        Invoke-KinescopeApi videos -Query @{ per_page = 1; 'status[]' = 'done', 'error' } | Should -HaveCount 1
        foreach ($i in 1..9) {
            Invoke-Sandbox Post /v2/init @{ type = 'video'; parent_id = $env:KINESCOPE_PROJECT_ID; title = "v$i"; filename = 'a.mp4'; filesize = 1 } | Out-Null
        }

        Invoke-KinescopeApi /v1/videos | Should -HaveCount 10
        Invoke-KinescopeApi videos -All | Should -HaveCount 12
        (Invoke-KinescopeApi 'v1/videos?order=created_at.desc' -Query @{ per_page = 1 }).title | Should -Be v9
    }

    It 'sends tables, objects and JSON' {
        $video = (Get-KinescopeUpload l0).VideoId
        (Invoke-KinescopeApi "videos/$video" PATCH @{ title = 'A'; tags = @('x'); additional_materials_enabled = $true }).tags | Should -Be x
        (Invoke-KinescopeApi "videos/$video" PATCH ([pscustomobject]@{ title = 'Новый' })).title | Should -Be Новый
        (Invoke-KinescopeApi "videos/$video" PATCH '{"title":"C"}').title | Should -Be C
    }

    It 'changes nothing with -WhatIf' {
        Invoke-KinescopeApi "videos/$((Get-KinescopeUpload l0).VideoId)" DELETE -WhatIf | Should -BeNullOrEmpty

        Get-KinescopeVideo | Should -HaveCount 3
    }

    It 'asks before it deletes, as the commands do that delete: FoundD01' {
        $video = (Get-KinescopeUpload l0).VideoId
        $shell = Open-Shell "Invoke-KinescopeApi videos/$video DELETE"
        $shell.Invoke()

        # A session without a host has nobody to ask.
        "$($shell.Streams.Error)$($shell.InvocationStateInfo.Reason)" | Should -BeLike '*prompts the user*'
        Get-KinescopeVideo | Should -HaveCount 3
        Invoke-KinescopeApi "videos/$video" DELETE -Confirm:$false | Out-Null
        Get-KinescopeVideo | Should -HaveCount 2
    }

    It 'sends the key nowhere else' {
        Get-ErrorId { Invoke-KinescopeApi https://evil.example/v1/videos } | Should -Be UriInvalid
        Get-ErrorId { Invoke-KinescopeApi //evil.example/v1/videos } | Should -Be UriInvalid
        Get-ErrorId { Invoke-KinescopeApi '//[' } | Should -Be UriInvalid
    }
}
