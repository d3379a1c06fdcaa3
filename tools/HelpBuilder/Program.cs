using HelpBuilder;

if (args is not ([_, _] or ["tooltips", _, _, _]))
{
    Console.Error.WriteLine("usage: HelpBuilder <folder of pages> <folder of help>\n       HelpBuilder tooltips <folder of pages> <assembly of the cmdlets> <list of its references>");
    return 2;
}

try
{
    if (args is ["tooltips", var folder, var assembly, var references])
        Tooltips.Add(assembly, File.ReadLines(references), PagesIn(folder)[false].Select(CmdletPage.Read));
    else
        WriteHelp(args[0], args[1]);
    return 0;
}
catch (FormatException problem)
{
    // The form in which a build shows an error of a file.
    Console.Error.WriteLine($"{problem.Message.Split(": ", 2)[0]} : error HELP001: {problem.Message}");
    return 1;
}

static void WriteHelp(string pages, string help)
{
    Directory.CreateDirectory(help);
    foreach (var stale in Directory.EnumerateFiles(help))
        File.Delete(stale);
    var files = PagesIn(pages);
    foreach (var topic in files[true])
        File.WriteAllText(Path.Combine(help, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.Write(File.ReadAllText(topic)));

    File.WriteAllBytes(Path.Combine(help, "KinescopePS.dll-Help.xml"), MamlFile.Of(files[false].Select(CmdletPage.Read)));
}

// The topics, and the pages of cmdlets.
static ILookup<bool, string> PagesIn(string folder) => Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal)
    .ToLookup(path => Path.GetFileName(path).StartsWith("about_", StringComparison.Ordinal));
