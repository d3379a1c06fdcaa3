using System.Globalization;
using System.Text.Json;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Api;

/// <summary>A number in the form that <see cref="PlatformWays.Numbers"/> asks for.</summary>
public static class AnswerNumber
{
    public static object Of(double number, PlatformWays ways) => ways.Numbers switch
    {
        "whole" => (long)Math.Round(number),
        "decimal" when number == Math.Floor(number) => JsonDocument.Parse(number.ToString("F1", CultureInfo.InvariantCulture)).RootElement,
        _ => number,
    };
}
