using KinescopePS.PesterRunner;
using KinescopeSandbox.Demo;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Capabilities.TestFramework;
using Microsoft.Testing.Platform.Services;

PowerShellProgram.PreferCompiledAhead();
var builder = await TestApplication.CreateBuilderAsync(args);
builder.CommandLine.AddProvider(() => new SuiteOptions());
builder.RegisterTestFramework(_ => new TestFrameworkCapabilities(), (_, services) => new PesterFramework(SuiteSettings.From(services.GetCommandLineOptions())));
using var application = await builder.BuildAsync();
return await application.RunAsync();
