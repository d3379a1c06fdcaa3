[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Connect-LessonDatabase' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive library
        Write-SampleLibrary $library
        $first = '01_start_m01_001'
    }

    AfterAll {
        Disconnect-LessonDatabase -ErrorAction Ignore
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Copy-Item (Join-Path $library lessons.db) .
    }

    It 'takes the address from the environment, and shows the database and its columns' {
        $env:DATABASE_URL = 'file:./lessons.db'

        $database = Connect-LessonDatabase

        $database.Name | Should -Be (Convert-Path lessons.db)
        $database.TableName, $database.IdColumn, $database.VideoIdColumn, $database.VideoUrlColumn | Should -Be Lesson, id, videoId, videoUrl
        $database.IsConnected | Should -BeTrue
        $database.ConnectedAt | Should -BeGreaterThan ([System.DateTimeOffset]::UtcNow.AddMinutes(-1))
        $database | Should -BeOfType KinescopePS.LessonDatabase
    }

    It 'starts a relative path from the folder of the .env that holds it' {
        New-Item site -ItemType Directory | Out-Null
        Move-Item lessons.db site
        Set-Content site/.env 'DATABASE_URL=file:./lessons.db'

        (Connect-LessonDatabase -EnvironmentFile site/.env).Name | Should -Be (Convert-Path site/lessons.db)
    }

    It 'is used by each cmdlet that follows, with its table and columns' {
        Write-Video start.mp4 1000 1
        Write-Manifest @{ id = $first; filepath = 'start.mp4' }
        Connect-LessonDatabase file:./lessons.db -VideoIdColumn description -VideoUrlColumn title | Out-Null

        Set-LessonVideoId $first v1

        (Get-LessonVideoId $first).VideoId | Should -Be v1
        (Get-LessonVideoMap -CheckDatabase).VideoId | Should -Be v1
        Get-LessonVideoId $first -DatabaseUrl file:./lessons.db | ForEach-Object VideoId | Should -BeNullOrEmpty
        Restore-LessonVideoId -Confirm:$false
        (Get-LessonVideoId $first).VideoId | Should -Not -Be v1
    }

    It 'stands beside others, each for -Database' {
        Copy-Item lessons.db other.db
        $one, $two = 'file:./lessons.db', 'file:./other.db' | ForEach-Object { Connect-LessonDatabase $_ }

        Set-LessonVideoId $first v1 -Database $one
        Set-LessonVideoId $first v2

        (Get-LessonVideoId $first -Database $one).VideoId | Should -Be v1
        (Get-LessonVideoId $first -Database $two).VideoId | Should -Be v2
    }

    It 'reads lessons by another course column than the time before' {
        Connect-LessonDatabase file:./lessons.db | Out-Null
        $course = (Get-LessonVideoId $first).Course

        (Get-LessonVideoId -Course $first -CourseColumn id).LessonId | Should -Be $first
        (Get-LessonVideoId -Course $course).LessonId | Should -Contain $first
    }

    It 'serves several cmdlets of one pipeline' {
        Connect-LessonDatabase file:./lessons.db | Out-Null

        $links = Get-LessonVideoId -Missing | ForEach-Object { $_.VideoId = "v-$($_.LessonId)"; $_ } | Set-LessonVideoId -PassThru

        $links | Should -HaveCount 405
        Get-LessonVideoId -Missing | Should -BeNullOrEmpty
    }

    It 'shows the password to nobody' {
        $database = Get-LostDatabase 'postgresql://site:s3cret@db.example/school'
        $shown = @(
            $database | Format-List * -Force | Out-String
            $database | ConvertTo-Json -WarningAction Ignore
            [System.Management.Automation.PSSerializer]::Serialize($database)
            "$database"
        )

        $database.Name | Should -Be db.example:5432/school
        $shown | Should -Not -Match 's3cret|site'
    }

    It 'ends with <Id>, and nothing is current' -ForEach @(
        @{ Id = 'DatabaseUrlMissing'; Parameters = @{}; Says = '-DatabaseUrl*DATABASE_URL' }
        @{ Id = 'DatabaseUrlInvalid'; Parameters = @{ DatabaseUrl = 'mysql://host/site' } }
        @{ Id = 'DatabaseNotFound'; Parameters = @{ DatabaseUrl = 'file:./nowhere.db' } }
        @{ Id = 'LessonTableNotFound'; Parameters = @{ DatabaseUrl = 'file:./lessons.db'; TableName = 'Film' }; Says = 'Film*Course*Lesson*-TableName' }
        @{ Id = 'LessonColumnNotFound'; Parameters = @{ DatabaseUrl = 'file:./lessons.db'; IdColumn = 'film' }; Says = 'film*videoId, videoUrl*-IdColumn' }
        @{ Id = 'LessonColumnNotFound'; Parameters = @{ DatabaseUrl = 'file:./lessons.db'; VideoIdColumn = 'film' }; Says = 'film*-VideoIdColumn' }
        @{ Id = 'LessonColumnNotFound'; Parameters = @{ DatabaseUrl = 'file:./lessons.db'; VideoUrlColumn = 'film' }; Says = 'film*-VideoUrlColumn' }
        @{ Id = 'LessonColumnNotUnique'; Parameters = @{ DatabaseUrl = 'file:./lessons.db'; IdColumn = 'title' }; Says = 'title*-IdColumn' }
        @{ Id = 'DatabaseUnreachable'; Parameters = @{ DatabaseUrl = 'postgresql://u:s3cret@127.0.0.1:1/d'; MaxRetry = 1; RetryDelaySeconds = 0 }; Says = '127.0.0.1:1/d' }
        @{ Id = 'ParameterArgumentValidationError'; Parameters = @{ MaxRetry = 101 } }
        @{ Id = 'ParameterArgumentValidationError'; Parameters = @{ RetryDelaySeconds = -1 } }
        @{ Id = 'ParameterArgumentValidationError'; Parameters = @{ TableName = '' } }
    ) {
        { Connect-LessonDatabase @Parameters } | Should -Throw "*$Says*" -ErrorId "$Id,*"

        Get-ErrorId { Disconnect-LessonDatabase } | Should -Be SessionMissing
    }

    It 'tries a database that is down again, as often as -MaxRetry says' {
        $said = try { Connect-LessonDatabase 'postgresql://u:p@127.0.0.1:1/d' -MaxRetry 2 -RetryDelaySeconds 0 -Verbose 4>&1 } catch { $_ }

        @($said -like '*Next try in*').Count | Should -Be 2
    }

    It 'excludes an address and an environment file: -Database with -<Name> at <Command>' -ForEach @(
        foreach ($command in 'Get-LessonVideoId', 'Get-LessonVideoMap', 'Restore-LessonVideoId', 'Set-LessonVideoId') {
            foreach ($name in 'DatabaseUrl', 'EnvironmentFile') {
                @{ Command = $command; Name = $name }
            }
        }
    ) {
        Set-Content .env NAME=value
        $arguments = @{ Database = Connect-LessonDatabase file:./lessons.db; $Name = $Name -eq 'DatabaseUrl' ? 'file:./lessons.db' : '.env' }
        $given = $Command -eq 'Set-LessonVideoId' ? ($first, 'v1') : @()

        Get-ErrorId { & $Command @given @arguments } | Should -BeIn AmbiguousParameterSet, SessionConflict, MissingMandatoryParameter
    }

    It 'is current in its own runspace only' {
        $shell = Open-Shell 'Connect-LessonDatabase file:./lessons.db | Out-Null'
        $shell.Invoke()

        Get-ErrorId { Get-LessonVideoId } | Should -Be DatabaseUrlMissing
    }
}
