using System.Net;

namespace KinescopePS.Tests.Errors;

public class KinescopeExceptionTests
{
    private static readonly KinescopeRequestException Refusal = new(ErrorIds.KinescopeUnavailable, "HTTP 503.", HttpStatusCode.ServiceUnavailable, 500503)
    {
        RequestId = "r-1",
        RetryAfter = TimeSpan.FromSeconds(7),
        Location = new Uri("https://kinescope.io/elsewhere"),
        MaxSize = 42,
    };

    public static TheoryData<string> Renamings => ["About", "Saying", "As"];

    [Theory]
    [MemberData(nameof(Renamings))]
    public void A_failure_named_anew_keeps_the_facts_of_its_request(string way)
    {
        var named = Assert.IsType<KinescopeRequestException>(Rename(way));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, named.StatusCode);
        Assert.Equal(500503, named.Code);
        Assert.Equal("r-1", named.RequestId);
        Assert.Equal(TimeSpan.FromSeconds(7), named.RetryAfter);
        Assert.Equal(Refusal.Location, named.Location);
        Assert.Equal(42, named.MaxSize);
        Assert.Same(Refusal, named.InnerException);
    }

    [Fact]
    public void The_subject_goes_before_the_message()
    {
        var named = Refusal.About("lesson 'l7'").About("course 'c'");

        Assert.Equal("course 'c': lesson 'l7': HTTP 503.", named.Message);
        Assert.Equal(ErrorIds.KinescopeUnavailable, named.ErrorId);
        Assert.True(named.IsTransient);
    }

    [Fact]
    public void What_was_said_of_this_case_alone_outlives_other_words()
    {
        var stopping = new KinescopeException(ErrorIds.AnswerInvalid, "A redirect.") { StopsRun = true };

        Assert.True(stopping.About("lesson 'l7'").StopsRun);
        Assert.False(Refusal.Saying("Perhaps done.", isTransient: false).About("lesson 'l7'").IsTransient);
    }

    [Fact]
    public void Another_id_brings_its_own_transience_and_stop()
    {
        Assert.False(Refusal.As(ErrorIds.UploadExpired, "Gone.").IsTransient);
        Assert.True(Refusal.As(ErrorIds.TokenRejected, "No.").StopsRun);
    }

    private static KinescopeException Rename(string way) => way switch
    {
        "About" => Refusal.About("lesson 'l7'"),
        "Saying" => Refusal.Saying("Other words."),
        _ => Refusal.As(ErrorIds.UploadExpired, "Gone."),
    };
}
