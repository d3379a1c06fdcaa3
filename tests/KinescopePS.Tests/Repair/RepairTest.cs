using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Repair;

/// <summary>A test of mending: a course, a sandbox, a lesson table in SQLite, and findings made by hand.</summary>
public abstract class RepairTest : UploadTest
{
    /// <summary>A finding made by hand, and objects as they come back from a file: of CSV all values are texts, of JSON names are numbers.</summary>
    private const string Functions =
        """
        function global:Finding([hashtable] $of) { $of.Message = 'found'; [KinescopePS.LessonFinding] $of }
        function global:Rewrite([scriptblock] $value) {
            begin { $all = @() }
            process { $all += $_ }
            end {
                foreach ($one in $all) {
                    $copy = [ordered]@{}
                    foreach ($property in $one.PSObject.Properties) { $copy[$property.Name] = & $value $property.Value }
                    [pscustomobject]$copy
                }
            }
        }
        function global:FromCsv { $input | Rewrite { "$($args[0])" } }
        function global:FromJson { $input | Rewrite { if ($args[0] -is [enum]) { [long]$args[0] } else { $args[0] } } }
        """;

    internal string Site => Folder["site.db"];

    /// <summary>Makes the lesson table with so many lessons, <c>l0</c> and on, connects to it, and defines <c>Finding</c> for scripts.</summary>
    internal void CreateSite(int lessons, bool connect = true)
    {
        SqliteLessons.Create(Site, Enumerable.Range(0, lessons).Select(i => $"l{i}"));
        Session.Run(Functions).RequireNoErrors();
        if (connect)
            Session.Run("Connect-LessonDatabase 'file:./site.db'").RequireNoErrors();
    }

    /// <summary>The video ids that the rows hold, in the order of the lessons.</summary>
    internal IReadOnlyList<string?> Rows => SqliteLessons.VideoIds(Site);

    /// <summary>Sends the course, and tells the videos in the order of the lessons.</summary>
    internal IReadOnlyList<string> SendAll() =>
        [.. Send().RequireNoErrors().Output.OrderBy(sent => $"{sent.Properties["LessonId"].Value}").Select(sent => $"{sent.Properties["VideoId"].Value}")];

    /// <summary>The ids of all videos at Kinescope.</summary>
    internal async Task<IReadOnlyList<string>> VideoIdsAsync() => [.. (await Sandbox.VideosAsync()).Select(video => video.GetProperty("id").GetString()!).Order()];

    /// <summary>Makes a video as somebody made it by hand: without a mark.</summary>
    internal async Task<string> SendByHandAsync(string file, string title)
    {
        var id = Session.Run(
            """
            param($file, $title)
            $sent = Send-KinescopeVideo $file -Title $title -ProgressFile by-hand.jsonl
            Invoke-KinescopeApi "/v1/videos/$($sent.VideoId)" -Method Patch -Body @{ description = '' } | Out-Null
            $sent.VideoId
            """,
            file, title).RequireNoErrors().Output.Single().ToString();
        await Sandbox.ForgetRequestsAsync();
        return id;
    }
}
