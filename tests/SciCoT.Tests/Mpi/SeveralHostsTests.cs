using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Mpi;

/// <summary>
/// Two hosts with addresses of their own, made of network namespaces, between which Open MPI talks over TCP. In place of ssh, a script
/// starts its daemon in the other one.
/// </summary>
public sealed class SeveralHostsTests : IDisposable
{
    private static readonly string Id = Environment.ProcessId.ToString("x", CultureInfo.InvariantCulture);

    private readonly TempFolder _folder = new();
    private readonly string[] _hosts = [$"scicot-a-{Id}", $"scicot-b-{Id}"];

    public SeveralHostsTests()
    {
        using (MpiRun.Start(MpiRun.OpenMpi, 1, "--version"))
        {
        }

        try
        {
            bool made = _hosts.All(host => Do("ip", "netns", "add", host));
            Assert.SkipUnless(made && Do("unshare", "--uts", "true"), "This process may not make network namespaces: start the tests as root, on Linux with iproute2 and util-linux.");
        }
        catch (Win32Exception)
        {
            Assert.Skip("This process may not make network namespaces: start the tests as root, on Linux with iproute2 and util-linux.");
        }

        // Names of interfaces have at most 15 characters.
        Require("ip", "link", "add", $"sca{Id}", "netns", _hosts[0], "type", "veth", "peer", "name", $"scb{Id}", "netns", _hosts[1]);
        foreach (var (host, link, address) in new[] { (_hosts[0], $"sca{Id}", "10.77.0.1/24"), (_hosts[1], $"scb{Id}", "10.77.0.2/24") })
        {
            Require("ip", "-n", host, "addr", "add", address, "dev", link);
            Require("ip", "-n", host, "link", "set", link, "up");
            Require("ip", "-n", host, "link", "set", "lo", "up");
        }
    }

    private string Agent => _folder.File("agent.sh");

    public void Dispose()
    {
        foreach (var host in _hosts)
            Do("ip", "netns", "del", host);
        _folder.Dispose();
    }

    [Fact]
    public async Task Ranks_OnTwoHosts_ExchangeOverTheNetwork()
    {
        var result = await RunAsync("exchange");

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(_hosts, result.Lines.Select(line => line.Split(", on ")[1]));
        Assert.InRange(Sent(), 40_000_000, long.MaxValue); // the broadcast alone
    }

    [Fact]
    public async Task Training_OnTwoHosts_IsThatOfOne()
    {
        var near = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("near"), "dropout", "10");
        var far = await RunAsync("train", _folder.File("far"), "dropout", "10");

        Assert.True(far.ExitCode == 0, far.All);
        Assert.Equal(Weights(near), Weights(far));
    }

    [Fact]
    public async Task RankThatThrows_EndsTheOtherHostToo()
    {
        var result = await RunAsync("throw");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"Rank 1 of 2 on {_hosts[1]}: ", result.Error);
    }

    private async Task<MpiResult> RunAsync(params string[] arguments)
    {
        await File.WriteAllTextAsync(Agent, "#!/bin/sh\nhost=$1; shift\nexec ip netns exec \"$host\" unshare --uts sh -c \"hostname $host; $*\"\n", TestContext.Current.CancellationToken);
        Require("chmod", "+x", Agent);
        var command = string.Join(' ', (string[])
        [
            "exec", MpiRun.OpenMpi, "--host", string.Join(',', _hosts), "-n", "2", "--bind-to", "none", "--mca", "plm_rsh_agent", Agent,
            "--mca", "pml", "ob1", "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", "10.77.0.0/24", "--mca", "oob_tcp_if_include", "10.77.0.0/24",
            "dotnet", MpiRun.Host, .. arguments,
        ]);
        var start = MpiRun.StartInfo("ip", ["netns", "exec", _hosts[0], "unshare", "--uts", "sh", "-c", $"hostname {_hosts[0]}; {command}"]);
        return await MpiRun.EndAsync(Process.Start(start)!);
    }

    /// <summary>Bytes that the first host has sent.</summary>
    private long Sent()
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", _hosts[0], "cat", $"/sys/class/net/sca{Id}/statistics/tx_bytes"]) { RedirectStandardOutput = true })!;
        return long.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    private static string Weights(MpiResult result) => Assert.Single(result.Lines, line => line.StartsWith("weights ", StringComparison.Ordinal));

    private static void Require(string program, params string[] arguments) =>
        Assert.True(Do(program, arguments), $"{program} {string.Join(' ', arguments)} failed.");

    private static bool Do(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
