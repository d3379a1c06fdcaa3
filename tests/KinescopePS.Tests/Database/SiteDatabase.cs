using System.Data;
using System.Data.Common;
using System.Runtime.Loader;
using KinescopePS.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KinescopePS.Tests.Database;

/// <summary>A lesson's video columns.</summary>
internal sealed record VideoColumns(string? VideoId, string? VideoUrl);

/// <summary>A site's database as Prisma has made it, seen with a driver of the tests' own.</summary>
internal abstract class SiteDatabase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What the site's DATABASE_URL says.</summary>
    public abstract string Url { get; }

    /// <summary>A lesson's id, by a short name of the test's.</summary>
    public virtual string Id(string name) => name;

    public abstract Task<DbConnection> OpenAsync();

    /// <summary>Adds lessons that have no video.</summary>
    public Task AddAsync(params string[] names) => AddManyAsync(names.Select(name => (name, (string?)null, (string?)null)));

    /// <summary>Adds a lesson that has a video.</summary>
    public Task AddLinkedAsync(string name, string? videoId, string? videoUrl = null) => AddManyAsync([(name, videoId, videoUrl)]);

    /// <summary>Adds lessons that have videos.</summary>
    public Task AddLinkedAsync(IEnumerable<(string Name, string VideoId)> lessons) =>
        AddManyAsync(lessons.Select(lesson => (lesson.Name, (string?)lesson.VideoId, (string?)null)));

    /// <summary>All lessons that have a video or an address, by their ids.</summary>
    public async Task<SortedDictionary<string, VideoColumns>> LinkedAsync()
    {
        var rows = new SortedDictionary<string, VideoColumns>(StringComparer.Ordinal);
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT CAST("id" AS TEXT), "videoId", "videoUrl" FROM "Lesson" WHERE "videoId" IS NOT NULL OR "videoUrl" IS NOT NULL""";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows[reader.GetString(0)] = new VideoColumns(reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        return rows;
    }

    /// <summary>A lesson's video columns.</summary>
    public async Task<VideoColumns?> RowAsync(string name) => (await LinkedAsync()).GetValueOrDefault(Id(name));

    /// <summary>Waits until a lesson has this video.</summary>
    public async Task UntilLinkedAsync(string name, string videoId)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await RowAsync(name))?.VideoId != videoId)
            await Task.Delay(10, patience.Token);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(connection, sql);
    }

    /// <summary>The number that a query gives.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>SQL that makes the parameter <c>@id</c> a lesson's id.</summary>
    protected virtual string IdParameter => "@id";

    private async Task AddManyAsync(IEnumerable<(string Name, string? VideoId, string? VideoUrl)> lessons)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO "Lesson" ("id", "courseId", "title", "skillCategory", "updatedAt", "videoId", "videoUrl")
            SELECT {IdParameter}, "id", 'Урок', 'MARKETING', CURRENT_TIMESTAMP, @video, @url FROM "Course"
            """;
        var (id, video, url) = (Parameter(command, "@id"), Parameter(command, "@video"), Parameter(command, "@url"));
        await command.PrepareAsync();
        foreach (var (name, videoId, videoUrl) in lessons)
        {
            (id.Value, video.Value, url.Value) = (Id(name), videoId ?? (object)DBNull.Value, videoUrl ?? (object)DBNull.Value);
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    private static DbParameter Parameter(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.DbType) = (name, DbType.String);
        command.Parameters.Add(parameter);
        return parameter;
    }
}

internal sealed class SqliteSite(string path) : SiteDatabase
{
    public override string Url => $"file:{path}";

    public static async Task<SqliteSite> CreateAsync(string path)
    {
        var site = new SqliteSite(path);
        await using var connection = site.Connection(SqliteOpenMode.ReadWriteCreate);
        await connection.OpenAsync();
        await ExecuteAsync(connection, PrismaMigration.Sqlite);
        await ExecuteAsync(connection, """INSERT INTO "Course" ("id", "title", "slug", "updatedAt") VALUES ('02_ads', 'Реклама', 'ads', CURRENT_TIMESTAMP)""");
        return site;
    }

    public override async Task<DbConnection> OpenAsync()
    {
        var connection = Connection(SqliteOpenMode.ReadWrite);
        await connection.OpenAsync();
        return connection;
    }

    // The module's own copy of SQLite: two copies in one process undo each other's locks (https://www.sqlite.org/howtocorrupt.html, 2.2.1).
    private DbConnection Connection(SqliteOpenMode mode)
    {
        var module = AssemblyLoadContext.All.Single(context => context.Name == "KinescopePS");
        var type = module.LoadFromAssemblyName(typeof(SqliteConnection).Assembly.GetName()).GetType(typeof(SqliteConnection).FullName!)!;
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString();
        return (DbConnection)Activator.CreateInstance(type, connectionString)!;
    }
}

internal sealed class PostgresSite(PostgresCluster cluster, string schema, bool hasUuids, int? poolerPort) : SiteDatabase
{
    public override string Url => cluster.Url($"schema={schema}", port: poolerPort);

    protected override string IdParameter => hasUuids ? "@id::uuid" : "@id";

    /// <summary>Makes the schema anew.</summary>
    public static async Task<PostgresSite> CreateAsync(PostgresCluster cluster, string schema = "public", bool hasUuids = false, int? poolerPort = null)
    {
        cluster.Require();
        await cluster.ExecuteAsync($"""
            DROP SCHEMA IF EXISTS "{schema}" CASCADE;
            CREATE SCHEMA "{schema}" AUTHORIZATION "{PostgresCluster.Owner}";
            SET ROLE "{PostgresCluster.Owner}";
            SET search_path TO "{schema}";
            {PrismaMigration.PostgreSql(hasUuids ? "UUID" : "TEXT")}
            INSERT INTO "Course" ("id", "title", "slug", "updatedAt")
            VALUES ('00000000-0000-4000-8000-0000000002ad', 'Реклама', 'ads', CURRENT_TIMESTAMP);
            """);
        return new PostgresSite(cluster, schema, hasUuids, poolerPort);
    }

    /// <summary>A name's last 12 hexadecimal digits make an id of the database's kind.</summary>
    public override string Id(string name) =>
        hasUuids ? $"c0ffee00-0000-4000-8000-{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(name)).PadLeft(12, '0')[^12..]}" : name;

    public override async Task<DbConnection> OpenAsync()
    {
        var connection = await cluster.OpenAsync();
        await ExecuteAsync(connection, $"SET search_path TO \"{schema}\"; SET ROLE \"{PostgresCluster.Owner}\"");
        return connection;
    }
}
