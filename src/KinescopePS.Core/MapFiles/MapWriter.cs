namespace KinescopePS.MapFiles;

/// <summary>Writes lessons to a map file, one by one.</summary>
internal interface IMapWriter
{
    void Write(LessonVideo lesson);

    /// <summary>Writes what stands behind the lessons.</summary>
    void Complete();
}
