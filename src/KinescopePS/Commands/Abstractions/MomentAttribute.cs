using System.Globalization;
using System.Management.Automation;
using KinescopePS.Companions;

namespace KinescopePS.Commands;

/// <summary>Reads a moment of a video as people write it: 1:30 is a minute and a half, a plain number one of seconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MomentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given is null ? null : Read(given) ?? throw new ArgumentTransformationMetadataException(
            $"'{LanguagePrimitives.ConvertTo<string>(given)}' is no moment of a video. Write 1:30 or 1:02:03, or a number of seconds.");
    }

    /// <summary>The moment that a value says; null where it says none.</summary>
    public static TimeSpan? Read(object? given)
    {
        const double Longest = 3600 * 24 * 30;
        double? seconds = given switch
        {
            TimeSpan time => time.TotalSeconds,
            string text when ChapterFile.TimeIn(text) is { } time => time.TotalSeconds,
            string text =>
                double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
            Enum or null => null,
            _ when Convert.GetTypeCode(given) is >= TypeCode.SByte and <= TypeCode.Decimal =>
                Convert.ToDouble(given, CultureInfo.InvariantCulture),
            _ => null,
        };
        return seconds is >= 0 and <= Longest ? TimeSpan.FromSeconds(seconds.Value) : null;
    }
}
