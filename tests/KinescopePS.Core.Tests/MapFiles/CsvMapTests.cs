using KinescopePS.MapFiles;

namespace KinescopePS.Tests.MapFiles;

/// <summary>Map files as spreadsheets save them.</summary>
public sealed class CsvMapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("LessonId,\"Notes, internal\",Path,Title\nl1,old,1.mp4,One\n")]
    [InlineData("\"Notes; internal\";LessonId;Path;Title\n;l1;1.mp4;One\n")]
    [InlineData("\"a,b,c,d,e\";LessonId;Path;Title\n\"a,b,c,d\";l1;1.mp4;One\n")]
    [InlineData("\"two\nlines\",LessonId,Path,Title\n,l1,1.mp4,One\n")]
    [InlineData("Notes,lessonid, path ,TITLE,notes\n1,l1,1.mp4,One,2\n")]
    [InlineData("LessonId\tPath\tTitle\nl1\t1.mp4\tOne\n")]
    [InlineData("sep=;\nLessonId;Path;Title\nl1;1.mp4;One\n")]
    public void FoundA13_Columns_are_found_by_their_names(string csv)
    {
        var (entries, problems) = Read(csv);

        Assert.Empty(problems);
        var entry = Assert.Single(entries);
        Assert.Equal(("l1", "1.mp4", "One"), (entry.LessonId, entry.FilePath, entry.Title));
    }

    [Fact]
    public void Commas_in_each_title_are_not_taken_for_the_delimiter()
    {
        var (entries, problems) = Read("LessonId;Path;Title\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"l{i};{i}.mp4;One, two, three\n")));

        Assert.Empty(problems);
        Assert.Equal(50, entries.Count);
        Assert.All(entries, entry => Assert.Equal("One, two, three", entry.Title));
    }

    [Fact]
    public void Two_columns_that_differ_only_in_case_are_refused_by_name()
    {
        var failure = Assert.Throws<KinescopeException>(() => Read("LessonId,Path,PATH,Title\nl1,1.mp4,2.mp4,One\n"));

        Assert.Equal(ErrorIds.ImportFileInvalid, failure.ErrorId);
        Assert.Contains("Path, PATH", failure.Message);
    }

    [Theory]
    [InlineData("LessonId,Title\nl1,One\n", "names no columns LessonId and Path")]
    [InlineData("", "names no columns LessonId and Path")]
    [InlineData("LessonId,Path,Title\nl1,1.mp4,One\nl2,\"2.mp4,Two\n", "line 3 is no CSV")]
    [InlineData("LessonId,Path,Title\nl1,1.mp4,O\"ne\n", "line 2 is no CSV")]
    public void What_is_no_map_is_refused_with_the_reason(string csv, string reason)
    {
        var failure = Assert.Throws<KinescopeException>(() => Read(csv));

        Assert.Equal(ErrorIds.ImportFileInvalid, failure.ErrorId);
        Assert.Contains(reason, failure.Message);
    }

    [Fact]
    public void A_line_is_named_where_it_begins()
    {
        var (entries, problems) = Read("LessonId,Path,Title\nl1,1.mp4,\"two\nlines\"\n\nl2,,Two\nl3\n");

        Assert.Equal("line 2", Assert.Single(entries).Position);
        Assert.Equal(["line 5 has no Path", "line 6 has no Path"], problems.Select(problem => problem.Message.Split(": ")[1].Split(". It")[0]));
    }

    private (List<MapEntry> Entries, List<KinescopeException> Problems) Read(string csv)
    {
        var (entries, problems) = (new List<MapEntry>(), new List<KinescopeException>());
        MapFile.Read(_folder.Write("map.csv", csv), entries.Add, problems.Add);
        return (entries, problems);
    }
}
