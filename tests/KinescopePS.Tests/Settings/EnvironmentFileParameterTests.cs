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
        LessonDatabase.Create(Folder["dev.db"], ["l0", "l1"]);
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
            DATABASE_URL=file:./dev.db
            """);

        var result = Session.Run(Pipeline).RequireNoErrors();

        Assert.Equal(["Linked", "Linked"], result.Texts("Status"));
        Assert.Equal(result.Texts("VideoId").Order(), LessonDatabase.VideoIds(Folder["dev.db"]).Order());
        Assert.Null(Environment.GetEnvironmentVariable("KINESCOPE_PROJECT_ID"));
        var key = Sandbox.Environment["KINESCOPE_API_KEY"];
        Assert.DoesNotContain(Directory.EnumerateFiles(Folder.Path), file => File.ReadAllText(file).Contains(key, StringComparison.Ordinal));
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public void A_parameter_wins_over_the_file()
    {
        WriteCourse(1);
        Folder.Write(".env", "KINESCOPE_API_KEY=wrong\nKINESCOPE_API_URL=https://nowhere.invalid\nKINESCOPE_PROJECT_ID=wrong");

        Assert.Equal(["Uploaded"], Send("-EnvironmentFile .env").RequireNoErrors().Texts("Status"));
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
        LessonDatabase.Create(Folder["dev.db"], ["a"]);
        Folder.Write(".env", "DATABASE_URL=file:./dev.db\nPASSWORD my-secret\n");

        var result = Session.Run("Set-LessonVideoId a v1 -EnvironmentFile .env").RequireNoErrors();

        Assert.Contains("line 2", Assert.Single(result.Warnings));
        Assert.DoesNotContain("secret", result.Warnings[0]);
        Assert.Equal(["v1"], LessonDatabase.VideoIds(Folder["dev.db"]));
    }
}
