using System.CommandLine;
using KinescopeSandbox.Commands;

var root = new RootCommand("A local stand-in for the Kinescope video platform.")
{
    ServeCommand.Create(),
    SampleCommand.Create(),
    DemoCommand.Create(),
};
// A demo that is stopped may need time to end its uploads in good order.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await root.Parse(args).InvokeAsync(invocation);
