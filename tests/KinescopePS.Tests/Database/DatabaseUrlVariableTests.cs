namespace KinescopePS.Tests.Database;

/// <summary>The variable is the whole process's: no other test runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DatabaseUrlVariableCollection
{
    public const string Name = "DATABASE_URL";
}

/// <summary>DATABASE_URL in the environment.</summary>
[Collection(DatabaseUrlVariableCollection.Name)]
public sealed class DatabaseUrlVariableTests : LessonDatabaseTest
{
    [Fact]
    public async Task It_names_the_database_where_no_parameter_does()
    {
        await Site.AddAsync("a", "b");
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"a","filepath":"a.mp4","title_original":"a"}]}]}]}""");

        var result = RunWith("file:./dev.db", "Set-LessonVideoId a v1; Get-LessonVideoMap -CheckDatabase; Set-LessonVideoId b v2 -DatabaseUrl file:./other.db");

        Assert.Equal(["v1"], result.Texts("VideoId"));
        Assert.Equal(["DatabaseNotFound"], result.ErrorIds);
        Assert.Equal(["a"], (await Site.LinkedAsync()).Keys);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Without_it_a_parameter_is_asked_for(string? value)
    {
        var result = RunWith(value, "Set-LessonVideoId a v1");

        Assert.Equal(["DatabaseUrlMissing"], result.ErrorIds);
        Assert.All(["-DatabaseUrl", "DATABASE_URL"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await SqliteSite.CreateAsync(Folder["dev.db"]);

    private Support.ScriptResult RunWith(string? value, string script)
    {
        var before = Environment.GetEnvironmentVariable("DATABASE_URL");
        Environment.SetEnvironmentVariable("DATABASE_URL", value);
        try
        {
            return Session.Run(script);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DATABASE_URL", before);
        }
    }
}
