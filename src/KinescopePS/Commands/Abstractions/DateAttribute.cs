using System.Globalization;
using System.Management.Automation;
using KinescopePS.Settings;

namespace KinescopePS.Commands;

/// <summary>Reads a date as the user's culture writes it, and refuses plain numbers.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DateAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return given switch
        {
            null or DateTime => given,
            DateTimeOffset moment => moment.LocalDateTime,
            DateOnly day => day.ToDateTime(default),
            string text when DateText.Parse(text, CultureInfo.CurrentCulture) is { } date => date,
            _ => throw new ArgumentTransformationMetadataException(
                $"'{LanguagePrimitives.ConvertTo<string>(given)}' is no date. {DateText.Expected(CultureInfo.CurrentCulture)}."),
        };
    }
}
