[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Disconnect-Kinescope' {
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
    }

    It 'leaves the commands without the session' {
        Write-Course l0
        Connect-Kinescope | Out-Null
        $env:KINESCOPE_API_KEY = $null
        Get-KinescopeProject Test | Should -HaveCount 1
        (Get-LessonVideoMap | Send-KinescopeVideo).Status | Should -Be Uploaded

        Disconnect-Kinescope | Should -BeNullOrEmpty

        Get-ErrorId { Get-KinescopeProject } | Should -Be ApiKeyMissing
        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -Force } | Should -Be ApiKeyMissing
        Get-ErrorId { Disconnect-Kinescope } | Should -Be SessionMissing
    }

    It 'ends the session that it is given' {
        $one = Connect-Kinescope
        $two = Connect-Kinescope

        $one | Disconnect-Kinescope

        $one.IsConnected | Should -BeFalse
        Get-ErrorId { Get-KinescopeProject -Session $one } | Should -Be SessionClosed
        Write-Course l0
        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -Session $one } | Should -Be SessionClosed
        Get-KinescopeProject Test -Session $two | Should -HaveCount 1
        Get-KinescopeProject Test | Should -HaveCount 1
        Disconnect-Kinescope
    }
}
