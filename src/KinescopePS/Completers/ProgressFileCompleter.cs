using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KinescopePS.Commands;

/// <summary>Completes the name of a record: files, and the word for the database of the lessons.</summary>
public sealed class ProgressFileCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        const string word = Records.LessonDatabase;
        if (word.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            yield return new CompletionResult(word, word, CompletionResultType.ParameterValue, "The database of the lessons");
        foreach (var file in CompletionCompleters.CompleteFilename(wordToComplete))
            yield return file;
    }
}
