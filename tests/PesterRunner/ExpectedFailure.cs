using System.Text.Json;

namespace KinescopePS.PesterRunner;

/// <summary>A test that is known to fail in some environment.</summary>
/// <param name="File">The name of its file.</param>
/// <param name="Test">Its full name.</param>
/// <param name="Owner">Whose fault it is: the environment's name, or <c>KinescopePS</c>.</param>
/// <param name="Reason">Why it fails.</param>
/// <param name="Unstable">It may pass as well: it is run a second time before a failure counts.</param>
internal sealed record ExpectedFailure(string File, string Test, string Owner, string Reason, bool Unstable = false)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    public static IReadOnlyList<ExpectedFailure> Read(string path) => JsonSerializer.Deserialize<ExpectedFailure[]>(System.IO.File.ReadAllText(path), Format)!;

    public bool Covers(TestResult result) => result.File == File && result.Name == Test;

    /// <summary>The results of a file in this light: an expected failure is no failure, but one that passes is.</summary>
    public static IEnumerable<TestResult> Judge(IReadOnlyList<TestResult> results, IReadOnlyList<ExpectedFailure> expected)
    {
        foreach (var result in results)
        {
            var known = expected.FirstOrDefault(entry => !entry.Unstable && entry.Covers(result));
            yield return known is null ? result : result.Outcome switch
            {
                Outcome.Failed => result with { Outcome = Outcome.Skipped, Message = $"Expected to fail, {known.Owner}: {known.Reason}" },
                _ => result with { Outcome = Outcome.Failed, Message = "It stands on the list of expected failures and did not fail: take it off." },
            };
        }

        foreach (var missing in expected.Where(entry => !results.Any(entry.Covers)))
            yield return new TestResult(missing.File, missing.Test, Outcome.Failed, "It stands on the list of expected failures and is no test: take it off.");
    }
}
