using System.Globalization;
using System.Management.Automation;
using KinescopePS.Settings;

namespace KinescopePS.Commands;

/// <summary>
/// Reads a time span as people write it. A plain number is refused, which PowerShell would take for something else, unless it is said to be
/// seconds.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <summary>True where no time at all means something.</summary>
    public bool CanBeZero { get; init; }

    /// <summary>True where a plain number is one of seconds; <see cref="TimeRangeAttribute"/> judges it.</summary>
    public bool NumbersAreSeconds { get; init; }

    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (NumbersAreSeconds && SecondsOf(given) is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        var time = given switch
        {
            TimeSpan span => Duration.Accept(span),
            string text => Duration.Parse(text),
            0 => TimeSpan.Zero,
            _ => null,
        };
        if (given is null || time > TimeSpan.Zero || time == TimeSpan.Zero && (CanBeZero || NumbersAreSeconds))
            return time;
        var quotes = !NumbersAreSeconds && given is IConvertible and not string
            ? " In quotes: PowerShell reads 10s and 1d as numbers."
            : NumbersAreSeconds ? " A plain number is one of seconds." : "";
        throw new ArgumentTransformationMetadataException(
            $"'{LanguagePrimitives.ConvertTo<string>(given)}' is no time span that can be used here. {Duration.Expected}.{quotes}");
    }

    /// <summary>The seconds that a plain number says; null for anything else, and for a number beyond all time.</summary>
    private static double? SecondsOf(object? given)
    {
        double? number = given switch
        {
            string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read : null,
            Enum or null => null,
            _ when Convert.GetTypeCode(given) is >= TypeCode.SByte and <= TypeCode.Decimal =>
                Convert.ToDouble(given, CultureInfo.InvariantCulture),
            _ => null,
        };
        return Math.Abs(number ?? double.NaN) <= TimeSpan.FromDays(3650).TotalSeconds ? number : null;
    }
}
