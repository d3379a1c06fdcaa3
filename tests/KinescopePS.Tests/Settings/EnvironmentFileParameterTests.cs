using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Settings;

/// <summary>-EnvironmentFile: the whole job with nothing but the site's .env.</summary>
public sealed class EnvironmentFileParameterTests : UploadTest
{
    private const string Pipeline = "Get-LessonVideoMap | Send-KinescopeVideo -EnvironmentFile site/.env, site/.env.local | Set-LessonVideoId -PassThru -EnvironmentFile site/.env, site/.env.local";

    [Fact]
    public async Task The_whole_job_takes_its_settings_from_the_sites_files()
    {
        WriteCourse(2);
        SqliteLessons.Create(Folder["dev.db"], ["l0", "l1"]);
        Folder.Write("site/.env", $"""
            # What everybody may see.
            export KINESCOPE_API_URL="{Sandbox.Environment["KINESCOPE_API_URL"]}"
            KINESCOPE_UPLOADER_URL='{Sandbox.Environment["KINESCOPE_UPLOADER_URL"]}'
            KINESCOPE_API_KEY=not-this-one
            DATABASE_URL=file:./elsewhere.db # the example's
            """);
        Folder.Write("site/.env.local", $"""
            KINESCOPE_API_KEY={Sandbox.Environment["KINESCOPE_API_KEY"]}
            KINESCOPE_PROJECT_ID={Sandbox.Environment["KINESCOPE_PROJECT_ID"]}
            DATABASE_URL=file:../dev.db
            """);

        var result = Session.Run(Pipeline).RequireNoErrors();

        Assert.Equal(["Linked", "Linked"], result.Texts("Status"));
        Assert.Equal(result.Texts("VideoId").Order(), SqliteLessons.VideoIds(Folder["dev.db"]).Order());
        Assert.Null(Environment.GetEnvironmentVariable("KINESCOPE_PROJECT_ID"));
        var key = Sandbox.Environment["KINESCOPE_API_KEY"];
        Assert.DoesNotContain(Directory.EnumerateFiles(Folder.Path), file => File.ReadAllText(file).Contains(key, StringComparison.Ordinal));
        await RequireOneVideoEachAsync(2);
    }

    /// <summary>A scheduler starts a run in a folder of its own choice.</summary>
    [Fact]
    public void FoundC4_a_relative_path_starts_from_the_file_that_says_it()
    {
        WriteCourse(1);
        Folder.Write("site/prisma/.env", "DATABASE_URL=file:./dev.db");
        SqliteLessons.Create(Folder["site/prisma/dev.db"], ["l0"]);
        Folder.Write("site/.env", "KINESCOPE_MANIFEST=../manifest.json\nDATABASE_URL=file:./wrong.db");
        Directory.CreateDirectory(Folder["elsewhere"]);

        var result = Session.Run("""
            $null = $ExecutionContext.SessionState.Path.SetLocation('elsewhere')
            $files = '../site/.env', '../site/prisma/.env'
            Set-LessonVideoId l0 v1 -EnvironmentFile $files
            Get-LessonVideoMap -EnvironmentFile $files -CheckDatabase
            """).RequireNoErrors();

        Assert.Equal(["v1"], result.Texts("VideoId"));
        Assert.Equal(["v1"], SqliteLessons.VideoIds(Folder["site/prisma/dev.db"]));
    }

    [Fact]
    public void FoundC4_a_parameter_starts_from_the_current_location_also_beside_a_file()
    {
        SqliteLessons.Create(Folder["dev.db"], ["a"]);
        Folder.Write("site/.env", "DATABASE_URL=file:./dev.db");

        Session.Run("Set-LessonVideoId a v1 -EnvironmentFile site/.env -DatabaseUrl file:./dev.db").RequireNoErrors();
        var result = Session.Run("Set-LessonVideoId a v2 -EnvironmentFile site/.env");

        Assert.Equal(["v1"], SqliteLessons.VideoIds(Folder["dev.db"]));
        Assert.Equal(["DatabaseNotFound"], result.ErrorIds);
        Assert.All([Folder["site/dev.db"], "folder of the .env file"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
    }

    [Theory]
    [InlineData("DATABASE_URL=postgresql://u:p@127.0.0.1:1/d?sslmode=verify-full&sslrootcert=ca.pem")]
    [InlineData("DATABASE_URL=postgresql://u:p@127.0.0.1:1/d?sslmode=verify-full&sslcert=./ca.pem")]
    [InlineData("DATABASE_URL=postgresql://u:p@127.0.0.1:1/d?sslmode=verify-full\nPGSSLROOTCERT=ca.pem")]
    public void FoundC4_a_certificate_starts_from_the_file_that_says_it(string text)
    {
        Folder.Write("site/.env", text);

        var result = Session.Run("Set-LessonVideoId a v1 -EnvironmentFile site/.env");

        Assert.Equal(["DatabaseUrlInvalid"], result.ErrorIds);
        Assert.Contains($"there is no certificate {Path.Combine(Folder.Path, "site", "ca.pem")}", result.Errors[0].Exception.Message);
    }

    [Fact]
    public void A_parameter_wins_over_the_file()
    {
        WriteCourse(1);
        Folder.Write(".env", "KINESCOPE_API_KEY=wrong\nKINESCOPE_API_URL=https://nowhere.invalid\nKINESCOPE_PROJECT_ID=wrong");
        Folder.Write("key.env", $"KINESCOPE_API_KEY=wrong\nKINESCOPE_API_URL={Sandbox.Environment["KINESCOPE_API_URL"]}\nKINESCOPE_PROJECT_ID=wrong");

        Session.Connect("-EnvironmentFile .env");

        Assert.Single(Session.Run("Get-KinescopeProject -ProjectId $kinescope.ProjectId").RequireNoErrors().Output);
        Assert.Single(Session.Run("Get-KinescopeProject -ProjectId $kinescope.ProjectId -ApiKey $kinescope.ApiKey -EnvironmentFile key.env").RequireNoErrors().Output);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_before_anything_is_done()
    {
        WriteCourse(1);

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -EnvironmentFile nowhere.env; Set-LessonVideoId a v1 -EnvironmentFile site");

        Assert.Equal(["EnvironmentFileNotFound", "EnvironmentFileNotFound"], result.ErrorIds);
        Assert.Contains(Folder["nowhere.env"], result.Errors[0].Exception.Message);
        Directory.CreateDirectory(Folder["site"]);
        Assert.Equal(["EnvironmentFileUnreadable"], Session.Run("Set-LessonVideoId a v1 -EnvironmentFile site").ErrorIds);
    }

    [Fact]
    public void A_line_that_is_no_setting_is_a_warning_that_does_not_repeat_it()
    {
        SqliteLessons.Create(Folder["dev.db"], ["a"]);
        Folder.Write(".env", "DATABASE_URL=file:./dev.db\nPASSWORD my-secret\n");

        var result = Session.Run("Set-LessonVideoId a v1 -EnvironmentFile .env").RequireNoErrors();

        Assert.Contains("line 2", Assert.Single(result.Warnings));
        Assert.DoesNotContain("secret", result.Warnings[0]);
        Assert.Equal(["v1"], SqliteLessons.VideoIds(Folder["dev.db"]));
    }
}
