using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace KinescopePS.Commands;

/// <summary>A value that the prompt offers.</summary>
/// <param name="Value">The text put in.</param>
/// <param name="Name">The text shown, which may be typed too.</param>
internal sealed record Candidate(string Value, string Name);

/// <summary>Completes an argument at the prompt: within a second, and never with an error.</summary>
public abstract partial class KinescopeCompleter : IArgumentCompleter
{
    /// <summary>The longest that a prompt waits. What was begun goes on and is there for the next time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.8);

    private const int MostShown = 1000;

    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var typed = wordToComplete.TrimStart('\'', '"').TrimEnd('\'', '"');
            var start = typed.Contains('*') ? typed : WildcardPattern.Escape(typed) + "*";
            var values = WildcardPattern.Get(start, WildcardOptions.IgnoreCase);
            var names = WildcardPattern.Get("*" + start, WildcardOptions.IgnoreCase);
            var finding = BeginFind(fakeBoundParameters);
            _ = finding.Wait(Patience);
            var found = finding.IsCompletedSuccessfully ? finding.Result : FoundSoFar;
            var matching = found.Where(candidate => values.IsMatch(candidate.Value) || names.IsMatch(candidate.Name));
            return [.. matching.DistinctBy(candidate => candidate.Value).Take(MostShown).Select(ResultOf)];
        }
        catch (Exception)
        {
            // A prompt is no place for errors: the cmdlet itself will tell them.
            return [];
        }
    }

    /// <summary>The candidates found by the time that the wait is over.</summary>
    private protected virtual IReadOnlyList<Candidate> FoundSoFar => [];

    /// <summary>Begins to look for values. Called on the pipeline thread, which it must not hold.</summary>
    private protected abstract Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters);

    /// <summary>A parameter that stands on the command line already.</summary>
    private protected static T? Given<T>(IDictionary parameters, string name)
        where T : class => (parameters[name] is PSObject wrapped ? wrapped.BaseObject : parameters[name]) as T;

    private static CompletionResult ResultOf(Candidate candidate)
    {
        var text = BareWord().IsMatch(candidate.Value)
            ? candidate.Value
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(candidate.Value)}'";
        var name = candidate.Name.Length > 0 ? candidate.Name : candidate.Value;
        var toolTip = name == candidate.Value ? name : $"{name} ({candidate.Value})";
        return new CompletionResult(text, name, CompletionResultType.ParameterValue, toolTip);
    }

    [GeneratedRegex(@"^[\w./][\w./-]*$")]
    private static partial Regex BareWord();
}
