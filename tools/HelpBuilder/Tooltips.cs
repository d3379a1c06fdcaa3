using System.Text.RegularExpressions;
using Mono.Cecil;

namespace HelpBuilder;

/// <summary>
/// Puts the first sentence of each parameter's help into its <c>HelpMessage</c>, which PowerShell 7.6 shows in the menu of Ctrl+Space, and
/// every version at the prompt for a mandatory parameter. In the compiled assembly: an attribute takes only constants, and what the pages say
/// would else stand in the sources a second time.
/// </summary>
public static partial class Tooltips
{
    /// <summary>A sentence beyond it ends at its first colon: a menu shows a few lines.</summary>
    private const int Longest = 240;

    private const string ParameterAttribute = "System.Management.Automation.ParameterAttribute", HelpMessage = nameof(HelpMessage);

    /// <summary>Rewrites an assembly in its place; doing it again changes nothing.</summary>
    /// <param name="assembly">The assembly, with its symbols beside it.</param>
    /// <param name="references">The assemblies that it was compiled against.</param>
    /// <param name="pages">The pages of its cmdlets.</param>
    public static void Add(string assembly, IEnumerable<string> references, IEnumerable<CmdletPage> pages)
    {
        using var resolver = new DefaultAssemblyResolver();
        foreach (var folder in references.Select(Path.GetDirectoryName).Distinct())
            resolver.AddSearchDirectory(folder);
        using var module = ModuleDefinition.ReadModule(
            assembly, new ReaderParameters { ReadSymbols = true, InMemory = true, AssemblyResolver = resolver });
        var done = new HashSet<PropertyDefinition>();
        foreach (var page in pages)
        {
            var name = $"{page.Name.Replace("-", "")}Command";
            var type = module.Types.FirstOrDefault(type => type.Name == name) ?? throw new FormatException($"{page.Name}: there is no class {name}.");
            var texts = page.Parameters.ToDictionary(parameter => parameter.Name, parameter => FirstSentence(parameter.Description));
            // What cmdlets inherit has one text for all of them.
            for (var part = type; part is not null; part = part.BaseType as TypeDefinition)
            {
                foreach (var property in part.Properties.Where(property => texts.ContainsKey(property.Name) && done.Add(property)))
                    Set(property, texts[property.Name]);
            }
        }

        // A build that is broken off leaves the assembly as it was.
        var written = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(assembly)!, "tooltips")).FullName;
        module.Write(Path.Combine(written, Path.GetFileName(assembly)), new WriterParameters { WriteSymbols = true, DeterministicMvid = true });
        foreach (var file in Directory.EnumerateFiles(written))
            File.Move(file, Path.Combine(Path.GetDirectoryName(assembly)!, Path.GetFileName(file)), overwrite: true);
    }

    /// <summary>The first sentence of a parameter's description.</summary>
    public static string FirstSentence(IReadOnlyList<string> description)
    {
        var sentence = description.Count == 0 ? "" : Sentence().Match(description[0]).Value;
        var colon = sentence.IndexOf(": ", StringComparison.Ordinal);
        return sentence.EndsWith(':') ? $"{sentence[..^1]}."
            : sentence.Length > Longest && colon > 0 ? $"{sentence[..colon]}."
            : sentence;
    }

    private static void Set(PropertyDefinition property, string text)
    {
        foreach (var attribute in property.CustomAttributes.Where(attribute => attribute.AttributeType.FullName == ParameterAttribute))
        {
            var others = attribute.Properties.Where(given => given.Name != HelpMessage).ToList();
            attribute.Properties.Clear();
            others.ForEach(attribute.Properties.Add);
            attribute.Properties.Add(new(HelpMessage, new(property.Module.TypeSystem.String, text)));
        }
    }

    // A sentence begins with a capital letter or a sign.
    [GeneratedRegex(@"^.+?(?:[.?!](?=\s+[\p{Lu}\-*'$])|$)", RegexOptions.Singleline)]
    private static partial Regex Sentence();
}
