using System.CommandLine;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Commands;

/// <summary>`--platform name=way`, repeatable: the way of an open question of the platform.</summary>
internal static class PlatformOption
{
    public static Option<PlatformWays> Create() => new("--platform")
    {
        Description = "name=way: what the platform does where nobody knows it, as page-cap=50; repeatable",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => new PlatformWays(),
        CustomParser = result =>
        {
            try
            {
                return PlatformQuestion.Choose(new PlatformWays(), result.Tokens.Select(token => Pair(token.Value)));
            }
            catch (FormatException exception)
            {
                result.AddError($"--platform: {exception.Message}");
                return new PlatformWays();
            }
        },
    };

    private static KeyValuePair<string, string> Pair(string text) => text.Split('=', 2) is [var name, var way]
        ? KeyValuePair.Create(name, way)
        : throw new FormatException($"'{text}' is not in the form name=way.");
}
