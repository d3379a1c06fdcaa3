using System.Management.Automation;
using KinescopePS.Settings;

namespace KinescopePS.Commands;

/// <summary>Reads a time span as people write it, and refuses plain numbers, which PowerShell would take for something else.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <summary>True where no time at all means something.</summary>
    public bool CanBeZero { get; init; }

    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var time = given switch
        {
            TimeSpan span => Duration.Accept(span),
            string text => Duration.Parse(text),
            0 => TimeSpan.Zero,
            _ => null,
        };
        if (given is null || time > TimeSpan.Zero || time == TimeSpan.Zero && CanBeZero)
            return time;
        var quotes = given is IConvertible and not string ? " In quotes: PowerShell reads 10s and 1d as numbers." : "";
        throw new ArgumentTransformationMetadataException(
            $"'{LanguagePrimitives.ConvertTo<string>(given)}' is no time span that can be used here. {Duration.Expected}.{quotes}");
    }
}
