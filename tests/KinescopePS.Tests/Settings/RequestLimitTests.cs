using KinescopePS.Kinescope;
using KinescopePS.Tests.Account;

namespace KinescopePS.Tests.Settings;

/// <summary>KINESCOPE_REQUESTS_PER_SECOND and KINESCOPE_REQUESTS_PER_MINUTE: the limits of an account that has others.</summary>
public sealed class RequestLimitTests : AccountTest
{
    [Theory]
    [InlineData(null, null, 10, 300)]
    [InlineData("20", "off", 20, null)]
    [InlineData("Off", "100000", null, 100000)]
    [InlineData("", "1", 10, 1)]
    public void The_platforms_own_stand_for_what_is_not_set(string? second, string? minute, int? perSecond, int? perMinute) =>
        Assert.Equal(new RequestLimits(perSecond, perMinute), RequestLimits.Read(name => name == "KINESCOPE_REQUESTS_PER_SECOND" ? second : name == "KINESCOPE_REQUESTS_PER_MINUTE" ? minute : null));

    [Theory]
    [InlineData("KINESCOPE_REQUESTS_PER_SECOND", "0")]
    [InlineData("KINESCOPE_REQUESTS_PER_MINUTE", "0")]
    [InlineData("KINESCOPE_REQUESTS_PER_MINUTE", "-5")]
    [InlineData("KINESCOPE_REQUESTS_PER_MINUTE", "1.5")]
    [InlineData("KINESCOPE_REQUESTS_PER_MINUTE", "100001")]
    [InlineData("KINESCOPE_REQUESTS_PER_MINUTE", "unlimited")]
    public async Task A_limit_that_is_none_is_refused_before_anything_is_asked(string name, string text)
    {
        WriteCourse(1);
        Folder.Write(".env", $"{name}={text}");
        Session.Run("Disconnect-Kinescope").RequireNoErrors();

        foreach (var script in new[]
        {
            "Get-LessonVideoMap | Send-KinescopeVideo -EnvironmentFile .env",
            "Get-LessonVideoMap | Send-KinescopeVideo -EnvironmentFile .env -WhatIf",
            "Connect-Kinescope @kinescope -EnvironmentFile .env",
            "Get-KinescopeProject a, b -EnvironmentFile .env",
        })
        {
            var result = Session.Run(script);
            Assert.Equal(["RequestLimitInvalid"], result.ErrorIds);
            Assert.Contains($"{name} is '{text}'", result.LastError.Exception.Message);
        }

        Assert.Empty(await CallsAsync());
    }

    [Fact]
    public async Task A_session_keeps_the_limits_that_it_was_connected_with()
    {
        Folder.Write(".env", "KINESCOPE_REQUESTS_PER_SECOND=2");
        Session.Run("Connect-Kinescope @kinescope -EnvironmentFile .env").RequireNoErrors();

        Session.Run("1..5 | ForEach-Object { Get-KinescopeProject }").RequireNoErrors();

        var calls = (await Sandbox.RequestsAsync("GET", "/v1/projects")).Select(call => call.GetProperty("started_at").GetDateTimeOffset()).ToList();
        Assert.Equal(6, calls.Count);
        Assert.All(calls.Zip(calls.Skip(2)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(0.9), $"{pair.Second - pair.First}"));
    }
}
