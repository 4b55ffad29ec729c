using Microsoft.AspNetCore.Builder;
using SciCoT.Server;

namespace SciCoT.Tests.Server;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<SciCoTServerOptions>> Wrong => new()
    {
        { "nothing to serve", options => options.Models.Clear() },
        { "'a b' cannot be a model's name", options => options.Models["a b"] = "x" },
        { "'' cannot be a model's name", options => options.Pipelines.Add("") },
        { "Two models have the name 'm'", options => options.Pipelines.Add("m") },
        { "MaxQuestionLength must be from 1 to 1000000; got 0.", options => options.MaxQuestionLength = 0 },
        { "MaxChoices must be from 2 to 26; got 27.", options => options.MaxChoices = 27 },
        { "MaxBodyBytes must be from 256", options => options.MaxBodyBytes = 1 },
        { "ConcurrentRequests must be from 1", options => options.ConcurrentRequests = 0 },
        { "WaitingRequests must be from 0", options => options.WaitingRequests = -1 },
        { "RequestTimeout must be from 0.001", options => options.RequestTimeout = TimeSpan.Zero },
        { "DrainDelay must be from 0 to 3600; got -1.", options => options.DrainDelay = TimeSpan.FromSeconds(-1) },
        { "ShutdownTimeout must be from 0 to 3600; got 7200.", options => options.ShutdownTimeout = TimeSpan.FromHours(2) },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void WrongOption_IsNamed(string message, Action<SciCoTServerOptions> spoil)
    {
        var refusal = Assert.Throws<SciCoTException>(() => WebApplication.CreateSlimBuilder().AddSciCoTServer(options =>
        {
            options.Models["m"] = "models/m";
            spoil(options);
        }));
        Assert.Contains(message, refusal.Message);
    }
}
