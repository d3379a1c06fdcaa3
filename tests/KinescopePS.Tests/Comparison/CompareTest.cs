using System.Management.Automation;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KinescopePS.Tests.Comparison;

/// <summary>A test of comparing: a course, its files, a progress file, a Kinescope, and a lesson table.</summary>
public abstract class CompareTest : UploadTest
{
    internal string Database => Folder["lessons.db"];

    /// <summary>Writes the course and its rows, uploads it and links it.</summary>
    internal void Publish(int lessons)
    {
        WriteCourse(lessons);
        SqliteLessons.Create(Database, Enumerable.Range(0, lessons).Select(i => $"l{i}"));
        UploadAndLink();
    }

    internal void UploadAndLink() => Send($"| Set-LessonVideoId -DatabaseUrl file:./lessons.db").RequireNoErrors();

    /// <summary>Compares all four places.</summary>
    /// <param name="parameters">Parameters of Compare-LessonVideo, and the rest of the pipeline.</param>
    internal ScriptResult Compare(string parameters = "") =>
        Session.Run($"Compare-LessonVideo -DatabaseUrl file:./lessons.db {parameters}");

    /// <summary>The findings, as <c>l0 NotLinked</c>.</summary>
    internal static IEnumerable<string> Findings(ScriptResult result) =>
        All(result).Select(finding => $"{finding["LessonId"] ?? Path.GetFileName(finding["Path"]) ?? finding["Title"]} {finding["Status"]}").Order();

    /// <summary>The only finding of a kind.</summary>
    internal static Finding Only(ScriptResult result, LessonFindingStatus status) =>
        Assert.Single(All(result), finding => finding["Status"] == status.ToString());

    private static IEnumerable<Finding> All(ScriptResult result) => result.Output.Select(item => new Finding(item));

    /// <summary>Changes the lesson table as somebody else does.</summary>
    internal void Sql(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Makes a video as the dashboard's users do: without a stamp.</summary>
    internal async Task<string> MakeByHandAsync(string title, string file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(Sandbox.Environment["KINESCOPE_UPLOADER_URL"]), "/v2/video"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Sandbox.Environment["KINESCOPE_API_KEY"]);
        request.Headers.Add("X-Parent-ID", Sandbox.Environment["KINESCOPE_PROJECT_ID"]);
        request.Headers.Add("X-Video-Title", "made by hand");
        request.Headers.Add("X-File-Name", Path.GetFileName(file));
        request.Content = new ByteArrayContent(await File.ReadAllBytesAsync(Folder[file]));
        using var http = new HttpClient();
        var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var id = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("data").GetProperty("id").GetString()!;
        (await Sandbox.Http.PatchAsJsonAsync($"/v1/videos/{id}", new { title })).EnsureSuccessStatusCode();
        return id;
    }

    /// <summary>A finding's properties as text: its type is the module's own.</summary>
    internal sealed class Finding(PSObject item)
    {
        public string? this[string property] => item.Properties[property].Value?.ToString();
    }

    internal async Task DeleteVideoAsync(string videoId) => (await Sandbox.Http.DeleteAsync($"/v1/videos/{videoId}")).EnsureSuccessStatusCode();
}
