using System.Management.Automation;
using System.Net;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Errors;

/// <summary>The road of a refused PATCH to the error record.</summary>
public sealed class UploadErrorTests : UploadTest
{
    [Fact]
    public async Task FoundB13_Status_and_request_id_of_a_refused_PATCH_are_in_the_error_record()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 500, code = 500500, message = "storage blocked" }, times: null));

        var result = Send(connection: "-MaxRetry 0");

        var record = Assert.Single(result.Errors);
        Assert.True(record.FullyQualifiedErrorId.StartsWith("KinescopeUnavailable,"), $"{record}");
        var requestId = (await PatchesAsync())[^1].GetProperty("request_id").GetString()!;
        Assert.Equal(ErrorCategory.ConnectionError, record.CategoryInfo.Category);
        // The module's types live in a load context of their own.
        var exception = new PSObject(record.Exception);
        Assert.Equal("KinescopeRequestException", record.Exception.GetType().Name);
        Assert.Equal(HttpStatusCode.InternalServerError, exception.Properties["StatusCode"].Value);
        Assert.Equal(500500, exception.Properties["Code"].Value);
        Assert.Equal(requestId, exception.Properties["RequestId"].Value);
        Assert.Equal(true, exception.Properties["IsTransient"].Value);
        Assert.Contains("'l0'", record.Exception.Message);
    }
}
