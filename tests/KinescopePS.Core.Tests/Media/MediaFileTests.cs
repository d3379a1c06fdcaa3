using System.Text;
using KinescopePS.Media;
using KinescopePS.Probe;

namespace KinescopePS.Tests.Media;

/// <summary>A glance at video files, whole and broken.</summary>
public class MediaFileTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(90);

    public static TheoryData<string> Whole => [.. Files.Keys];

    private static readonly Dictionary<string, (string Container, byte[] Bytes)> Files = new()
    {
        ["mp4"] = ("MP4", Films.Mp4()),
        ["mov"] = ("QuickTime", Films.QuickTime()),
        ["fragments"] = ("MP4", Films.Fragments()),
        ["mkv"] = ("Matroska", Films.Matroska()),
        ["webm"] = ("WebM", Films.Matroska("webm")),
        ["webm of a stream"] = ("WebM", Films.Matroska("webm", hasSize: false)),
        ["avi"] = ("AVI", Films.Avi()),
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Tells_container_duration_and_video_of_a_whole_file(string name)
    {
        var (container, bytes) = Files[name];

        Assert.Equal(new MediaGlance(container) { Duration = Length, HasVideo = true }, Films.Glance(bytes));
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Tells_a_download_that_stopped_wherever_it_did(string name)
    {
        var file = Files[name].Bytes;

        foreach (var share in (double[])[0.01, 0.1, 0.5, 0.9, 0.99])
        {
            var glance = Films.Glance(file[..(int)(file.Length * share)]);
            Assert.True(glance.Problem is MediaProblem.Truncated or MediaProblem.NoIndex or MediaProblem.Damaged or MediaProblem.Unrecognised, $"{share}: {glance}");
        }
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Tells_a_file_whose_room_was_reserved_and_not_filled(string name)
    {
        var file = (byte[])Files[name].Bytes.Clone();
        file.AsSpan(file.Length / 2).Clear();

        Assert.Equal(MediaProblem.ZeroTail, Films.Glance(file).Problem);
    }

    [Fact]
    public void Says_how_long_a_cut_file_should_be()
    {
        var film = Films.Mp4();

        Assert.Equal(film.Length, Films.Glance(film[..^1000]).ExpectedLength);
        Assert.Equal(Length, Films.Glance(film[..^1000]).Duration);
    }

    [Fact]
    public void Misses_the_index_that_a_recorder_writes_last() =>
        Assert.Equal(MediaProblem.NoIndex, Films.Glance([.. Films.FileType("isom"), .. Films.MediaData()]).Problem);

    [Fact]
    public void Misses_what_the_index_points_to_where_the_video_does_not_say_its_size()
    {
        byte[] endless = [.. Films.FileType("isom"), .. Films.Box("moov", Films.Box("trak", Films.Box("mdia", Films.Box("minf", Films.Box("stbl", Films.Box("stco", Films.Numbers(0, 1, 900_000))))))), .. Films.Numbers(0), .. Films.MediaData().AsSpan(4)];

        Assert.Equal(MediaProblem.Truncated, Films.Glance(endless).Problem);
    }

    [Fact]
    public void Tells_sound_without_a_picture()
    {
        Assert.Equal(MediaProblem.NoVideo, Films.Glance(Films.Mp4("soun")).Problem);
        Assert.Equal(MediaProblem.NoVideo, Films.Glance(Films.Matroska(track: 2)).Problem);
        Assert.Equal(MediaProblem.NoVideo, Films.Glance(Films.Avi("auds")).Problem);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>")]
    [InlineData("\ufeff{\"error\": \"нет доступа\"}")]
    [InlineData("The free file of 2026")]
    public void Tells_text(string text) =>
        Assert.Equal(MediaProblem.Text, Films.Glance([.. Encoding.UTF8.GetPreamble().Take(text[0] == '\ufeff' ? 3 : 0), .. Encoding.UTF8.GetBytes(text.TrimStart('\ufeff'))]).Problem);

    [Fact]
    public void Tells_zeros_and_noise()
    {
        var noise = new byte[5000];
        new Random(1).NextBytes(noise);

        Assert.Equal(MediaProblem.Zeros, Films.Glance(new byte[5000]).Problem);
        Assert.Equal(MediaProblem.Unrecognised, Films.Glance(noise).Problem);
        Assert.Equal(MediaProblem.Unrecognised, Films.Glance([0x1A]).Problem);
    }

    [Fact]
    public void Knows_other_containers_by_their_beginning()
    {
        var stream = new byte[188 * 4];
        for (var at = 0; at < stream.Length; at += 188)
            stream[at] = 0x47;

        Assert.Equal(new MediaGlance("MPEG transport stream"), Films.Glance(stream));
        Assert.Equal(new MediaGlance("Flash video"), Films.Glance([.. "FLV\u0001"u8, .. new byte[100]]));
    }

    [Fact]
    public void Leaves_what_was_added_behind_a_whole_file()
    {
        Assert.Equal(MediaProblem.None, Films.Glance([.. Films.Mp4(), .. "TAGsomebody's notes, longer than a box header"u8]).Problem);
        Assert.Equal(MediaProblem.None, Films.Glance([.. Films.Mp4(), .. new byte[5000]]).Problem);
        Assert.Equal(MediaProblem.None, Films.Glance([.. Films.Mp4(), .. Films.Box("free", new byte[100_000])]).Problem);
    }

    [Fact]
    public void Knows_the_probes_film()
    {
        var glance = Films.Glance(ProbeFilm.Create());

        Assert.Equal((MediaProblem.None, "MP4", true), (glance.Problem, glance.Container, glance.HasVideo));
        Assert.True(glance.Duration > TimeSpan.Zero);
    }

    [Fact]
    public void Reads_little_of_a_file_of_many_parts()
    {
        byte[] film = [.. Films.FileType("isom"), .. Films.Movie("vide"), .. Enumerable.Range(0, 20_000).SelectMany(_ => Films.Box("free"))];
        var reads = 0;
        var bytes = new MediaBytes(film.Length, (buffer, offset) =>
        {
            reads++;
            film.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        });

        Assert.Equal(MediaProblem.None, MediaFile.Glance(bytes).Problem);
        Assert.InRange(reads, 1, 5000);
    }
}
