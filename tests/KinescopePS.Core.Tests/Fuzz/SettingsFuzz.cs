using System.Globalization;
using CsCheck;
using KinescopePS.Database;
using KinescopePS.Kinescope;
using KinescopePS.Settings;
using KinescopePS.Tus;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Settings as people mistype them: they are read, or refused by one error that repeats no secret.</summary>
public sealed class SettingsFuzz : IDisposable
{
    private const string Secret = "s3cretWord";

    private readonly TemporaryFolder _folder = new();

    private static Gen<string> EnvironmentText { get; } =
        Gen.Select(
            Gen.OneOf("A", "B", "export C", " D ", "1E", "", "#F", "A.B", "A-B"),
            Gen.OneOf("=", " = ", ": ", "", "=="),
            Gen.OneOf(Inputs.Text, Gen.OneOf("\"a\\\"b\"", "'it's'", "`a`", "${A}", "${A:-b}", "${A-b}", "$A", "\\$A", "\"open", "a # b", "\"two\nlines\"", "${A:-${B}}", "${A")),
            (name, sign, value) => name + sign + value).Array[0, 6].Select(lines => string.Join('\n', lines));

    private static Gen<string> Address { get; } =
        Gen.Select(
            Gen.OneOf("postgresql://", "postgres://", "POSTGRES:", "file:", "sqlite:", "mysql://", ""),
            Gen.OneOf("", $"ann:{Secret}@", "ann@", $"a%20n:{Secret}%40@", $"ann:{Secret}/@", ":@", "@"),
            Gen.OneOf("db.example", "[::1]", "[::1", "127.0.0.1", "", "хост", "a b", "%2Ftmp"),
            Gen.OneOf("", ":5432", ":0", ":99999", ":x", ":"),
            Gen.OneOf("", "/", "/site", "/site/two", "/%ff", "/my%20site", "/./dev.db"),
            Gen.OneOf(Gen.Const(""), Gen.OneOf("?schema=x", "?sslmode=maybe", "?host=/run", "?connection_limit=-1", "?sslcert=none.pem", "?%zz=%", "?schema=%00"), Inputs.Text.Select(text => "?" + text)),
            (scheme, user, host, port, path, query) => scheme + user + host + port + path + query);

    private static Gen<string> TimetableText { get; } =
        Gen.Select(
            Gen.OneOf("", "09:00=", "9:00=", "23:59=", "24:00=", "00:00=", "x=", "09:00=="),
            Gen.OneOf("off", "20MB", "1.5M", "1k", "1023", "1024", "0", "-1", "1e3", "1,5M", "9999999999G", "NaN", "∞", ""),
            (time, rate) => time + rate).Array[0, 4].Select(entries => string.Join(' ', entries));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_list_of_hosts_is_read_or_refused() =>
        Gen.Select(
            Gen.OneOf("", "*.", ".", "*", "https://", "ann@"),
            Gen.OneOf(Gen.OneOf("cdn.example", "1.2.3", "[::1]", "::1", "[::1", "хост.рф", "a_b", "-", "%", ""), Inputs.Text),
            Gen.OneOf("", ":1", ":0", ":65536", ":x", ":", "/x", ",", "; b.example"),
            (head, name, tail) => head + name + tail).Check(text =>
            {
                try
                {
                    var hosts = HostList.Parse([text], "KINESCOPE_UPLOAD_HOSTS");
                    Assert.False(hosts.Contains(new Uri("https://evil.example.org/")) && !text.Contains("evil"));
                }
                catch (KinescopeException refusal)
                {
                    Assert.Equal(ErrorIds.UriInvalid, refusal.ErrorId);
                }
            }, Fuzz.Quoted);

    [Fact]
    public void An_environment_file_is_read_or_its_line_is_named() => Inputs.Mutated(EnvironmentText).Check(
        text =>
        {
            var (settings, malformed) = (new Dictionary<string, FileSetting>(), new List<int>());
            try
            {
                EnvironmentFile.Read(_folder.Write(".env", text), settings, malformed.Add);
                Assert.All(malformed, line => Assert.InRange(line, 1, text.Split('\n').Length + text.Count(letter => letter == '\r')));
            }
            catch (KinescopeException failure)
            {
                Assert.Equal(ErrorIds.EnvironmentFileUnreadable, failure.ErrorId);
            }
        },
        Fuzz.Quoted);

    [Fact]
    public void A_database_address_is_read_or_refused_without_its_password() => Inputs.Mutated(Address).Check(
        text =>
        {
            try
            {
                if (DatabaseAddress.Parse(text, _folder.Path, null, _ => null) is PostgresAddress address)
                    Assert.DoesNotContain(Secret, address.DisplayName);
            }
            catch (KinescopeException failure)
            {
                Assert.Contains(failure.ErrorId, new[] { ErrorIds.DatabaseUrlInvalid, ErrorIds.CertificateRejected });
                Assert.DoesNotContain(Secret, failure.Message);
            }
        },
        Fuzz.Quoted,
        count: 3000);

    [Fact]
    public void A_timetable_holds_the_rate_of_its_last_entry_before_the_time() => Gen.Select(TimetableText, Gen.Int[0, 1439], (text, minute) => (text, minute)).Check(
        input =>
        {
            BandwidthTimetable timetable;
            try
            {
                timetable = BandwidthTimetable.Parse(input.text);
            }
            catch (KinescopeException failure)
            {
                Assert.Equal(ErrorIds.BandwidthLimitInvalid, failure.ErrorId);
                return;
            }

            var time = TimeOnly.MinValue.AddMinutes(input.minute);
            var entries = input.text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=') is [var from, var rate] ? new Entry(TimeOnly.Parse(from, CultureInfo.InvariantCulture), rate) : new Entry(TimeOnly.MinValue, entry)).ToList();
            var last = entries.MaxBy(entry => entry.From)!.From;
            var current = entries.LastOrDefault(entry => entry.From == entries.Where(other => other.From <= time).Select(other => other.From).DefaultIfEmpty(last).Max())!;
            Assert.Equal(BandwidthTimetable.Parse(current.Rate).RateAt(time), timetable.RateAt(time));
        },
        input => Fuzz.Quoted(input.text),
        count: 3000);

    private sealed record Entry(TimeOnly From, string Rate);
}
