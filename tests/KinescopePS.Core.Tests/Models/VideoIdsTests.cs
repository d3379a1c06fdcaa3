namespace KinescopePS.Tests.Models;

/// <summary>A video's UUID and the 22 letters of its page are one id.</summary>
public sealed class VideoIdsTests
{
    private const string Uuid = "2ac5d62b-490e-491f-a9b0-c6ba3949c13d";
    private const string Short = "6hkSeTa382Dp1LaU5CoUtx";

    [Theory]
    [InlineData(Uuid, Uuid)]
    [InlineData("2AC5D62B-490E-491F-A9B0-C6BA3949C13D", Uuid)]
    [InlineData(Short, Uuid)]
    [InlineData($" {Short}\r\n", Uuid)]
    [InlineData($"https://kinescope.io/{Short}", Uuid)]
    [InlineData($"https://kinescope.io/embed/{Short}?autoplay=1#t=10", Uuid)]
    [InlineData($"http://www.kinescope.io/{Uuid}/master.m3u8", Uuid)]
    [InlineData($"kinescope.io/embed/{Uuid}", Uuid)]
    [InlineData($"//Kinescope.IO/{Short}/", Uuid)]
    [InlineData($"https://kinescope.io/{Short}/poster/md.jpg", Uuid)]
    [InlineData("https://kinescope.io/embed/201234567", "201234567")]
    [InlineData("201234567", "201234567")]
    [InlineData("v1_a-b", "v1_a-b")]
    [InlineData("ZZZZZZZZZZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZZZZZZZZZZ")] // more than 128 bits
    [InlineData("6hkSeTa382Dp1LaU5CoUt0", "6hkSeTa382Dp1LaU5CoUt0")] // not of the alphabet
    [InlineData("0x000000-490e-491f-a9b0-c6ba3949c13d", "0x000000-490e-491f-a9b0-c6ba3949c13d")]
    [InlineData("2ac5d62b-490e-491f-a9b0-c6ba3949c13D", Uuid)]
    [InlineData("2ac5d62b-490e-491f-a9b0-c6ba3949c13g", "2ac5d62b-490e-491f-a9b0-c6ba3949c13g")]
    [InlineData("1111111111111111111112", "00000000-0000-0000-0000-000000000001")]
    [InlineData("111111111111111111112", "00000000-0000-0000-0000-000000000001")]
    [InlineData("xBuEXKpA6iqZQK5Kf2TnkV", "ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("xBuEXKpA6iqZQK5Kf2TnkW", "xBuEXKpA6iqZQK5Kf2TnkW")]
    public void An_id_is_read_from_what_people_have(string text, string id)
    {
        Assert.Equal(id, VideoIds.Read(text));
        Assert.Equal(id, VideoIds.Require(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("NaN")]
    [InlineData("../x")]
    [InlineData("a b")]
    [InlineData("https://kinescope.io/")]
    [InlineData("https://kinescope.io/embed/")]
    [InlineData("https://kinescope.io/blog/new-payment-model-at-kinescope")]
    [InlineData($"https://kinescope.io.example/{Uuid}")]
    [InlineData($"https://kinescope.io@example.org/{Uuid}")]
    [InlineData($"ftp://kinescope.io/{Uuid}")]
    [InlineData("https://[")]
    public void What_is_no_id_is_refused(string? text)
    {
        Assert.Null(VideoIds.Read(text));
        Assert.Equal(ErrorIds.VideoIdInvalid, Assert.Throws<KinescopeException>(() => VideoIds.Require(text ?? "")).ErrorId);
    }

    [Theory]
    [InlineData(Uuid, Short, true)]
    [InlineData("2AC5D62B-490E-491F-A9B0-C6BA3949C13D", Short, true)]
    [InlineData(Uuid, "6hkSeTa382Dp1LaU5CoUtX", false)] // its letters have a case
    [InlineData("201234567", "201234567", true)]
    [InlineData("201234567", "0201234567", false)]
    [InlineData("Ab", "ab", false)]
    [InlineData(null, null, true)]
    [InlineData(null, Uuid, false)]
    public void Two_ids_of_one_video_are_the_same(string? one, string? other, bool areSame)
    {
        Assert.Equal(areSame, VideoIds.AreSame(one, other));
        Assert.Equal(areSame, VideoIds.AreSame(other, one));
    }

    [Theory]
    [InlineData(Uuid, Short)]
    [InlineData(Short, Short)]
    [InlineData("00000000-0000-0000-0000-000000000001", "1111111111111111111112")]
    [InlineData("201234567", "201234567")]
    public void The_short_form_has_22_letters(string id, string shortId) => Assert.Equal(shortId, VideoIds.Short(id));

    [Theory]
    [InlineData(Uuid, nameof(VideoIdForm.Uuid))]
    [InlineData(Short, nameof(VideoIdForm.Short))]
    [InlineData("201234567", "")]
    [InlineData($"https://kinescope.io/{Short}", "")]
    public void The_form_of_an_id_is_told(string id, string form) => Assert.Equal(form, $"{VideoIds.FormOf(id)}");
}
