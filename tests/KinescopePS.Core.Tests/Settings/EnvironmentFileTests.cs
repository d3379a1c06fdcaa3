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
    [InlineData("NAME='a \\n \"b\"' # why", "a \\n \"b\"")]
    [InlineData("NAME=`it's \"so\"`", "it's \"so\"")]
    [InlineData("NAME=\"one\\ntwo\"", "one\ntwo")]
    [InlineData("NAME=\"one\ntwo\"", "one\ntwo")]
    [InlineData("NAME=\"say \\\"yes\\\"\"", "say \\\"yes\\\"")]
    [InlineData("NAME='it\\'s'", "it\\'s")]
    [InlineData("NAME='it's'", "it's")]
    [InlineData("NAME: value", "value")]
    [InlineData("NAME:value", null)]
    [InlineData("NAME=\"never closed", "\"never closed")]
    [InlineData("NAME=a#b", "a")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE-else}", "else")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE:-${KINESCOPEPS_NOWHERE:-deep}}", "deep")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE", "")]
    [InlineData("NAME='${OTHER}'\nOTHER=x", "x")]
    [InlineData("NAME=$OTHER-$OTHER.\nOTHER=x", "x")]
    [InlineData("NAME=$(whoami)", "$(whoami)")]
    [InlineData("NAME=a$NAME", "aa$NAME")]
    [InlineData("NAME=postgresql://u:p%40@h:5432/db?schema=public&sslmode=require", "postgresql://u:p%40@h:5432/db?schema=public&sslmode=require")]
    [InlineData("NAME=pa$$word$1", "pa$")]
    [InlineData("NAME=pa\\$\\$word", "pa$$word")]
    [InlineData("NAME=a\\$b", "a$b")]
    [InlineData("DB_USER=ann\nNAME=\"postgresql://${DB_USER}:x@h/db\"", "postgresql://ann:x@h/db")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE:-else}", "else")]
    [InlineData("NAME=${KINESCOPEPS_NOWHERE}", "")]
    [InlineData("NAME=first\nNAME=second", "second")]
    [InlineData("\uFEFFNAME=value", "value")]
    [InlineData("# NAME=old\r\nNAME=\"value\"\r\n", "value")]
    [InlineData("NAME='Урок 1'", "Урок 1")]
    public void FoundC14_A_value_is_what_the_site_reads(string text, string? value)
    {
        var settings = Read(text, out var malformed);

        Assert.Equal(value, settings.TryGetValue("NAME", out var setting) ? setting.Value : null);
        Assert.Equal(value is null, malformed.Count > 0);
    }

    [Theory]
    [InlineData("A=$B\nB=$C\nC=$A$A")]
    [InlineData("A=${B}\nB=${KINESCOPEPS_NOWHERE:-${A}${A}x}")]
    public void References_that_have_no_end_are_an_error_or_end(string text)
    {
        if (Xunit.Record.Exception(() => Read(text, out _)) is { } failure)
            Assert.Equal(ErrorIds.EnvironmentFileUnreadable, Assert.IsType<KinescopeException>(failure).ErrorId);
    }

    [Fact]
    public void A_reference_may_lead_to_an_earlier_file()
    {
        var settings = new Dictionary<string, FileSetting>();
        EnvironmentFile.Read(_folder.Write("a.env", "A=1\nB=2"), settings, _ => { });
        EnvironmentFile.Read(_folder.Write("b.env", "B=3\nC=$A$B"), settings, _ => { });

        Assert.Equal("13", settings["C"].Value);
    }

    [Fact]
    public void References_that_multiply_are_an_error()
    {
        var text = "A0=" + new string('x', 100) + "\n" + string.Join('\n', Enumerable.Range(1, 40).Select(i => $"A{i}=$A{i - 1}$A{i - 1}"));

        var failure = Assert.Throws<KinescopeException>(() => Read(text, out _));

        Assert.Equal(ErrorIds.EnvironmentFileUnreadable, failure.ErrorId);
    }

    [Fact]
    public void A_file_that_is_no_settings_is_an_error_within_seconds()
    {
        var failure = Assert.Throws<KinescopeException>(() => Read("A=\"" + string.Concat(Enumerable.Repeat("\\\"", 600_000)), out _));

        Assert.Equal(ErrorIds.EnvironmentFileUnreadable, failure.ErrorId);
    }

    [Theory]
    [InlineData("A=1\nthis is text\nB=2", 2)]
    [InlineData("A=\"one\ntwo\"\n\n# why\n=value\nB=2", 5)]
    [InlineData("A=1\nB=2\nMY NAME=value", 3)]
    [InlineData("A=1\r\n\r\n  # why\r\n# B=1\r\n\r\nso it is\r\nB=2", 6)]
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
