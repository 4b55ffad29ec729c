using Microsoft.Extensions.DependencyInjection;
using SciCoT.Hub;

namespace SciCoT.Tests.DependencyInjection;

public sealed class HubRegistrationTests
{
    [Fact]
    public async Task HostsFactory_GivesTheHubsConnections()
    {
        var seen = new List<Uri?>();
        using var http = new HttpClient(new Refusing(seen));
        var services = new ServiceCollection();
        services.AddSciCoT();
        services.AddSingleton<Func<HttpClient>>(() => http);
        await using var provider = services.BuildServiceProvider();
        await Assert.ThrowsAsync<HubException>(() => provider.GetRequiredService<HubClient>().DownloadAsync("nobody/nothing-of-this-name", "v9", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("/api/models/nobody/nothing-of-this-name/revision/v9", Assert.Single(seen)?.AbsolutePath);
    }

    [Fact]
    public void WithoutFactory_TheHubHasConnectionsOfItsOwn()
    {
        using var provider = new ServiceCollection().AddSciCoT().Services.BuildServiceProvider();
        Assert.Same(provider.GetRequiredService<HubClient>(), provider.GetRequiredService<HubClient>());
    }

    private sealed class Refusing(List<Uri?> seen) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(request.RequestUri);
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
        }
    }
}
