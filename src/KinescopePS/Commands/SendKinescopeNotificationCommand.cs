using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Nights;

namespace KinescopePS.Commands;

/// <summary>Tells people, or what watches over scheduled runs, how a run went.</summary>
[Cmdlet(VerbsCommunications.Send, "KinescopeNotification", SupportsShouldProcess = true, DefaultParameterSetName = MessageSet)]
public sealed class SendKinescopeNotificationCommand : AsyncCmdlet
{
    private const string MessageSet = "Message";
    private const string PingSet = "Ping";
    private const string MessageSetting = "KINESCOPE_NOTIFY_URI";
    private const string PingSetting = "KINESCOPE_PING_URI";

    private string _address = "";
    private Notifier _notifier = null!;
    private string _addressName = "";

    /// <summary>The message: a run of Get-KinescopeNight, a last word of Send-KinescopeVideo, a text, or what else has a text.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = MessageSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = PingSet)]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The address: a webhook, or with -Ping the one to call. It holds a key, so a setting is a better place for it: KINESCOPE_NOTIFY_URI,
    /// with -Ping KINESCOPE_PING_URI, which are the defaults.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Uri { get; set; }

    /// <summary>The form of the message. Default: Auto, which knows Slack, Telegram and Mattermost by their addresses.</summary>
    [Parameter(ParameterSetName = MessageSet)]
    public NotificationFormat Format { get; set; }

    /// <summary>
    /// Calls the address without a message, as healthchecks.io and its like want it: for a run that needs nobody. Where the address has
    /// {exitCode} or {outcome}, these are filled in, and it is called for any run.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = PingSet)]
    public SwitchParameter Ping { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    private protected override void Begin()
    {
        var setting = Ping ? PingSetting : MessageSetting;
        _address = Uri ?? new EnvironmentSettings(this, EnvironmentFile).Find(setting) ?? throw new KinescopeException(
            ErrorIds.NotificationUriMissing, $"There is no address to send to. Give one by {setting} or by -Uri.");
        _addressName = Uri is null ? setting : "-Uri";
        // A wrong one is told before anything has come.
        Notifier.AddressOf(Filled(null), _addressName);
        _notifier = new Notifier(Own(KinescopeHttp.CreateClient(new NetworkSettings(null, null, null))));
    }

    private protected override void Process()
    {
        var content = InputObject?.BaseObject;
        if (content is InformationRecord { MessageData: var data })
            content = PSObject.AsPSObject(data).BaseObject;
        var night = content as KinescopeNight;
        if (Ping && night is { NeedsNobody: false } && !HasPlaceholder)
        {
            WriteVerbose($"The run ended with {night.Outcome}; the address is not called.");
            return;
        }

        var uri = Notifier.AddressOf(Filled(night), _addressName);
        if (!ShouldProcess(uri.Authority, Ping ? "Call" : "Send a message"))
            return;
        try
        {
            if (Ping)
            {
                Await(stop => _notifier.PingAsync(uri, stop));
            }
            else
            {
                var text = night is null ? PrintableText.Lines($"{InputObject}") : NightlyText.Of(night);
                var (address, body) = NotificationBody.Of(uri, Format, text, night);
                if (body.ContainsKey("link_preview_options") && !body.ContainsKey("chat_id"))
                    throw new KinescopeException(
                        ErrorIds.UriInvalid, $"{_addressName} names no chat: Telegram wants ?chat_id=... at the end of the address.");
                Await(stop => _notifier.SendAsync(address, body, stop));
            }
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(uri.Authority));
        }
    }

    private bool HasPlaceholder => _address.Contains("{exitCode}") || _address.Contains("{outcome}");

    // A call without a run says that all is well.
    private string Filled(KinescopeNight? night) => Ping
        ? _address
            .Replace("{exitCode}", $"{(night is null ? 0 : night.ExitCode ?? 1)}")
            .Replace("{outcome}", night?.Outcome ?? KinescopeNight.Success)
        : _address;
}
