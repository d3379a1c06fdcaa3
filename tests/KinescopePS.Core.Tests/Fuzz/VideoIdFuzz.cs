using CsCheck;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Ids by chance: a UUID comes back from its short form, and any text is read or left alone.</summary>
public sealed class VideoIdFuzz
{
    [Fact]
    public void Each_uuid_comes_back_from_its_short_form() => Gen.Guid.Check(uuid =>
    {
        var id = uuid.ToString();
        var shortId = VideoIds.Short(id);

        Assert.Equal(22, shortId.Length);
        Assert.Equal(VideoIdForm.Short, VideoIds.FormOf(shortId));
        Assert.Equal(id, VideoIds.Canonical(shortId));
        Assert.Equal(id, VideoIds.Read($"https://kinescope.io/embed/{shortId}?x=1"));
        Assert.True(VideoIds.AreSame(id.ToUpperInvariant(), shortId));
    }, uuid => Fuzz.Quoted($"{uuid}"));

    [Fact]
    public void Any_text_is_an_id_or_none_and_what_was_read_stays() =>
        Gen.Select(Gen.OneOf("", "kinescope.io/", "https://kinescope.io/embed/", "//"), Inputs.Text, (head, text) => head + text).Check(text =>
        {
            if (VideoIds.Read(text) is not { } id)
                return;
            Assert.True(VideoIds.IsId(id));
            Assert.Equal(id, VideoIds.Read(id));
            Assert.Equal(id, VideoIds.Canonical(id));
        }, Fuzz.Quoted);
}
