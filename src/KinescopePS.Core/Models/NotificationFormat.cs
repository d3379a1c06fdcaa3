namespace KinescopePS;

/// <summary>The forms of messages that receivers take.</summary>
public enum NotificationFormat
{
    /// <summary>Known by the address: Slack, Telegram or Mattermost; else Json.</summary>
    Auto,

    /// <summary>An object with <c>text</c> and, of a scheduled run, its figures and failures.</summary>
    Json,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack,

    /// <summary>An incoming webhook of Mattermost, or of what takes the same, such as Rocket.Chat.</summary>
    Mattermost,

    /// <summary>The method <c>sendMessage</c> of a bot of Telegram, with <c>chat_id</c> in the address.</summary>
    Telegram,
}
