using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;

// The first four are the processes of a run: the meter around a client, the servers, and a client of our own.
return args switch
{
    ["measure", var result, .. var command] => await ChildMeter.RunAsync(result, command),
    ["serve", var authority] => await DiscardingServer.RunAsync(authority),
    ["delay", var target, var roundTrip] => await DelayingProxy.RunAsync(int.Parse(target), double.Parse(roundTrip, System.Globalization.CultureInfo.InvariantCulture)),
    ["send", .. var job] => await HttpClientLoop.RunAsync(job.FirstOrDefault()),
    _ => await CommandLine.RunAsync(args),
};
