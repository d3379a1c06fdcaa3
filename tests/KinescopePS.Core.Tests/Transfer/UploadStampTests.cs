using KinescopePS.Transfer;

namespace KinescopePS.Tests.Transfer;

/// <summary>The text by which a video is recognised.</summary>
public sealed class UploadStampTests
{
    [Fact]
    public void A_stamp_tells_the_lesson_and_the_content_apart()
    {
        var stamp = UploadStamp.Of("l1", "print", "01234567");

        Assert.Matches("^KPS1-[0-9a-f]{12}-[0-9a-f]{12}-01234567$", stamp.ToString());
        Assert.Equal(stamp.Lesson, UploadStamp.Of("l1", "other", "89abcdef").Lesson);
        Assert.Equal(stamp.Content, UploadStamp.Of("l2", "print", "89abcdef").Content);
        Assert.NotEqual(stamp.Content, UploadStamp.Of("l1", "other", "01234567").Content);
        Assert.NotEqual(stamp.Lesson, UploadStamp.Of("l2", "print", "01234567").Lesson);
        Assert.True(stamp.IsOf("l1", "print"));
        Assert.False(stamp.IsOf("l1", "other"));
    }

    [Fact]
    public void Stamps_are_read_from_descriptions_and_tags_among_other_text()
    {
        var (one, other) = (UploadStamp.Of("l1", "print", "01234567"), UploadStamp.Of("l2", "print", "89abcdef"));
        var video = new KinescopeVideo { VideoId = "v", Title = "t", Description = $"A talk ({one}).", Status = "done", Tags = ["talks", $"{other}"] };

        Assert.Equal([one, other], UploadStamp.On(video).Order(Comparer<UploadStamp>.Create((a, b) => string.CompareOrdinal(a.Attempt, b.Attempt))));
    }

    [Fact]
    public void A_new_description_and_new_tags_keep_what_is_recognised_by()
    {
        var stamp = UploadStamp.Of("l1", "print", "01234567");

        Assert.Equal($"New\n{stamp}", UploadStamp.Keep("New", $"Old {stamp}"));
        Assert.Equal($"{stamp}", UploadStamp.Keep("", $"{stamp}"));
        Assert.Equal($"Moved {stamp}", UploadStamp.Keep($"Moved {stamp}", $"{stamp}"));
        Assert.Equal(["a", $"{stamp}"], UploadStamp.Keep(["a"], ["b", $"{stamp}"]));
        Assert.Equal("A talk.", UploadStamp.Remove($"A talk. {stamp}"));
    }

    [Fact]
    public void A_text_with_the_stamp_of_a_content_that_was_replaced_gets_that_of_the_new_one()
    {
        var (old, now) = (UploadStamp.Of("l1", "old", "01234567"), UploadStamp.Of("l1", "new", "89abcdef"));
        var inDescription = new KinescopeVideo { VideoId = "v", Description = $"Text\n{now}", Tags = ["a"] };
        var inTag = new KinescopeVideo { VideoId = "v", Description = "Text", Tags = ["a", $"{now}"] };

        Assert.Equal($"Before\n{now}", UploadStamp.Keep($"Before\n{old}", inDescription));
        Assert.Equal($"{now} first", UploadStamp.Keep($"{now} first", inDescription));
        Assert.Equal("Before", UploadStamp.Keep($"Before\n{old}", inTag));
        Assert.Equal(["b", $"{now}"], UploadStamp.Keep(["b", $"{old}"], inTag));
        Assert.Equal(["b"], UploadStamp.Keep(["b", $"{old}"], inDescription));
        Assert.Equal($"Before\n{old}", UploadStamp.Keep($"Before\n{old}", new KinescopeVideo { VideoId = "v" }));
    }
}
