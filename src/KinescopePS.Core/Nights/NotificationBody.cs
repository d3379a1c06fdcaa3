using System.Text.Json.Nodes;
using System.Web;

namespace KinescopePS.Nights;

/// <summary>The bodies of messages, as their receivers take them.</summary>
/// <remarks>
/// Sources: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (and "Escaping text" of its formatting guide),
/// https://developers.mattermost.com/integrate/webhooks/incoming/, https://core.telegram.org/bots/api#sendmessage.
/// </remarks>
internal static class NotificationBody
{
    /// <summary>Telegram takes 4 096 characters, after marks are taken out; the others take more.</summary>
    private const int LongestText = 4000;

    /// <summary>The form that an address wants.</summary>
    public static NotificationFormat FormatOf(Uri uri) => uri switch
    {
        { Host: "hooks.slack.com" or "hooks.slack-gov.com" } => NotificationFormat.Slack,
        _ when uri.AbsolutePath.EndsWith("/sendMessage", StringComparison.OrdinalIgnoreCase) => NotificationFormat.Telegram,
        _ when uri.AbsolutePath.Contains("/hooks/", StringComparison.Ordinal) => NotificationFormat.Mattermost,
        _ => NotificationFormat.Json,
    };

    /// <summary>The address to send to, and what to send.</summary>
    /// <param name="uri">The address as it was given.</param>
    /// <param name="format">The form; Auto for the one that the address wants.</param>
    /// <param name="text">The message.</param>
    /// <param name="night">The run that it is about; null for another message.</param>
    public static (Uri Uri, JsonObject Body) Of(Uri uri, NotificationFormat format, string text, KinescopeNight? night)
    {
        var cut = text.Length > LongestText ? text[..LongestText] + '\u2026' : text;
        return (format == NotificationFormat.Auto ? FormatOf(uri) : format) switch
        {
            NotificationFormat.Slack => (uri, new JsonObject { ["text"] = EscapedForSlack(cut) }),
            // In a block of code nothing is a mention, and nothing is a mark.
            NotificationFormat.Mattermost => (uri, new JsonObject { ["text"] = $"```\n{cut.Replace('`', '\'')}\n```" }),
            NotificationFormat.Telegram => (new UriBuilder(uri) { Query = "" }.Uri, ForTelegram(uri, cut)),
            _ => (uri, night is null ? new JsonObject { ["text"] = text } : Whole(text, night)),
        };
    }

    // Else <!channel> in a title would call everybody.
    private static string EscapedForSlack(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    // Telegram does not say what becomes of a query beside a body.
    private static JsonObject ForTelegram(Uri uri, string text)
    {
        var body = new JsonObject();
        var query = HttpUtility.ParseQueryString(uri.Query);
        foreach (var name in query.AllKeys.OfType<string>())
            body[name] = query[name];
        body["text"] = text;
        body["link_preview_options"] = new JsonObject { ["is_disabled"] = true };
        return body;
    }

    private static JsonObject Whole(string text, KinescopeNight night) => new()
    {
        ["text"] = text,
        ["outcome"] = night.Outcome,
        ["exitCode"] = night.ExitCode,
        ["machine"] = night.Machine,
        ["startedAt"] = night.StartedAt.UtcDateTime,
        ["seconds"] = night.Duration.TotalSeconds,
        ["mapped"] = night.Mapped,
        ["uploaded"] = night.Uploaded,
        ["skipped"] = night.Skipped,
        ["failed"] = night.Failed,
        ["left"] = night.Left,
        ["linked"] = night.Linked,
        ["errors"] = night.Errors,
        ["companionsSent"] = night.CompanionsSent,
        ["companionsFailed"] = night.CompanionsFailed,
        ["companionsLeft"] = night.CompanionsLeft,
        ["warnings"] = night.Warnings,
        ["bytesSent"] = night.BytesSent,
        ["failures"] = new JsonArray([.. night.Failures.Select(failure => new JsonObject
        {
            ["lesson"] = failure.LessonId,
            ["id"] = failure.ErrorId,
            ["message"] = failure.Message,
        })]),
        ["leftLessons"] = new JsonArray([.. night.LeftLessons.Select(lesson => JsonValue.Create(lesson))]),
    };
}
