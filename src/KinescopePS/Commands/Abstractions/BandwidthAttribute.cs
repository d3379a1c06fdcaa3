using System.Collections;
using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>
/// Takes a rate or a timetable that PowerShell made a list of as text again: <c>12,5MB</c> without quotes is then refused with the words
/// of <see cref="Tus.BandwidthTimetable"/>, and <c>09:00=5MB,19:00=off</c> is read.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BandwidthAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IList list
            ? string.Join(',', list.Cast<object?>().Select(LanguagePrimitives.ConvertTo<string>))
            : inputData;
}
