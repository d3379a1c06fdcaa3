using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>The lesson's duration and poster.</summary>
public abstract partial class LessonLinkTests
{
    [Theory]
    [InlineData("Minutes", "00:07:00")]
    [InlineData("Seconds", "00:00:07")]
    public async Task Duration_and_poster_are_shown_where_their_columns_are_named(string unit, string expected)
    {
        await Site.AddAsync("a", "b", "c");
        await Site.ExecuteAsync($"""
            ALTER TABLE "Lesson" ADD COLUMN "poster" TEXT;
            UPDATE "Lesson" SET "duration" = 7, "poster" = 'https://site.example/a.jpg' WHERE "id" = '{Site.Id("a")}';
            UPDATE "Lesson" SET "duration" = 0 WHERE "id" = '{Site.Id("b")}';
            """);

        var named = Get($"-DurationColumn duration -DurationUnit {unit} -PosterUrlColumn poster").RequireNoErrors();
        var connected = Session.Run(
            $"param($url) $null = Connect-LessonDatabase $url -DurationColumn duration -DurationUnit {unit}; Get-LessonVideoId", Site.Url);

        Assert.Equal([expected, "00:00:00", null], named.Texts("Duration"));
        Assert.Equal(["https://site.example/a.jpg", null, null], named.Texts("PosterUrl"));
        Assert.Equal([expected, "00:00:00", null], connected.RequireNoErrors().Texts("Duration"));
        Assert.Equal([null, null, null], Get().RequireNoErrors().Values("Duration"));
    }

    [Theory]
    [InlineData("-DurationColumn length", "LessonColumnNotFound", "length")]
    [InlineData("-DurationColumn createdAt", "LessonColumnUnsuitable", "createdAt")]
    [InlineData("-DurationColumn isHidden", "LessonColumnUnsuitable", "isHidden")]
    [InlineData("-DurationColumn videoId", "LessonColumnUnsuitable", "another use")]
    [InlineData("-PosterUrlColumn order", "LessonColumnUnsuitable", "order")]
    [InlineData("-DurationColumn title -PosterUrlColumn title", "LessonColumnUnsuitable", "another use")]
    public void A_column_that_cannot_be_meant_is_told_with_its_parameter(string options, string errorId, string named)
    {
        string[] commands = [$"Get-LessonVideoId -DatabaseUrl $url {options}", $"Connect-LessonDatabase $url {options}"];
        foreach (var command in commands)
        {
            var error = Session.Run($"param($url) {command}", Site.Url);

            Assert.Equal([errorId], error.ErrorIds);
            Assert.All([named, options.Split(' ')[^2]], text => Assert.Contains(text, error.LastError.Exception.Message));
        }
    }
}
