using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SciCoT.Server;
using SciCoT.Server.Requests;

namespace SciCoT.Tests.Server;

/// <summary>The description of the server's addresses says what the code does.</summary>
public sealed class DescriptionTests(ServedModel served) : IClassFixture<ServedModel>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Addresses_AreThoseThatAreMapped()
    {
        await using var server = await OwnServer.StartAsync(new OwnServer.Student(_ => AsyncEnumerable.Empty<string>()));
        var mapped = from endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                     where endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)
                     from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                     select $"{method} {endpoint.RoutePattern.RawText}";

        var described = from path in (await DescriptionAsync())["paths"]!.AsObject()
                        from operation in path.Value!.AsObject()
                        select $"{operation.Key.ToUpperInvariant()} {path.Key}";

        Assert.Equal(mapped.Order(), described.Order());
    }

    /// <summary>Each schema has the name of a type of the server, and the fields that this type has in JSON.</summary>
    [Fact]
    public async Task Schemas_AreTheTypesOfTheCode()
    {
        var schemas = (await DescriptionAsync())["components"]!["schemas"]!.AsObject();
        var types = typeof(SciCoTServerOptions).Assembly.GetTypes().ToLookup(type => type.Name);
        foreach (var (name, schema) in schemas.Where(schema => schema.Key != "RequestChoice")) // read by hand
        {
            var fields = ServerJson.Relaxed.GetTypeInfo(types[name].Single())!.Properties;
            var described = schema!["properties"]!.AsObject();
            Assert.Equal(fields.Where(field => !IsIgnored(field)).Select(field => field.Name).Order(), described.Select(field => field.Key).Order());
            foreach (var field in fields.Where(field => JsonTypeOf(field.PropertyType) is not null && !IsIgnored(field)))
                Assert.True(JsonTypeOf(field.PropertyType) == (string?)described[field.Name]!["type"], $"{name}.{field.Name}");
        }
    }

    [Fact]
    public async Task References_LeadToParts()
    {
        var description = await DescriptionAsync();
        var known = from kind in new[] { "schemas", "responses" } from part in description["components"]![kind]!.AsObject() select $"#/components/{kind}/{part.Key}";
        var parts = known.ToHashSet();
        var references = Descend(description).OfType<JsonObject>().Select(node => (string?)node["$ref"]).OfType<string>().ToHashSet();

        Assert.Subset(parts, references);
        Assert.Equal(["#/components/schemas/ChatCompletionChunk", "#/components/schemas/RationalePiece"], parts.Except(references).Order()); // of streams, which OpenAPI cannot describe
    }

    [Fact]
    public async Task DescriptionOfTheHost_ComesFirst()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSciCoTServer(server => server.Pipelines.Add("own"));
        await using var app = builder.Build();
        app.MapSciCoTServer();
        app.MapGet("/openapi/{document}.json", (HttpContext context) => context.Response.WriteAsync("the host's"));
        await app.StartAsync(Token);
        using var http = new HttpClient();

        Assert.Equal("the host's", await http.GetStringAsync(app.Urls.Single() + "/openapi/v1.json", Token));
    }

    private async Task<JsonNode> DescriptionAsync()
    {
        using var response = await served.Http.GetAsync("openapi/v1.json", Token);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return await response.JsonAsync();
    }

    private static bool IsIgnored(JsonPropertyInfo field) => field.Get is null && field.Set is null;

    private static string? JsonTypeOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var plain when plain == typeof(string) => "string",
        var plain when plain == typeof(bool) => "boolean",
        var plain when plain == typeof(int) || plain == typeof(long) => "integer",
        var plain when plain == typeof(double) => "number",
        var plain when plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => "array",
        _ => null,
    };

    private static IEnumerable<JsonNode> Descend(JsonNode node) => (node switch
    {
        JsonObject fields => fields.Select(field => field.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(Descend).Prepend(node);
}
