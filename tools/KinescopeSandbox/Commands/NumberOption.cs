using System.CommandLine;
using System.Globalization;

namespace KinescopeSandbox.Commands;

/// <summary>An option whose value is a number with a decimal point, whatever the user's culture writes.</summary>
internal static class NumberOption
{
    public static Option<double> Create(string name, double otherwise, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            if (!double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                result.AddError($"'{result.Tokens[0].Value}' is no number such as 0.5 for {name}.");
            return number;
        },
    };
}
