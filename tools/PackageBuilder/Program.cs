using System.CommandLine;
using KinescopePS.PackageBuilder;

var module = new Argument<DirectoryInfo>("module") { Description = "The built module's folder." };
var output = new Argument<DirectoryInfo>("output") { Description = "Where the package and the zip go." };
var command = new RootCommand("Makes the package for the PowerShell Gallery and the zip of a built module, the same bytes for the same files.") { module, output };
command.SetAction(arguments =>
{
    var packer = new ModulePackage(arguments.GetRequiredValue(module).FullName);
    var folder = arguments.GetRequiredValue(output);
    folder.Create();
    foreach (var file in new[] { packer.WriteNuGetPackage(folder.FullName), packer.WriteZip(folder.FullName) })
        Console.WriteLine($"{file} {new FileInfo(file).Length}");
});
return command.Parse(args).Invoke();
