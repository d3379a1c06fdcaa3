using HelpBuilder;

if (args is not [var pages, var help])
{
    Console.Error.WriteLine("usage: HelpBuilder <folder of pages> <folder of help>");
    return 2;
}

try
{
    Directory.CreateDirectory(help);
    foreach (var stale in Directory.EnumerateFiles(help))
        File.Delete(stale);
    var files = Directory.EnumerateFiles(pages, "*.md").Order(StringComparer.Ordinal).ToLookup(path => Path.GetFileName(path).StartsWith("about_", StringComparison.Ordinal));
    foreach (var topic in files[true])
        File.WriteAllText(Path.Combine(help, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.Write(File.ReadAllText(topic)));

    File.WriteAllBytes(Path.Combine(help, "KinescopePS.dll-Help.xml"), MamlFile.Of(files[false].Select(CmdletPage.Read)));
    return 0;
}
catch (FormatException problem)
{
    // The form in which a build shows an error of a file.
    Console.Error.WriteLine($"{problem.Message.Split(": ", 2)[0]} : error HELP001: {problem.Message}");
    return 1;
}
