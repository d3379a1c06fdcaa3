using Microsoft.Data.Sqlite;

namespace KinescopeSandbox.Sample;

/// <summary>`lessons.db`: the site's tables as Prisma would create them on SQLite.</summary>
public static class LessonDatabase
{
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS "Course" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "title" TEXT NOT NULL,
            "slug" TEXT NOT NULL,
            "order" INTEGER NOT NULL DEFAULT 0
        );
        CREATE UNIQUE INDEX IF NOT EXISTS "Course_slug_key" ON "Course"("slug");
        CREATE TABLE IF NOT EXISTS "Lesson" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "courseId" TEXT NOT NULL,
            "title" TEXT NOT NULL,
            "description" TEXT,
            "videoUrl" TEXT,
            "videoId" TEXT,
            "duration" INTEGER,
            "order" INTEGER NOT NULL DEFAULT 0,
            "skillCategory" TEXT NOT NULL,
            "isHidden" BOOLEAN NOT NULL DEFAULT false,
            CONSTRAINT "Lesson_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course" ("id") ON DELETE CASCADE ON UPDATE CASCADE
        );
        """;

    /// <summary>Adds the rows that are missing and leaves those that are there, with what was linked to them.</summary>
    public static void Write(string path, IReadOnlyList<Course> courses)
    {
        // Without pooling the file is closed, and can be moved or deleted, when this returns.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var transaction = connection.BeginTransaction();
        Execute(connection, transaction, Schema);
        foreach (var course in courses)
        {
            Execute(
                connection, transaction, """INSERT OR IGNORE INTO "Course" ("id", "title", "slug", "order") VALUES ($id, $title, $slug, $order)""",
                ("$id", course.Id), ("$title", course.Title), ("$slug", course.Id.Replace('_', '-')), ("$order", course.Order));
            var order = 0;
            foreach (var lesson in course.Lessons)
            {
                Execute(
                    connection, transaction,
                    """
                    INSERT OR IGNORE INTO "Lesson" ("id", "courseId", "title", "duration", "order", "skillCategory")
                    VALUES ($id, $courseId, $title, $duration, $order, $category)
                    """,
                    ("$id", lesson.Id), ("$courseId", course.Id), ("$title", lesson.PlainTitle), ("$duration", (lesson.DurationSeconds + 59) / 60),
                    ("$order", ++order), ("$category", course.SkillCategory));
            }
        }
        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params (string Name, object Value)[] values)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
