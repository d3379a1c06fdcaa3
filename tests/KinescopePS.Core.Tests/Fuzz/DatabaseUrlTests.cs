using CsCheck;
using KinescopePS.Database;

namespace KinescopePS.Tests.Fuzz;

/// <summary>A site's DATABASE_URL beside what pg-connection-string, of npm, reads in it.</summary>
[Collection(nameof(NodeSite))]
public sealed class DatabaseUrlTests(NodeSite site)
{
    private static Gen<string> Urls { get; } = Gen.Select(
        Gen.OneOf("postgresql://", "postgres://"),
        Gen.OneOf("ann:secret@", "ann@", "a%20n:s%40%2F%3A@", "ann:p%25@", "ann:a%C3%A9@", "ann:a:b@", "ann:100%25@", "%D1%8F:%D1%8F@"),
        Gen.OneOf("db.example", "127.0.0.1", "DB.example", "localhost", "db-1.eu.example"),
        Gen.OneOf("", ":5433", ":65535"),
        // Of a database's name pg leaves signs such as %2B as they are; libpq and Prisma, as we, decode them.
        Gen.OneOf("/site", "/my%20site", "/%D1%83", "/a-b_c"),
        Gen.OneOf("", "?schema=x", "?connection_limit=5&pgbouncer=true", "?host=%2Frun%2Fpg", "?application_name=a"),
        (scheme, user, host, port, path, query) => scheme + user + host + port + path + query);

    [Fact]
    public void Host_port_database_user_and_password_are_those_that_the_site_reads()
    {
        site.Require();
        Urls.Check(Compare, Fuzz.Quoted, count: 1000);
    }

    private void Compare(string url)
    {
        var expected = site.ReadAddress(url);
        Assert.NotNull(expected);
        var connection = ((PostgresAddress)DatabaseAddress.Parse(url, Path.GetTempPath(), null, _ => null)).Connection;

        Assert.Equal(
            (expected["host"].ToLowerInvariant(), expected.GetValueOrDefault("port", "5432"), expected["database"], expected["user"], expected.GetValueOrDefault("password")),
            (connection.Host!.ToLowerInvariant(), $"{connection.Port}", connection.Database, connection.Username, connection.Password));
    }
}
