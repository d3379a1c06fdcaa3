using KinescopePS.Settings;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Settings;

/// <summary>What a line of a site's .env means.</summary>
public sealed class EnvironmentFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("NAME=value", "value")]
    [InlineData("  NAME = value  ", "value")]
    [InlineData("export NAME=value", "value")]
    [InlineData("export\tNAME=\"value\" # why", "value")]
    [InlineData("NAME=", "")]
    [InlineData("NAME=value # why", "value")]
    [InlineData("NAME=\"a # b\"", "a # b")]
    [InlineData("NAME='a \\n \"b\" $NAME ${NAME}' # why", "a \\n \"b\" $NAME ${NAME}")]
    [InlineData("NAME=`it's \"so\"`", "it's \"so\"")]
    [InlineData("NAME=\"one\\ntwo\"", "one\ntwo")]
    [InlineData("NAME=\"one\ntwo\"", "one\ntwo")]
    [InlineData("NAME=\"say \\\"yes\\\"\"", "say \"yes\"")]
    [InlineData("NAME=postgresql://u:p%40@h:5432/db?schema=public&sslmode=require", "postgresql://u:p%40@h:5432/db?schema=public&sslmode=require")]
    [InlineData("NAME=pa$$word$1", "pa$$word$1")]
    [InlineData("NAME=a\\$b", "a$b")]
    [InlineData("USER=ann\nNAME=\"postgresql://${USER}:x@h/db\"", "postgresql://ann:x@h/db")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE:-else}", "else")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE}", "")]
    [InlineData("NAME=first\nNAME=second", "second")]
    [InlineData("\uFEFFNAME=value", "value")]
    [InlineData("# NAME=old\r\nNAME=\"value\"\r\n", "value")]
    [InlineData("NAME='Урок 1'", "Урок 1")]
    public void A_value_is_what_the_site_reads(string text, string value)
    {
        var settings = Read(text, out var malformed);

        Assert.Equal(value, settings["NAME"].Value);
        Assert.Empty(malformed);
    }

    [Theory]
    [InlineData("A=1\nthis is text\nB=2", 2)]
    [InlineData("A=1\nNAME=\"never closed\nB=2", 2)]
    [InlineData("A=\"one\ntwo\"\n\n# why\n=value\nB=2", 5)]
    [InlineData("A=1\nB=2\nMY NAME=value", 3)]
    public void A_line_that_is_no_setting_is_told_and_the_others_count(string text, int line)
    {
        var settings = Read(text, out var malformed);

        Assert.Equal([line], malformed);
        Assert.Equal(["A", "B"], settings.Keys.Order());
    }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, FileSetting> Read(string text, out List<int> malformed)
    {
        var (settings, lines) = (new Dictionary<string, FileSetting>(), new List<int>());
        EnvironmentFile.Read(_folder.Write(".env", text), settings, lines.Add);
        malformed = lines;
        return settings;
    }
}
