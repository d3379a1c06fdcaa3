[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Save-KinescopeVideo' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        function Get-Hash([string] $Path) { (Get-FileHash -LiteralPath $Path).Hash }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Write-Course l0, l1
        $sent = Get-LessonVideoMap | Send-KinescopeVideo
    }

    It 'saves the lessons that were sent where the manifest has them, once, and says how it ended' {
        $saved = $sent | Save-KinescopeVideo backup -InformationVariable said
        $again = Get-KinescopeUpload | Save-KinescopeVideo backup -BasePath .

        $saved.Status | Sort-Object -Unique | Should -Be Saved
        $saved.IsMd5Verified | Should -Not -Contain $false
        "$said" | Should -BeLike '2 saved, 0 already there, 0 failed; *'
        Get-Hash backup/l0.mp4 | Should -Be (Get-Hash l0.mp4)
        Get-Hash backup/l1.mp4 | Should -Be (Get-Hash l1.mp4)
        $again.Status | Sort-Object -Unique | Should -Be Skipped
        (Get-LessonVideoMap -BasePath backup).State | Sort-Object -Unique | Should -Be Ready
    }

    It 'saves recorded uploads below the folder of the manifest that the settings name' {
        $env:KINESCOPE_MANIFEST = Join-Path $PWD manifest.json

        Get-KinescopeUpload | Save-KinescopeVideo backup | Out-Null

        Get-Hash backup/l0.mp4 | Should -Be (Get-Hash l0.mp4)
    }

    It 'with -WhatIf tells what would be saved and the total, and writes nothing' {
        Get-KinescopeVideo | Save-KinescopeVideo backup -WhatIf -InformationVariable said | Should -BeNullOrEmpty

        "$said" | Should -BeLike 'To save: 2 videos (*), already there: 0. Nothing was done.'
        Test-Path backup | Should -BeFalse
    }

    It 'with -WhatIf tells what is there, what would be copied, and what -Force may replace' {
        $sent = $sent | Sort-Object LessonId
        $null = $sent[0] | Save-KinescopeVideo backup
        [System.IO.File]::WriteAllBytes((Join-Path $PWD backup/l1.mp4), [byte[]]::new((Get-Item l1.mp4).Length))
        $second = [pscustomobject] @{ LessonId = 'l2'; VideoId = $sent[0].VideoId; Path = "$PWD/m/l2.mp4"; BasePath = "$PWD" }
        $size = (Get-Item l1.mp4).Length

        $sent + $second | Save-KinescopeVideo backup -WhatIf -InformationVariable left
        $sent + $second | Save-KinescopeVideo backup -WhatIf -Force -InformationVariable forced

        "$left" | Should -BeLike 'To save: 1 video (0 bytes), 1 of them copied from another one, already there: 2 (*). Nothing was done.'
        "$forced" | Should -BeLike "To save: 3 videos (*), 1 of them copied from another one, 2 of them only where the file that may be replaced is another, already there: 0. Nothing was done."
        "$forced" | Should -Not -BeLike '*(0 bytes)*' -Because "$size bytes may be received"
        Get-ChildItem backup -Filter *.mp4 -Recurse | ForEach-Object Name | Sort-Object | Should -Be l0.mp4, l1.mp4
    }

    It 'names a video without a lesson by its title and id, and passes over what has no video' {
        $saved = @((Get-KinescopeVideo -Title 'Lesson l0'), [pscustomobject] @{ LessonId = 'l9'; VideoId = $null }) | Save-KinescopeVideo backup

        Split-Path $saved.Path -Leaf | Should -Be "Lesson l0 ($($saved.VideoId)).mp4"
    }

    It 'AssetNotFound, DownloadDiffers, DownloadExpired, SavedFileExists: each is one error, and the others go on' {
        $ids = $sent.VideoId

        Get-ErrorId { Save-KinescopeVideo backup $ids[0] -Quality 4320p } | Should -Be AssetNotFound
        Use-Fault @{ match = @{ path = '/assets' }; fault = @{ kind = 'answer'; status = 403 } }
        Get-ErrorId { Save-KinescopeVideo backup $ids[0] } | Should -Be DownloadExpired
        Use-Fault @{ match = @{ method = 'GET'; path = '/v1/videos' }; fault = @{ kind = 'alter'; replace = @{ '"md5":"[0-9a-f]{8}' = '"md5":"00000000' } } }
        Get-ErrorId { Save-KinescopeVideo backup $ids[0] } | Should -Be DownloadDiffers
        Clear-Fault
        New-Item backup/l0.mp4 -Value other | Out-Null
        $saved = $sent | Save-KinescopeVideo backup -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Should -BeLike 'SavedFileExists,*'
        $failure.TargetObject | Should -Be l0
        $saved | Where-Object Status -eq Saved | ForEach-Object LessonId | Should -Be l1
        Get-Content backup/l0.mp4 | Should -Be other
        ($sent | Save-KinescopeVideo backup -Force).Status | Sort-Object | Should -Be Saved, Skipped
        Get-Hash backup/l0.mp4 | Should -Be (Get-Hash l0.mp4)
    }

    It 'MaxDurationTooShort: the time counts from the start of the command, with what it takes to look the videos up' {
        Use-Fault @{ match = @{ method = 'GET'; path = '/v1/videos' }; fault = @{ kind = 'delay'; seconds = 0.4 } }

        Get-ErrorId { $sent | Save-KinescopeVideo backup -MaxDuration ([timespan] '00:00:00.3') } | Should -Be MaxDurationTooShort
    }

    It 'SavedListInvalid, SavedListNotWritable, SavedListLocked: nothing is begun' {
        New-Item backup/kinescope-saved.jsonl -Value 'my notes' -Force | Out-Null
        Get-ErrorId { $sent | Save-KinescopeVideo backup } | Should -Be SavedListInvalid
        New-Item other/kinescope-saved.jsonl -ItemType Directory -Force | Out-Null
        Get-ErrorId { $sent | Save-KinescopeVideo other } | Should -Be SavedListNotWritable
        New-Item third -ItemType Directory | Out-Null
        $held = [System.IO.File]::Open((Join-Path $PWD third/kinescope-saved.jsonl), 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            Get-ErrorId { $sent | Save-KinescopeVideo third } | Should -Be SavedListLocked
        }
        finally {
            $held.Dispose()
        }
    }

    It 'warns of a folder inside of the base path, and of a damaged list, and tells where that is kept once it is rewritten' {
        $null = $sent | Save-KinescopeVideo backup
        [System.IO.File]::AppendAllText((Join-Path $PWD backup/kinescope-saved.jsonl), "x`n" * 10001)

        $null = $sent | Save-KinescopeVideo backup -WarningVariable warned -WarningAction SilentlyContinue

        "$(@($warned)[0])" | Should -BeLike "*backup lies in $PWD, the folder of the lessons' own files*"
        "$(@($warned)[1])" | Should -BeLike '10001 lines *is kept as *.damaged-*'
        (@($warned)[1] -split 'is kept as ')[1].TrimEnd('.') | Should -Exist
    }

    It 'SavedFileNotWritable: a file stands where a folder is wanted' {
        New-Item backup/m -Value file -Force | Out-Null

        Get-ErrorId { Save-KinescopeVideo backup $sent[0].VideoId -LessonId l0 -Path m/l0.mp4 -BasePath . } | Should -Be SavedFileNotWritable
    }
}
