using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Line;
using KinescopeBenchmarks.Server;

// The first ones are the processes of a run: the meter around a client, the servers, what lies between, and clients of our own.
return args switch
{
    ["measure", var result, .. var command] => await ChildMeter.RunAsync(result, command),
    ["serve", var authority] => await DiscardingServer.RunAsync(authority),
    ["delay", var target, var roundTrip] => await DelayingProxy.RunAsync(int.Parse(target), Number(roundTrip)),
    ["route", var network, var rate, var roundTrip] => Router.Run(network, Number(rate), Number(roundTrip)),
    ["ask", var url] => await Asker.RunAsync(url),
    ["hash", var bytes] => HashAlone.Run(long.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture)),
    ["send", .. var job] => await HttpClientLoop.RunAsync(job.FirstOrDefault()),
    _ => await CommandLine.RunAsync(args),
};

static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
