using Microsoft.Data.Sqlite;

namespace KinescopePS.Tests.Support;

/// <summary>
/// A SQLite lesson table as Prisma makes it. Not to be opened while a cmdlet of this process works on it: two copies of SQLite in
/// one process undo each other's locks.
/// </summary>
internal static class SqliteLessons
{
    /// <summary>Creates the file with these lessons, none of which has a video.</summary>
    public static void Create(string path, IEnumerable<string> lessonIds)
    {
        using var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        using var transaction = connection.BeginTransaction();
        Execute(connection, """CREATE TABLE "Lesson" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT NOT NULL, "videoUrl" TEXT, "videoId" TEXT)""");
        foreach (var id in lessonIds)
            Execute(connection, """INSERT INTO "Lesson" ("id", "title") VALUES ($id, $id)""", id);
        transaction.Commit();
    }

    /// <summary>Creates the file with lessons of courses, which have a table of their own.</summary>
    public static void CreateCourses(string path, IEnumerable<(string Id, string Title, string Course, long Order)> lessons)
    {
        using var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        using var transaction = connection.BeginTransaction();
        Execute(connection, """
            CREATE TABLE "Course" ("id" TEXT NOT NULL PRIMARY KEY, "title" TEXT NOT NULL);
            CREATE TABLE "Lesson" ("id" TEXT NOT NULL PRIMARY KEY, "courseId" TEXT NOT NULL REFERENCES "Course", "title" TEXT NOT NULL,
                "videoUrl" TEXT, "videoId" TEXT, "order" INT NOT NULL DEFAULT 0)
            """);
        foreach (var (id, title, course, order) in lessons)
        {
            using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT OR IGNORE INTO "Course" VALUES ($course, 'The course ' || $course);
                INSERT INTO "Lesson" ("id", "title", "courseId", "order") VALUES ($id, $title, $course, $order)
                """;
            foreach (var (name, value) in new (string, object)[] { ("$id", id), ("$title", title), ("$course", course), ("$order", order) })
                command.Parameters.AddWithValue(name, value);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>The video ids of all lessons, in the order of the lessons' ids.</summary>
    public static IReadOnlyList<string?> VideoIds(string path)
    {
        using var connection = Open(path, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT "videoId" FROM "Lesson" ORDER BY "id" """;
        using var reader = command.ExecuteReader();
        var ids = new List<string?>();
        while (reader.Read())
            ids.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return ids;
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Runs a statement.</summary>
    public static void Run(string path, string sql)
    {
        using var connection = Open(path, SqliteOpenMode.ReadWrite);
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql, string? id = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (id is not null)
            command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
    }
}
