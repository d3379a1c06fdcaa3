using System.CommandLine;
using KinescopeSandbox.Commands;

// What follows the script of `run` belongs to the script, even where it looks like an option of ours.
var ownArguments = args is ["run", _, ..] ? 2 : args.Length;
var root = new RootCommand("A local stand-in for the Kinescope video platform.")
{
    ServeCommand.Create(),
    SampleCommand.Create(),
    RunCommand.Create(args[ownArguments..]),
    DemoCommand.Create(),
};
// A script that is stopped may need time to end its uploads in good order.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await root.Parse(args[..ownArguments]).InvokeAsync(invocation);
