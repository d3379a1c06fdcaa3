using System.Net;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Api;

/// <summary>What the platform makes of the texts that it is given.</summary>
public static class TextRules
{
    private const int LongestTitle = 140;

    /// <exception cref="ApiError">400400 or 402402: too long.</exception>
    public static string? Title(string? title, PlatformWays ways) => title is null || title.Length <= LongestTitle ? title : ways.LongTitle switch
    {
        "cut" => title[..LongestTitle],
        "refused" => throw ApiError.Validation(new InvalidParam("title", "max", $"{LongestTitle}")),
        _ => title,
    };

    public static string? Description(string? description, PlatformWays ways) => ways.Description switch
    {
        "trimmed" when description is not null => string.Join(' ', description.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        "escaped" => WebUtility.HtmlEncode(description),
        _ => description,
    };

    /// <summary>The description that init takes.</summary>
    public static string DescriptionAtInit(string? description, PlatformWays ways) =>
        ways.Description == "dropped-by-init" ? "" : Description(description, ways) ?? "";
}
