using KinescopePS.Tests.Database;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Companions;

/// <summary>Machines that share a record know what each has sent beside a video.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedCompanionTests(PostgresCluster cluster) : CompanionTest
{
    [Fact]
    public async Task Another_machine_sends_only_what_changed()
    {
        cluster.Require();
        await cluster.ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
        Session.Run("param($url) Initialize-KinescopeUpload $url -Confirm:$false", cluster.Url()).RequireNoErrors();
        WriteCourse(1);
        WriteCompanions();
        using var other = new PowerShellSession(Folder.Path);
        other.Use(Sandbox);

        Session.Run($"{Script} -ProgressFile '{cluster.Url()}'").RequireNoErrors();
        await Sandbox.ForgetRequestsAsync();
        Folder.Write("0.ru.srt", New);
        var second = other.Run($"{Script} -ProgressFile '{cluster.Url()}'").RequireNoErrors();

        Assert.Equal(["subtitles ru"], Companions(second));
        Assert.Equal(["POST subtitles", "DELETE subtitles"], await ChangesAsync());
        await RequireAsync(New);
        Assert.Empty(Companions(Session.Run($"{Script} -ProgressFile '{cluster.Url()}'").RequireNoErrors()));
    }
}
