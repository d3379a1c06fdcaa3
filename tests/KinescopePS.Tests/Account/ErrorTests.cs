namespace KinescopePS.Tests.Account;

/// <summary>What Kinescope's refusals become.</summary>
public sealed class ErrorTests : AccountTest
{
    [Theory]
    [InlineData(400, 1, "RequestInvalid")]
    [InlineData(400, 100101, "TokenRejected")]
    [InlineData(401, 100102, "TokenRejected")]
    [InlineData(403, 100103, "AccessDenied")]
    [InlineData(403, 100107, "AccessDenied")]
    [InlineData(400, 100106, "PaymentRequired")]
    [InlineData(400, 400101, "RequestInvalid")]
    [InlineData(400, 400102, "RequestInvalid")]
    [InlineData(400, 400201, "NameTaken")]
    [InlineData(400, 400203, "NameTaken")]
    [InlineData(400, 400207, "PaymentRequired")]
    [InlineData(402, 400208, "PaymentRequired")]
    [InlineData(400, 400209, "PaymentRequired")]
    [InlineData(400, 400210, "PaymentRequired")]
    [InlineData(400, 400211, "PaymentRequired")]
    [InlineData(402, 400212, "PaymentRequired")]
    [InlineData(400, 400216, "OrderNotAllowed")]
    [InlineData(400, 400301, "IdInvalid")]
    [InlineData(400, 400400, "RequestInvalid")]
    [InlineData(400, 400419, "VideoAlreadyExists")]
    [InlineData(400, 402402, "RequestInvalid")]
    [InlineData(402, 402402, "RequestInvalid")]
    [InlineData(404, 404404, "EntityNotFound")]
    [InlineData(500, 500500, "KinescopeUnavailable")]
    [InlineData(400, 610100, "VideoProcessingFailed")]
    [InlineData(429, 429429, "RateLimited")]
    [InlineData(418, 999999, "RequestInvalid")]
    public async Task Each_code_has_its_error_with_the_requests_id(int status, int code, string errorId)
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status, code, message = "the platform's words" }));

        var error = Session.Run("Invoke-KinescopeApi videos -MaxRetry 0").LastError;

        Assert.StartsWith(errorId + ",", error.FullyQualifiedErrorId);
        var requestId = (string)error.Exception.GetType().GetProperty("RequestId")!.GetValue(error.Exception)!;
        Assert.NotEmpty(requestId);
        Assert.Contains(requestId, error.Exception.Message);
        Assert.Contains($"code {code}: the platform's words.", error.Exception.Message);
        var entry = Assert.Single(await Sandbox.RequestsAsync("GET", "/v1/videos"));
        Assert.Equal(entry.GetProperty("request_id").GetString(), requestId);
        if (code < 900000)
            Assert.Matches(@"words\. \w.*\. \(X-Request-ID", error.Exception.Message);
    }

    [Fact]
    public async Task What_does_not_fit_is_named()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 400, body = """{"error":{"code":402402,"message":"did not validate","invalid_params":[{"name":"title","reason":"max","message":"too long"},7]}}""" }));

        var error = Session.Run("Invoke-KinescopeApi videos").LastError;

        Assert.StartsWith("RequestInvalid,", error.FullyQualifiedErrorId);
        Assert.Contains("title: too long", error.Exception.Message);
    }

    [Fact]
    public async Task A_proxys_page_is_quoted_short_and_harmless()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 502, body = $"<html><head><title>502</title></head><body>\u001b[31mBad\u0007 gateway {new string('x', 5000)}</body></html>" }));

        var message = Session.Run("Invoke-KinescopeApi videos -MaxRetry 0").LastError.Exception.Message;

        Assert.Contains("Bad gateway", message.Replace("[31m", ""));
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 500, message);
    }

    [Fact]
    public async Task A_success_that_is_not_Kinescopes_is_said_so()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 200, body = "<html>Sign in</html>" }));

        Assert.Equal(["AnswerInvalid"], Session.Run("Get-KinescopeVideo").ErrorIds);
    }
}
