using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using static KinescopePS.Database.LessonTable;

namespace KinescopePS.Database;

/// <content>The lessons of the table, by page, and their courses.</content>
internal abstract partial class LessonStore
{
    private readonly ConcurrentDictionary<(string Course, string Title), CourseTable> _courses = new();

    private const int MaxTitleLength = 1000;

    /// <summary>The names of the table's columns.</summary>
    protected abstract IReadOnlyCollection<string> ColumnNames { get; }

    /// <summary>Equality of column names.</summary>
    protected virtual StringComparer ColumnComparer => StringComparer.Ordinal;

    /// <summary>
    /// A page of the lessons that a query is for, in the order of their ids. No connection stays open between two pages, however
    /// long the caller takes: what is done with one page may change the rows of the next.
    /// </summary>
    /// <param name="query">Which lessons.</param>
    /// <param name="after">The last id of the page before; null for the first.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Fewer than <see cref="LessonQuery.PageSize"/> lessons on the last page.</returns>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task<IReadOnlyList<SiteLesson>> ReadPageAsync(LessonQuery query, string? after, CancellationToken cancellation) =>
        TranslateAsync(async () =>
        {
            await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
            await using var transaction = await BeginAsync(connection, isReadOnly: true, cancellation).ConfigureAwait(false);
            return await SelectPageAsync(connection, transaction, query, after, cancellation).ConfigureAwait(false);
        }, cancellation);

    /// <summary>The courses that the lessons belong to, with their titles; empty where the database does not say.</summary>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>; <c>LessonColumnNotFound</c> also for these columns.</exception>
    public Task<IReadOnlyDictionary<string, string?>> ReadCoursesAsync(LessonQuery query, CancellationToken cancellation) =>
        TranslateAsync(async () =>
        {
            await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
            await using var transaction = await BeginAsync(connection, isReadOnly: true, cancellation).ConfigureAwait(false);
            return await SelectCoursesAsync(connection, transaction, query, cancellation).ConfigureAwait(false);
        }, cancellation);

    /// <summary>True for a column that this user may read.</summary>
    protected virtual bool IsReadable(string column) => true;

    /// <summary>Finds the table that the course column refers to, where this user may read its titles.</summary>
    protected abstract Task<CourseTable> FindCoursesAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string course, CancellationToken cancellation);

    /// <summary>An expression's value as text.</summary>
    protected virtual string AsText(string expression) => expression;

    /// <summary>A placeholder that stands for a lesson's id.</summary>
    protected abstract string BoundId(DbCommand command, string lessonId);

    /// <summary>The condition that a lesson's id is one of these.</summary>
    protected abstract string IsOneOfIds(DbCommand command, string column, IReadOnlyList<string> lessonIds);

    /// <summary>The condition that a column, as text, is one of these.</summary>
    protected abstract string IsOneOf(DbCommand command, string column, IReadOnlyList<string> values);

    private async Task<IReadOnlyList<SiteLesson>> SelectPageAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string? after, CancellationToken cancellation)
    {
        var (title, course) = ReadableColumns(query);
        var courses = await CoursesOfAsync(connection, transaction, query, course, cancellation).ConfigureAwait(false);
        var order = query.HasOrder ? IfReadable(LessonQuery.OrderColumn) : null;
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var (id, videoId) = (Of("lesson", Table.IdColumn), Of("lesson", Table.VideoIdColumn));
        List<string> conditions = [$"{id} IS NOT NULL"];
        if (after is not null)
            conditions.Add($"{id} > {BoundId(command, after)}");
        if (query.IsMissing)
            conditions.Add($"COALESCE({AsText(videoId)}, '') = ''");
        if (query.IsLinked)
            conditions.Add($"{AsText(videoId)} <> ''");
        if (query.LessonIds is { } lessonIds)
            conditions.Add(IsOneOfIds(command, id, lessonIds));
        if (query.CourseIds is { } courseIds && course is not null)
            conditions.Add(IsOneOf(command, Of("lesson", course), courseIds));
        command.CommandText =
            $"""
            SELECT {AsText(id)}, {TextOf("lesson", course)}, {TitleOf("course", courses.TitleColumn)}, {TitleOf("lesson", title)},
                {AsText(videoId)}, {TextOf("lesson", Table.VideoUrlColumn)}, {TextOf("lesson", order)},
                {TextOf("lesson", Table.DurationColumn)}, {TextOf("lesson", Table.PosterUrlColumn)}
            FROM {QualifiedTable} AS lesson{courses.Join(Of("lesson", course ?? ""))}
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY {id} LIMIT {LessonQuery.PageSize}
            """;

        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var page = new List<SiteLesson>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            page.Add(new SiteLesson
            {
                LessonId = reader.GetString(0),
                Course = PrintableText.OfAny(TextAt(reader, 1)),
                CourseTitle = PrintableText.OfAny(TextAt(reader, 2)),
                Title = PrintableText.OfAny(TextAt(reader, 3)),
                VideoId = PrintableText.OfAny(TextAt(reader, 4)),
                VideoUrl = PrintableText.OfAny(TextAt(reader, 5)),
                Order = long.TryParse(TextAt(reader, 6), NumberStyles.Integer, CultureInfo.InvariantCulture, out var place) ? place : null,
                Duration = DurationNumber.Read(TextAt(reader, 7), Table.DurationUnit),
                PosterUrl = PrintableText.OfAny(TextAt(reader, 8)),
            });
        }

        return page;

        static string Of(string table, string column) => $"{table}.{Quote(column)}";

        string TextOf(string table, string? column) => column is null ? "NULL" : AsText(Of(table, column));

        // Whatever somebody keeps in this column, a title is not longer.
        string TitleOf(string table, string? column) => column is null ? "NULL" : $"substr({TextOf(table, column)}, 1, {MaxTitleLength})";
    }

    private async Task<IReadOnlyDictionary<string, string?>> SelectCoursesAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, CancellationToken cancellation)
    {
        var found = new Dictionary<string, string?>();
        if (ReadableColumns(query).Course is not { } course)
            return found;

        var courses = await CoursesOfAsync(connection, transaction, query, course, cancellation).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = courses.Name is null
            ? $"SELECT DISTINCT {AsText(Quote(course))}, NULL FROM {QualifiedTable} WHERE {Quote(course)} IS NOT NULL"
            : $"SELECT {AsText(Quote(courses.IdColumn!))}, {AsText(Quote(courses.TitleColumn!))} FROM {courses.Name}";
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (TextAt(reader, 0) is { } id)
                found[id] = TextAt(reader, 1);
        }

        return found;
    }

    private async Task<CourseTable> CoursesOfAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string? course, CancellationToken cancellation)
    {
        if (course is null)
            return CourseTable.None;
        var columns = (course, query.TitleColumn ?? LessonQuery.DefaultTitleColumn);
        return _courses.TryGetValue(columns, out var known)
            ? known
            : _courses[columns] = await FindCoursesAsync(connection, transaction, query, course, cancellation).ConfigureAwait(false);
    }

    /// <summary>The columns of a lesson's title and course. A default one may be absent, or not for this user.</summary>
    private (string? Title, string? Course) ReadableColumns(LessonQuery query)
    {
        return (
            Readable(query.TitleColumn, LessonQuery.DefaultTitleColumn, "Give -TitleColumn"),
            Readable(query.CourseColumn, LessonQuery.DefaultCourseColumn, "Give -CourseColumn"));

        string? Readable(string? given, string byDefault, string advice)
        {
            if (given is not null)
                RequireColumn(given, advice);
            return given ?? IfReadable(byDefault);
        }
    }

    private string? IfReadable(string column) => ColumnNames.Contains(column, ColumnComparer) && IsReadable(column) ? column : null;
}
