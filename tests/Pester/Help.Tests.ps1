[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    $pages = Get-ChildItem $PSScriptRoot/../../docs/en-US -Filter *.md
    $cmdlets = @($pages | Where-Object Name -notlike about_* | ForEach-Object BaseName)
    $topics = @($pages | Where-Object Name -like about_* | ForEach-Object BaseName)
}

Describe 'Help' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
    }

    AfterAll {
        Restore-Setting $before
    }

    Context 'of <_>' -ForEach $cmdlets {
        BeforeAll {
            $command = Get-Command $_
            $help = Get-Help $_ -Full
            # Nobody types a hidden parameter: it takes the object of the pipeline whole.
            $parameters = $command.Parameters.Values |
                Where-Object Name -notin ([System.Management.Automation.Cmdlet]::CommonParameters) |
                Where-Object { -not ($_.Attributes | Where-Object DontShow) }
        }

        It 'has a synopsis and a description' {
            $help.Synopsis | Should -Not -BeNullOrEmpty
            $help.Synopsis | Should -Not -BeLike "*$($command.Name)*"
            $help.description.Text | Should -Not -BeNullOrEmpty
        }

        It 'describes every parameter' {
            foreach ($parameter in $parameters) {
                $found = Get-Help $command.Name -Parameter $parameter.Name

                $found.name | Should -Be $parameter.Name
                $found.description.Text | Should -Not -BeNullOrEmpty
                $found.defaultValue | Should -Not -BeNullOrEmpty
            }
        }

        It 'says in the menu of Ctrl+Space what each parameter is, from PowerShell 7.6 on: FoundD22' -Skip:($PSVersionTable.PSVersion -lt '7.6') {
            $line = "$($command.Name) -"
            $tips = (TabExpansion2 $line $line.Length).CompletionMatches

            foreach ($parameter in $parameters | Where-Object Name -notin WhatIf, Confirm) {
                ($tips | Where-Object CompletionText -eq "-$($parameter.Name)").ToolTip |
                    Should -Match "^\[\S+\] $($parameter.Name) - \S.{8,}[.?]$"
            }
        }

        It 'shows every parameter set' {
            @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
        }

        It 'has inputs, outputs, error ids, links and at least three examples' {
            $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
            $help.returnValues.returnValue.type.name | Should -Not -BeNullOrEmpty
            $help.alertSet.alert.Text -join ' ' | Should -Match 'Errors, by id'
            $help.relatedLinks.navigationLink.linkText | Should -Not -BeNullOrEmpty
            @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        }

        It 'is readable text: no marks of Markdown, in -Full and in -Examples' {
            foreach ($part in @{ Full = $true }, @{ Examples = $true }) {
                $text = Get-Help $command.Name @part | Out-String -Width 120

                $text | Should -BeLike "*$($command.Name)*"
                $text | Should -Not -Match '```|^#+ |\]\(|<!--'
            }
        }
    }

    Context 'on <_>' -ForEach $topics {
        It 'is found by its name, and by a part of it' {
            Get-Help $_ | Out-String | Should -Match "TOPIC\s+$_\s+SHORT DESCRIPTION"
            (Get-Help "$($_.Substring(0, $_.Length - 1))*" | Where-Object Name -eq $_).Synopsis | Should -Not -BeNullOrEmpty
        }
    }

    Context 'without an import' {
        It 'is found by the name of a cmdlet and of a topic' {
            Invoke-Pwsh @'
                $env:PSModulePath = Split-Path $module
                (Get-Help Get-LessonVideoMap).Synopsis
                (Get-Help about_KinescopePS) -split "`n" | Select-Object -First 1
'@ | Should -Be 'Maps the lessons of a course manifest to video files on disk.', TOPIC
        }
    }
}
