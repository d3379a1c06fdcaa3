using System.Text;
using System.Xml;

namespace HelpBuilder;

/// <summary>Help as PowerShell reads it: MAML.</summary>
internal sealed class MamlFile
{
    private const string MamlNamespace = "http://schemas.microsoft.com/maml/2004/10";
    private const string CommandNamespace = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private const string DevNamespace = "http://schemas.microsoft.com/maml/dev/2004/10";

    private readonly XmlWriter _xml;

    private MamlFile(XmlWriter xml) => _xml = xml;

    public static byte[] Of(IEnumerable<CmdletPage> pages)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
            new MamlFile(xml).Write(pages);
        return file.ToArray();
    }

    private void Write(IEnumerable<CmdletPage> pages)
    {
        _xml.WriteStartElement("helpItems", "http://msh");
        _xml.WriteAttributeString("schema", "maml");
        foreach (var page in pages)
            Write(page);
        _xml.WriteEndElement();
    }

    private void Write(CmdletPage page)
    {
        _xml.WriteStartElement("command", "command", CommandNamespace);
        _xml.WriteAttributeString("xmlns", "maml", null, MamlNamespace);
        _xml.WriteAttributeString("xmlns", "dev", null, DevNamespace);

        Command("details", () =>
        {
            CommandText("name", page.Name);
            CommandText("verb", page.Name.Split('-')[0]);
            CommandText("noun", page.Name.Split('-')[1]);
            Maml("description", [page.Synopsis]);
        });
        Maml("description", page.Description);
        Command("syntax", () =>
        {
            foreach (var item in page.Syntax)
                Write(item, page);
        });
        Command("parameters", () =>
        {
            foreach (var parameter in page.Parameters)
                Write(parameter, parameter.IsRequired, parameter.Type, isInSyntax: false);
        });
        Command("inputTypes", () => Types("inputType", page.Inputs));
        Command("returnValues", () => Types("returnValue", page.Outputs));
        Element("maml", "alertSet", MamlNamespace, () => Maml("alert", page.Notes));
        Command("examples", () =>
        {
            foreach (var example in page.Examples)
                Write(example);
        });
        Command("relatedLinks", () =>
        {
            // The project's other pages are not installed.
            foreach (var link in page.Links.Where(link => PlainText.IsAbsolute(link.Address) || !link.Address.Contains('/')))
                Write(link);
        });
        _xml.WriteEndElement();
    }

    private void Write(SyntaxItem item, CmdletPage page) => Command("syntaxItem", () =>
    {
        MamlText("name", page.Name);
        foreach (var parameter in item.Parameters)
        {
            var help = page.Parameters.FirstOrDefault(help => help.Name == parameter.Name) ?? throw new FormatException($"{page.Name}: SYNTAX has -{parameter.Name}, PARAMETERS does not.");
            Write(help, parameter.IsRequired, parameter.Type, isInSyntax: true);
        }
    });

    /// <param name="type">Null for a switch in a parameter set, which takes no value.</param>
    private void Write(ParameterHelp parameter, bool isRequired, string? type, bool isInSyntax) => Command("parameter", () =>
    {
        _xml.WriteAttributeString("required", isRequired ? "true" : "false");
        _xml.WriteAttributeString("variableLength", "true");
        _xml.WriteAttributeString("globbing", parameter.TakesWildcards ? "true" : "false");
        _xml.WriteAttributeString("pipelineInput", parameter.PipelineInput);
        _xml.WriteAttributeString("position", parameter.Position.ToLowerInvariant());
        _xml.WriteAttributeString("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none");
        MamlText("name", parameter.Name);
        if (!isInSyntax)
            Maml("description", parameter.Description);
        if (isInSyntax && parameter.AcceptedValues.Count > 0)
        {
            Command("parameterValueGroup", () =>
            {
                foreach (var value in parameter.AcceptedValues)
                    Value(value, isRequired: false);
            });
        }
        else if (type is not null)
        {
            Value(type, isRequired: parameter.Type != "SwitchParameter");
        }

        Element("dev", "type", DevNamespace, () => MamlText("name", parameter.Type));
        Element("dev", "defaultValue", DevNamespace, () => _xml.WriteString(parameter.DefaultValue));
    });

    private void Value(string text, bool isRequired) => Command("parameterValue", () =>
    {
        _xml.WriteAttributeString("required", isRequired ? "true" : "false");
        _xml.WriteAttributeString("variableLength", "false");
        _xml.WriteString(text);
    });

    private void Types(string element, IEnumerable<TypeHelp> types)
    {
        foreach (var type in types)
        {
            Command(element, () =>
            {
                Element("dev", "type", DevNamespace, () => MamlText("name", type.Name));
                Maml("description", type.Description);
            });
        }
    }

    private void Write(Example example) => Command("example", () =>
    {
        MamlText("title", $"---------- {example.Title} ----------");
        Element("dev", "code", DevNamespace, () => _xml.WriteString(example.Code));
        Element("dev", "remarks", DevNamespace, () => Paragraphs(example.Remarks));
    });

    private void Write(Link link) => Element("maml", "navigationLink", MamlNamespace, () =>
    {
        MamlText("linkText", link.Text);
        MamlText("uri", PlainText.IsAbsolute(link.Address) ? link.Address : "");
    });

    private void Maml(string element, IEnumerable<string> paragraphs) => Element("maml", element, MamlNamespace, () => Paragraphs(paragraphs));

    private void Paragraphs(IEnumerable<string> paragraphs)
    {
        foreach (var paragraph in paragraphs)
            MamlText("para", paragraph);
    }

    private void MamlText(string element, string text) => Element("maml", element, MamlNamespace, () => _xml.WriteString(text));

    private void CommandText(string element, string text) => Command(element, () => _xml.WriteString(text));

    private void Command(string element, Action content) => Element("command", element, CommandNamespace, content);

    private void Element(string prefix, string element, string space, Action content)
    {
        _xml.WriteStartElement(prefix, element, space);
        content();
        _xml.WriteEndElement();
    }
}
