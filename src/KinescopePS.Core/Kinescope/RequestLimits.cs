using System.Globalization;

namespace KinescopePS.Kinescope;

/// <summary>The calls of the API that an account may make in a second and in a minute.</summary>
/// <param name="PerSecond">Unit: calls; null for no limit.</param>
/// <param name="PerMinute">Unit: calls; null for no limit.</param>
internal sealed record RequestLimits(int? PerSecond, int? PerMinute)
{
    public const string PerSecondSetting = "KINESCOPE_REQUESTS_PER_SECOND";
    public const string PerMinuteSetting = "KINESCOPE_REQUESTS_PER_MINUTE";

    private const int Most = 100_000;

    /// <summary>The limits that Kinescope grants where nothing else was agreed.</summary>
    /// <remarks>Source: kinescope-api section 1.</remarks>
    public static RequestLimits Standard { get; } = new(10, 300);

    /// <summary>No limits, for requests that count against none.</summary>
    public static RequestLimits None { get; } = new(null, null);

    /// <summary>Reads both limits; the standard stands for the one that is not set.</summary>
    /// <param name="setting">A setting by its name; empty where it is not set.</param>
    /// <exception cref="KinescopeException"><c>RequestLimitInvalid</c>.</exception>
    public static RequestLimits Read(Func<string, string?> setting) => new(
        Parse(PerSecondSetting, setting(PerSecondSetting), Standard.PerSecond),
        Parse(PerMinuteSetting, setting(PerMinuteSetting), Standard.PerMinute));

    private static int? Parse(string name, string? text, int? standard)
    {
        if (string.IsNullOrWhiteSpace(text))
            return standard;
        if (text.Equals("off", StringComparison.OrdinalIgnoreCase))
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var calls) && calls is >= 1 and <= Most
            ? calls
            : throw new KinescopeException(
                ErrorIds.RequestLimitInvalid,
                $"{name} is '{KinescopeErrors.Printable(text)}', which cannot be used. Expected is a whole number from 1 to {Most}, "
                + "or 'off' for no limit. Kinescope's own are 10 a second and 300 a minute.");
    }
}
