using System.Text;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The lesson's file has an awkward size or name.</summary>
public sealed class NameAndSizeFaults : UploadTest
{
    [Fact]
    public async Task Fault37_Empty_file_is_refused_and_the_others_are_sent()
    {
        WriteCourse(2);
        File.WriteAllBytes(Folder["0.mp4"], []);

        var result = Send();

        Assert.Equal(["LessonFileEmpty"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Theory]
    [InlineData((1L << 31) + 5)]
    [InlineData((1L << 32) + 5)]
    public async Task Fault37_Sizes_beyond_31_and_32_bits_are_exact(long length)
    {
        WriteCourse(1);
        using (var sparse = File.OpenWrite(Folder["0.mp4"]))
            sparse.SetLength(length);
        await FailAfterAsync(0);
        // The server tells of all but five bytes, so that the test need not carry the gigabytes.
        await Sandbox.SetFaultsAsync(
            Fault("HEAD", UploadPath, new { kind = "answer", status = 200, headers = new Dictionary<string, string> { ["Upload-Offset"] = $"{length - 5}", ["Upload-Length"] = $"{length}" } }),
            PatchFault(new { kind = "answer", status = 204, when = "after-body", headers = new Dictionary<string, string> { ["Upload-Offset"] = $"{length}" } }));
        await Sandbox.ForgetRequestsAsync();

        var result = Send().RequireNoErrors();

        Assert.Equal([length], result.Values("Length"));
        var patch = Assert.Single(await PatchesAsync());
        Assert.Equal(length - 5, patch.GetProperty("offset").GetInt64());
        Assert.Equal(5, patch.GetProperty("body_bytes").GetInt64());
    }

    [Fact]
    public async Task Fault37_Size_at_the_border_of_a_request_has_no_empty_last_request()
    {
        const int Border = 16 << 20;
        WriteCourse(1, 2 * Border);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "discard", after_bytes = Border }, times: null));

        Send().RequireNoErrors();

        var patches = await PatchesAsync();
        Assert.All(patches, patch => Assert.InRange(long.Parse(patch.GetProperty("headers").GetProperty("Content-Length").GetString()!), 1, 2 * Border));
        Assert.Equal(2L * Border, BytesOf(patches.Where(patch => patch.GetProperty("status").ValueKind == System.Text.Json.JsonValueKind.Number)));
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault38_Awkward_names_arrive_as_they_are(bool withWorkspace)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names that Windows does not allow.");
        Session.Use(Sandbox, withWorkspace);
        string[] names =
        [
            "Ё й".Normalize(NormalizationForm.FormD) + ".mp4",
            "👩‍🏫 урок 🎬.mp4",
            new string('ж', 125) + "x.mp4",
            string.Join('/', Enumerable.Repeat(new string('d', 200), 12)) + "/deep.mp4",
            "it's \"quoted\" `$(x)` [1]*?.mp4",
            "two\nlines\tand a tab.mp4",
            " spaces .mp4",
        ];
        for (var i = 0; i < names.Length; i++)
            Folder.WriteVideo(names[i], 1000, seed: i);
        // The manifest spells the first one in the other Unicode form.
        WriteManifest([names[0].Normalize(NormalizationForm.FormC), .. names[1..]]);

        var result = Send().RequireNoErrors();

        Assert.Equal(names.Length, result.Output.Count);
        var held = new List<string>();
        foreach (var video in await Sandbox.VideosAsync())
            held.Add(await Sandbox.Sha256Async(video.GetProperty("id").GetString()!));
        Assert.Equal(names.Select(name => Sha256Of(Folder[name])).Order(), held.Order());
        Assert.All(Send().RequireNoErrors().Texts("Status"), status => Assert.Equal("Skipped", status));
    }

    [Fact]
    public async Task Fault38_Twins_in_two_Unicode_forms_are_an_error_and_the_others_are_sent()
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "The file system knows one of them only.");
        Folder.WriteVideo("Ё.MP4".Normalize(NormalizationForm.FormC), 10);
        Folder.WriteVideo("Ё.MP4".Normalize(NormalizationForm.FormD), 10);
        Folder.WriteVideo("other.mp4", 10);
        WriteManifest(["Ё.mp4", "other.mp4"]);

        var result = Send();

        Assert.Equal(["LessonFileAmbiguous"], result.ErrorIds);
        Assert.Equal("l1 Uploaded", Statuses(result).Last());
        Assert.Single(await Sandbox.VideosAsync());
    }

    private void WriteManifest(IReadOnlyList<string> files) => Folder.Write("manifest.json", JsonSerializer.Serialize(new
    {
        courses = new[] { new { id = "c", modules = new[] { new { id = "m", lessons = files.Select((file, i) => new { id = $"l{i}", filepath = file, title_original = Path.GetFileName(file) }) } } } },
    }));
}
