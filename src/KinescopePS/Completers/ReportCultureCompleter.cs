using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KinescopePS.Commands;

/// <summary>Completes the culture of a report: those whose language it is written in.</summary>
public sealed class ReportCultureCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        from culture in new[] { (Name: "en-US", Meaning: "English"), (Name: "ru-RU", Meaning: "Russian") }
        where culture.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(culture.Name, culture.Name, CompletionResultType.ParameterValue, culture.Meaning);
}
