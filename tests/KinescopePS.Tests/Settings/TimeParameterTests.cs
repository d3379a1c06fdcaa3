using System.Management.Automation;
using KinescopePS.Commands;

namespace KinescopePS.Tests.Settings;

/// <summary>Times as parameters take them.</summary>
public sealed class TimeParameterTests
{
    private static readonly DurationAttribute Plain = new(), Seconds = new() { NumbersAreSeconds = true };

    [Theory]
    [InlineData(2, 2)]
    [InlineData(0.5, 0.5)]
    [InlineData("0.5", 0.5)]
    [InlineData("2m", 120)]
    [InlineData("0:02", 120)]
    [InlineData(0, 0)]
    [InlineData(-1, -1)]
    public void FoundD23_A_number_is_one_of_seconds_where_that_is_said(object given, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Seconds.Transform(null!, PSObject.AsPSObject(given)));

    [Theory]
    [InlineData("soon")]
    [InlineData(double.NaN)]
    [InlineData(1e300)]
    [InlineData(true)]
    [InlineData(DayOfWeek.Friday)]
    public void What_is_no_time_is_refused_with_what_is_one(object given)
    {
        var failure = Assert.Throws<ArgumentTransformationMetadataException>(() => Seconds.Transform(null!, given));

        Assert.Contains("1h30m", failure.Message);
        Assert.Contains("number is one of seconds", failure.Message);
    }

    [Fact]
    public void Elsewhere_a_number_is_refused() =>
        Assert.Throws<ArgumentTransformationMetadataException>(() => Plain.Transform(null!, 8));
}
