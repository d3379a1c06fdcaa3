using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Keeps a time span within bounds, both included. Unit: seconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute(double least, double most) : ValidateArgumentsAttribute
{
    /// <summary>The shortest time.</summary>
    public double Least => least;

    /// <summary>The longest time.</summary>
    public double Most => most;

    /// <inheritdoc />
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && !(time.TotalSeconds >= least && time.TotalSeconds <= most))
            throw new ValidationMetadataException(FormattableString.Invariant(
                $"{time.TotalSeconds} seconds is not within the bounds, which are {least} and {most} seconds."));
    }
}
