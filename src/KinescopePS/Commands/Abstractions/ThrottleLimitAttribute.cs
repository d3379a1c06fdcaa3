using System.Globalization;
using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Reads a number of files at once, or Auto.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ThrottleLimitAttribute : ArgumentTransformationAttribute
{
    /// <summary>The word for a number that is looked for.</summary>
    public const string AutoName = "Auto";

    /// <summary>The number that stands for it.</summary>
    public const int Auto = 0;

    private const int Most = 64;

    /// <summary>A number as it is typed.</summary>
    public static string NameOf(int count) => count == Auto ? AutoName : count.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (given is string text && text.Trim().Equals(AutoName, StringComparison.OrdinalIgnoreCase))
            return Auto;
        return LanguagePrimitives.TryConvertTo<int>(given, out var count) && count is >= 1 and <= Most
            ? count
            : throw new ArgumentTransformationMetadataException(
                $"'{LanguagePrimitives.ConvertTo<string>(given)}' is no number of files at once. Expected is 1 to {Most}, or {AutoName}.");
    }
}
