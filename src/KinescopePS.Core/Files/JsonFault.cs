using System.Text.Json;

namespace KinescopePS.Files;

/// <summary>The fault of a text that is not JSON, for people: the parser's own message counts lines from 0.</summary>
internal static class JsonFault
{
    /// <summary>The line, from 1.</summary>
    public static long LineOf(JsonException failure) => (failure.LineNumber ?? 0) + 1;

    /// <summary>The reason, without the place.</summary>
    public static string ReasonOf(JsonException failure) => failure.Message.Split(" Path: ")[0].Split(" LineNumber:")[0];
}
