[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Set-LessonVideoId' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive 'library'
        Write-SampleLibrary $library
        $first, $second, $third = '02_ads_m01_001', '02_ads_m01_002', '02_ads_m01_003'

        function Get-Input([string[]] $LessonId) {
            foreach ($id in $LessonId) {
                [pscustomobject] @{ LessonId = $id; VideoId = "v-$id" }
            }
        }

        # The lessons of the site that have a video.
        function Get-Linked {
            Get-LessonVideoMap $library -CheckDatabase -DatabaseUrl file:./lessons.db | Where-Object VideoId
        }
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    Context 'by hand' {
        It 'links a lesson and writes nothing' {
            Set-LessonVideoId $first v1 | Should -BeNullOrEmpty

            (Get-Linked).LessonId | Should -Be $first
            (Get-Linked).VideoId | Should -Be v1
        }

        It 'shows the row before and after with -PassThru' {
            $link = Set-LessonVideoId $first v1 -PassThru

            $link.PSTypeNames[0] | Should -Be KinescopePS.LessonLink
            $link.LessonId, $link.VideoId, $link.PreviousVideoId, $link.PreviousVideoUrl, $link.Status | Should -Be $first, v1, $null, $null, Linked
            $link.VideoUrl | Should -Be https://kinescope.io/embed/v1
        }

        It 'knows a video by its UUID, its short id and its link, and writes the form that the table has' {
            (Set-LessonVideoId $first https://kinescope.io/6hkSeTa382Dp1LaU5CoUtx -IdForm Short -PassThru).VideoId | Should -BeExactly 6hkSeTa382Dp1LaU5CoUtx

            (Set-LessonVideoId $first 2ac5d62b-490e-491f-a9b0-c6ba3949c13d -PassThru).Status | Should -Be Unchanged
            (Set-LessonVideoId $second 11111111-1111-4111-8111-111111111111 -PassThru).VideoUrl | Should -BeExactly https://kinescope.io/embed/37evEvXGZbDo269LpGqSMX
        }

        It 'takes another address than the usual one, as -EmbedUrl or -VideoUrl' {
            (Set-LessonVideoId $first v1 -EmbedUrl https://example.com/1 -PassThru).VideoUrl | Should -Be https://example.com/1
            (Set-LessonVideoId $second v2 -VideoUrl https://example.com/2 -PassThru).VideoUrl | Should -Be https://example.com/2
        }

        It 'finds the same link again unchanged, with the address that it has' {
            Set-LessonVideoId $first v1 -EmbedUrl https://example.com/1

            $link = Set-LessonVideoId $first v1 -PassThru

            $link.Status, $link.PreviousVideoId, $link.VideoUrl | Should -Be Unchanged, v1, https://example.com/1
            (Get-LessonVideoId $first).VideoUrl | Should -Be https://example.com/1
        }

        It 'replaces another video with -Force only' {
            Set-LessonVideoId $first v1

            $failure = Get-Failure { Set-LessonVideoId $first v2 }
            $kept = Get-LessonVideoId $first
            $link = Set-LessonVideoId $first v2 -Force -PassThru

            $failure.FullyQualifiedErrorId | Should -BeLike 'VideoIdAlreadySet,*'
            $failure.CategoryInfo.Category | Should -Be ResourceExists
            $failure.TargetObject | Should -Be $first
            $failure.Exception.Message | Should -BeLike '*v1*v2*'
            $kept.VideoId, $kept.VideoUrl | Should -Be v1, https://kinescope.io/embed/v1
            $link.Status, $link.PreviousVideoId, $link.PreviousVideoUrl | Should -Be Linked, v1, https://kinescope.io/embed/v1
            $link.VideoUrl | Should -Be https://kinescope.io/embed/v2
            (Get-Linked).VideoId | Should -Be v2
        }

        It 'takes the video away with -Clear' {
            Set-LessonVideoId $first v1
            Set-LessonVideoId $second v2

            $link = Set-LessonVideoId $first -Clear -Confirm:$false -PassThru

            $link.Status, $link.PreviousVideoId, $link.VideoId | Should -Be Cleared, v1, $null
            (Get-Linked).LessonId | Should -Be $second
        }

        It 'shows a table that has room for the lesson on <width> columns, and for the video where there is any' -ForEach @{ width = 80 }, @{ width = 120 } {
            $id = '01234567-89ab-cdef-0123-456789abcdef'

            $lines = (Set-LessonVideoId $first $id -PassThru | Out-String -Width $width) -split '\r?\n'

            $row = $lines | Where-Object { $_.StartsWith(('{0,-30} {1,-9} {2}' -f $first, 'Linked', $id.Substring(0, 13))) }
            $row | Should -HaveCount 1
            $row.Contains($id) | Should -Be ($width -eq 120)
            $lines | Where-Object { $_.StartsWith(('{0,-30} {1,-9} VideoId' -f 'LessonId', 'Status')) } | Should -HaveCount 1
        }
    }

    Context 'without consent' {
        It 'changes nothing with -WhatIf and says what it would' {
            $said = Invoke-Pwsh "Import-Module `$module; Set-LessonVideoId $first v1 -WhatIf -PassThru"

            $said | Should -HaveCount 1
            $said | Should -BeLike "What if: *Set videoId to v1*Lesson '$first' in Lesson of *lessons.db*"
            Get-Linked | Should -BeNullOrEmpty
        }

        It 'tells with -WhatIf which lessons would fail and which stay, and changes nothing' {
            Set-LessonVideoId $first v1 -UndoFile before.jsonl
            Set-LessonVideoId $second v2 -UndoFile before.jsonl
            $results = $first, $second, $third, 'nobody' | ForEach-Object { [pscustomobject] @{ LessonId = $_; VideoId = 'v2' } }

            $messages = $results | Set-LessonVideoId -WhatIf -PassThru -Verbose -ErrorAction SilentlyContinue -ErrorVariable failures 4>&1
            $results[0] | Set-LessonVideoId -Force -WhatIf -PassThru | Should -BeNullOrEmpty

            $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be VideoIdAlreadySet, LessonNotFound
            $messages | Should -BeOfType System.Management.Automation.VerboseRecord
            "$messages" | Should -BeLike "*'$second'*stays as it is*"
            (Get-Linked).VideoId | Should -Be v1, v2
            Test-Path kinescope-undo.jsonl | Should -BeFalse
        }

        It 'asks with -Confirm, and not with -Confirm:$false' {
            $ConfirmPreference = 'Low'
            Set-LessonVideoId $first v1 -Confirm:$false
            $shell = Open-Shell "Set-LessonVideoId $second v2 -Confirm"
            $shell.Invoke()

            # A session without a host has nobody to ask.
            $shell.Streams.Error | Should -BeLike '*prompts the user*'
            (Get-Linked).LessonId | Should -Be $first
        }
    }

    Context 'in a pipeline' {
        It 'takes lessons from Import-Csv' {
            Set-Content links.csv 'LessonId,VideoId', "$first,v1", "$second,v2"

            $links = Import-Csv links.csv | Set-LessonVideoId -PassThru

            $links.LessonId | Should -Be $first, $second
            $links.Status | Should -Be Linked, Linked
            (Get-Linked).VideoId | Should -Be v1, v2
        }

        It 'passes over uploads that failed, as objects and from <_>' -ForEach 'Export-Csv', 'Export-Clixml' {
            $uploads = @(
                [pscustomobject] @{ LessonId = $first; VideoId = $null; Status = 'Failed' }
                [pscustomobject] @{ LessonId = $first; VideoId = 'v1'; Status = 'Failed' }
                [pscustomobject] @{ LessonId = $second; VideoId = 'v2'; Status = 'Skipped' }
                [pscustomobject] @{ LessonId = $third; VideoId = 'v3'; Status = 'Uploaded' }
            )

            $kept = if ($_ -eq 'Export-Csv') {
                $uploads | Export-Csv kept
                Import-Csv kept
            }
            else {
                $uploads | Export-Clixml kept
                Import-Clixml kept
            }

            Get-ErrorId { $uploads | Set-LessonVideoId } | Should -BeNullOrEmpty
            Get-ErrorId { $kept | Set-LessonVideoId } | Should -BeNullOrEmpty
            (Get-Linked).LessonId | Should -Be $second, $third
        }

        It 'takes objects of the module as they are, and others between them by their properties' {
            $links = @(
                [KinescopePS.LessonUpload] @{ LessonId = $first; VideoId = 'v1'; EmbedUrl = 'https://example.com/1'; Status = 'Uploaded' }
                [pscustomobject] @{ LessonId = $second; VideoId = 'v2' }
                [KinescopePS.LessonUpload] @{ LessonId = $third; VideoId = 'v3'; Status = 'Failed' }
                [KinescopePS.KinescopeUpload] @{ LessonId = $third; VideoId = 'v4'; Status = 'Started' }
                [KinescopePS.KinescopeUpload] @{ LessonId = $third; VideoId = 'v5'; Status = 'Uploaded' }
            ) | Set-LessonVideoId -PassThru

            $links.LessonId | Should -Be $first, $second, $third
            $links.VideoId | Should -Be v1, v2, v5
            $links.VideoUrl | Should -Be https://example.com/1, https://kinescope.io/embed/v2, https://kinescope.io/embed/v5
            ($links | Set-LessonVideoId -PassThru).Status | Should -Be Unchanged, Unchanged, Unchanged
            (Get-LessonVideoId $first, $second | Set-LessonVideoId -Clear -Confirm:$false -PassThru).Status | Should -Be Cleared, Cleared
            (Get-Linked).LessonId | Should -Be $third
        }

        It 'takes -<Name> before what an object of the module says' -ForEach @(
            @{ Name = 'LessonId'; Value = 'other' }
            @{ Name = 'VideoId'; Value = 'other' }
            @{ Name = 'EmbedUrl'; Value = 'https://example.com/other' }
        ) {
            $given = @{ $Name = $Name -eq 'LessonId' ? $second : $Value }
            $link = [KinescopePS.LessonUpload] @{ LessonId = $first; VideoId = 'v1'; EmbedUrl = 'https://example.com/1'; Status = 'Uploaded' } |
                Set-LessonVideoId -PassThru @given

            $link.LessonId | Should -Be ($given.LessonId ?? $first)
            $link.VideoId | Should -Be ($given.VideoId ?? 'v1')
            $link.VideoUrl | Should -Be ($given.EmbedUrl ?? 'https://example.com/1')
        }

        It 'keeps the address that comes with an upload' {
            $upload = [pscustomobject] @{ LessonId = $first; VideoId = 'v1'; EmbedUrl = 'https://example.com/1'; Status = 'Uploaded' }

            ($upload | Set-LessonVideoId -PassThru).VideoUrl | Should -Be https://example.com/1
        }

        It 'reports <Id> for <Why> and links the others' -ForEach @(
            @{ Id = 'LessonNotFound'; Why = 'a lesson that the site lacks'; Line = 'no-such-lesson,v9'; Category = 'ObjectNotFound' }
            @{ Id = 'LessonIdMissing'; Why = 'a line without lesson'; Line = ',v9'; Category = 'InvalidData' }
            @{ Id = 'VideoIdMissing'; Why = 'a line without video'; Line = 'l9,'; Category = 'InvalidData' }
        ) {
            Set-Content links.csv 'LessonId,VideoId', "$first,v1", $Line, "$second,v2"

            $links = Import-Csv links.csv | Set-LessonVideoId -PassThru -ErrorAction SilentlyContinue -ErrorVariable failures

            $links.LessonId | Should -Be $first, $second
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -Be "$Id,KinescopePS.Commands.SetLessonVideoIdCommand"
            $failures[0].CategoryInfo.Category | Should -Be $Category
            $failures[0].TargetObject | Should -Be $Line.Split(',')[0]
            $failures[0].Exception.Message | Should -BeLike "*$($Line.Trim(',').Split(',')[-1])*"
        }

        It 'takes blanks and line feeds around an id for none of it: FoundC10' {
            (@{ LessonId = $first; VideoId = " v1`n" } | ForEach-Object { [pscustomobject] $_ } | Set-LessonVideoId -PassThru).VideoId | Should -Be v1
        }

        It 'reports <Id> for <Property> "<Value>" of an object' -ForEach @(
            @{ Id = 'LessonIdMissing'; Property = 'LessonId'; Value = $null }
            @{ Id = 'VideoIdMissing'; Property = 'VideoId'; Value = $null }
            @{ Id = 'VideoIdMissing'; Property = 'VideoId'; Value = ' ' }
            @{ Id = 'VideoIdInvalid'; Property = 'VideoId'; Value = 'null' }
            @{ Id = 'VideoIdInvalid'; Property = 'VideoId'; Value = '../x' }
            @{ Id = 'VideoIdInvalid'; Property = 'VideoId'; Value = '{guid}' }
        ) {
            $results = Get-Input $first, $second
            $results[0].$Property = $Value

            Get-ErrorId { $results | Set-LessonVideoId } | Should -Be $Id
            (Get-Linked).LessonId | Should -Be $second
        }

        It 'ends at the first error with -ErrorAction Stop, keeping what is linked' {
            Set-LessonVideoId $second taken

            { Get-Input $first, $second | Set-LessonVideoId -ErrorAction Stop } | Should -Throw -ErrorId 'VideoIdAlreadySet,*'

            (Get-Linked).VideoId | Should -Be "v-$first", taken
        }

        It 'ends quietly when Select-Object has enough' {
            $link = Get-Input $first, $second, $third |
                Set-LessonVideoId -PassThru -ErrorVariable failures | Select-Object -First 1

            $failures | Should -BeNullOrEmpty
            $link.LessonId | Should -Be $first
            (Get-Linked).LessonId | Should -Contain $first
        }

        It 'fills -OutVariable' {
            Set-LessonVideoId $first v1 -PassThru -OutVariable links | Out-Null

            $links.VideoId | Should -Be v1
        }
    }

    Context 'on a database that does not fit' {
        It 'ends with <Id> (<Category>)' -ForEach @(
            @{ Id = 'DatabaseUrlInvalid'; Category = 'InvalidArgument'; Parameters = @{ DatabaseUrl = 'mysql://host/site' } }
            @{ Id = 'DatabaseUrlInvalid'; Category = 'InvalidArgument'; Parameters = @{ DatabaseUrl = 'postgresql://u:p@host:5432/' } }
            @{ Id = 'DatabaseNotFound'; Category = 'ObjectNotFound'; Parameters = @{ DatabaseUrl = 'file:./nowhere.db' } }
            @{ Id = 'DatabaseNotFound'; Category = 'ObjectNotFound'; Parameters = @{ DatabaseUrl = 'file:.' } }
            @{ Id = 'DatabaseError'; Category = 'InvalidOperation'; Parameters = @{ DatabaseUrl = 'file:./text.db' }; Says = 'not a SQLite database' }
            @{ Id = 'LessonTableNotFound'; Category = 'ObjectNotFound'; Parameters = @{ DatabaseUrl = 'file:./empty.db' } }
        ) {
            Set-Content text.db 'This is no database, however long it may be read for one.'
            New-Item empty.db -ItemType File | Out-Null

            $failure = Get-Failure { Set-LessonVideoId $first v1 @Parameters }

            $failure | Should -HaveCount 1
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failure.CategoryInfo.Category | Should -Be $Category
            $failure.Exception.Message | Should -BeLike "*$Says*"
            Test-Path nowhere.db | Should -BeFalse
            (Get-LessonVideoId $first).VideoId | Should -BeNullOrEmpty
        }

        It 'ends with DatabaseUrlMissing where none is named: "<_>"' -ForEach '', '  ' {
            $env:DATABASE_URL = $_

            { Set-LessonVideoId $first v1 } | Should -Throw '*-DatabaseUrl*DATABASE_URL*' -ErrorId 'DatabaseUrlMissing,*'
        }

        It 'reports LessonLinkRejected for a row that the database refuses, and links the others' {
            # The course of a lesson must be one that there is.
            $links = [pscustomobject] @{ LessonId = $first; VideoId = 'no-such-course' }, [pscustomobject] @{ LessonId = $second; VideoId = '01_start' }

            Connect-LessonDatabase -VideoIdColumn courseId | Out-Null
            $changed = $links | Set-LessonVideoId -Force -PassThru -ErrorAction SilentlyContinue -ErrorVariable failures

            $changed.LessonId | Should -Be $second
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'LessonLinkRejected,*'
            $failures[0].TargetObject | Should -Be $first
        }

        It 'writes to the columns that are named' {
            $link = Set-LessonVideoId $first v1 -Database (Connect-LessonDatabase -VideoIdColumn description -VideoUrlColumn title) -PassThru
            Disconnect-LessonDatabase

            $link.PreviousVideoUrl | Should -Be (Get-LessonVideoMap $library -LessonId $first).Title
            Get-Linked | Should -BeNullOrEmpty
        }

        It 'warns of a database that is down, tries again and hands back what was not linked, without the password' {
            $lost = Get-LostDatabase 'postgresql://user:s3cret@127.0.0.1:1/site' -MaxRetry 1

            Get-Input $first, $second | Set-LessonVideoId -Database $lost -ErrorVariable failures -ErrorAction SilentlyContinue `
                -WarningVariable warnings -WarningAction SilentlyContinue -Verbose 4>&1 | Tee-Object -Variable messages | Out-Null

            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'DatabaseUnreachable,*'
            $failures[0].CategoryInfo.Category | Should -Be ConnectionError
            $failures[0].Exception.Message | Should -BeLike '2 lessons were not changed. *127.0.0.1:1/site*'
            $warnings.Count | Should -Be 1
            "$messages" | Should -BeLike '*Next try in *'
            "$failures $warnings $messages" | Should -Not -BeLike '*s3cret*'

            $failures[0].TargetObject | Set-LessonVideoId
            (Get-Linked).VideoId | Should -Be "v-$first", "v-$second"
        }
    }

    Context 'in a pipeline that ends before its time' {
        It 'names the lessons that it could not link' {
            Invoke-Pwsh @'
                Import-Module $module
                & { [pscustomobject] @{ LessonId = 'one'; VideoId = 'v1' }; throw 'upstream' } |
                    Set-LessonVideoId -DatabaseUrl 'postgresql://u:s3cret@127.0.0.1:1/site' -WarningAction Ignore
'@ | Should -Contain 'WARNING: The pipeline ended before these lessons were changed: one. Nothing is lost: run the same command again.'
        }
    }

    Context 'in a place of its own' {
        It 'starts a relative path from the current location, not from that of the process' {
            New-Item sub -ItemType Directory | Set-Location
            { Set-LessonVideoId $first v1 } | Should -Throw "*$(Join-Path $PWD.ProviderPath lessons.db)*" -ErrorId 'DatabaseNotFound,*'
            Get-ChildItem | Should -BeNullOrEmpty
            Set-LessonVideoId $first v1 -DatabaseUrl file:../lessons.db

            Set-Location ..
            (Get-Linked).LessonId | Should -Be $first
        }
    }

    Context 'whose output is kept' {
        BeforeEach {
            $link = Set-LessonVideoId $first v1 -PassThru
        }

        It 'comes back from Export-Clixml and looks the same' {
            $link | Export-Clixml link.xml

            Import-Clixml link.xml | Out-String | Should -Be ($link | Out-String)
        }

        It 'comes back from ConvertTo-Json and can be set again' {
            $json = $link | ConvertTo-Json -EnumsAsStrings

            ($json | ConvertFrom-Json).PSObject.Properties.Name |
                Should -Be LessonId, VideoId, PreviousVideoId, VideoUrl, PreviousVideoUrl, Duration, PreviousDuration, PosterUrl, PreviousPosterUrl, Status
            ($json | ConvertFrom-Json | Set-LessonVideoId -PassThru).Status | Should -Be Unchanged
        }
    }

    Context 'as Get-Command shows it' {
        BeforeAll {
            $command = Get-Command Set-LessonVideoId
        }

        It 'has this syntax' {
            ($command | Get-Command -Syntax) -replace '\s+', ' ' |
                Should -BeLike '*Set-LessonVideoId `[-LessonId`] <string> `[-VideoId`] <string>*`[-Force`]*`[-UndoFile <string>`] `[-PassThru`]*`[-WhatIf`] `[-Confirm`]*`[`[-VideoId`] <string>`] -Clear*'
        }

        It 'takes -<_> from a property of that name' -ForEach LessonId, VideoId, EmbedUrl, Status {
            $command.Parameters[$_].Attributes.ValueFromPipelineByPropertyName | Should -Contain $true
        }

        It 'says what it writes' {
            $command.OutputType.Name | Should -Be KinescopePS.LessonLink
        }
    }
}
