namespace KinescopePS.Tests.Account;

/// <summary>What Kinescope's refusals become.</summary>
public sealed class ErrorTests : AccountTest
{
    [Fact]
    public async Task What_does_not_fit_is_named()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 400, body = """{"error":{"code":402402,"message":"did not validate","invalid_params":[{"name":"title","reason":"max","message":"too long"},7]}}""" }));

        var error = Session.Run("Invoke-KinescopeApi videos").LastError;

        Assert.StartsWith("RequestInvalid,", error.FullyQualifiedErrorId);
        Assert.Contains("title: too long", error.Exception.Message);
    }

    [Theory]
    [InlineData(400, 400400, "RequestInvalid")]
    [InlineData(400, 402402, "RequestInvalid")]
    [InlineData(402, 402402, "RequestInvalid")]
    [InlineData(422, 422422, "RequestInvalid")]
    [InlineData(400, 400301, "IdInvalid")]
    [InlineData(402, 400207, "PaymentRequired")]
    public async Task A_refusal_names_each_parameter_whatever_its_code(int status, int code, string errorId)
    {
        Connect().RequireNoErrors();
        var body = $$$"""{"error":{"code":{{{code}}},"message":"bad","invalid_params":[{"index":0,"name":"project_id","reason":"required","message":""},{"name":"tags"}]}}""";
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status, body }));

        var error = Session.Run("Invoke-KinescopeApi videos").LastError;

        Assert.StartsWith(errorId + ",", error.FullyQualifiedErrorId);
        Assert.Contains("project_id: required; tags", error.Exception.Message);
    }

    [Fact]
    public async Task Fields_that_differ_only_in_case_are_no_error()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "alter", body = """{"data":{"name":1,"NAME":2,"":3}}""" }));

        var result = Session.Run("(Invoke-KinescopeApi videos).name").RequireNoErrors();

        Assert.Equal(2L, Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public async Task FoundB02_Names_that_PowerShell_keeps_to_itself_are_no_error()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "alter", body = """{"data":[{"PSObject":1,"psbase":2,"pstypenames":["a"],"":3,"n":1e999,"\u001b[2J":"\u001b]0;x\u0007\nb","\ud83d":4}]}""" }));

        var item = Assert.Single(Session.Run("Invoke-KinescopeApi videos").RequireNoErrors().Output);

        Assert.Equal(["PSObject_", "psbase_", "pstypenames_", "_", "n", "\uFFFD[2J", "\uFFFD"], item.Properties.Select(property => property.Name));
        Assert.Equal("\uFFFD]0;x\uFFFD\nb", item.Properties["\uFFFD[2J"].Value);
    }

    [Fact]
    public async Task A_proxys_page_is_quoted_short_and_harmless()
    {
        Session.Connect("-MaxRetry 0");
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 502, body = $"<html><head><title>502</title></head><body>\u001b[31mBad\u0007 gateway {new string('x', 5000)}</body></html>" }));

        var message = Session.Run("Invoke-KinescopeApi videos").LastError.Exception.Message;

        Assert.Contains("Bad gateway", message.Replace("[31m", ""));
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 500, message);
    }
}
