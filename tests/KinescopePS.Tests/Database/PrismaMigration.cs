namespace KinescopePS.Tests.Database;

/// <summary>The site's tables, as <c>prisma migrate</c> writes them.</summary>
internal static class PrismaMigration
{
    /// <param name="idType">TEXT, or UUID where the models say <c>@db.Uuid</c>.</param>
    public static string PostgreSql(string idType) =>
        $"""
        -- CreateEnum
        CREATE TYPE "SkillCategory" AS ENUM ('ANALYTICS', 'MARKETING', 'CONTENT', 'OPERATIONS', 'FINANCE');

        -- CreateTable
        CREATE TABLE "Course" (
            "id" {idType} NOT NULL,
            "title" TEXT NOT NULL,
            "slug" TEXT NOT NULL,
            "order" INTEGER NOT NULL DEFAULT 0,
            "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" TIMESTAMP(3) NOT NULL,

            CONSTRAINT "Course_pkey" PRIMARY KEY ("id")
        );

        -- CreateTable
        CREATE TABLE "Lesson" (
            "id" {idType} NOT NULL,
            "courseId" {idType} NOT NULL,
            "title" TEXT NOT NULL,
            "description" TEXT,
            "videoUrl" TEXT,
            "videoId" TEXT,
            "duration" INTEGER,
            "order" INTEGER NOT NULL DEFAULT 0,
            "skillCategory" "SkillCategory" NOT NULL,
            "isHidden" BOOLEAN NOT NULL DEFAULT false,
            "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" TIMESTAMP(3) NOT NULL,

            CONSTRAINT "Lesson_pkey" PRIMARY KEY ("id")
        );

        -- CreateIndex
        CREATE UNIQUE INDEX "Course_slug_key" ON "Course"("slug");

        -- CreateIndex
        CREATE INDEX "Lesson_courseId_order_idx" ON "Lesson"("courseId", "order");

        -- AddForeignKey
        ALTER TABLE "Lesson" ADD CONSTRAINT "Lesson_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE CASCADE ON UPDATE CASCADE;
        """;

    public const string Sqlite =
        """
        -- CreateTable
        CREATE TABLE "Course" (
            "id" TEXT NOT NULL PRIMARY KEY,
            "title" TEXT NOT NULL,
            "slug" TEXT NOT NULL,
            "order" INTEGER NOT NULL DEFAULT 0,
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL
        );

        -- CreateTable
        CREATE TABLE "Lesson" (
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
            "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updatedAt" DATETIME NOT NULL,
            CONSTRAINT "Lesson_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course" ("id") ON DELETE CASCADE ON UPDATE CASCADE
        );

        -- CreateIndex
        CREATE UNIQUE INDEX "Course_slug_key" ON "Course"("slug");

        -- CreateIndex
        CREATE INDEX "Lesson_courseId_order_idx" ON "Lesson"("courseId", "order");
        """;
}
