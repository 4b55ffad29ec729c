using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Description;

/// <summary><c>GET /openapi/v1.json</c>: the description of <c>/v1</c> from which tools make clients. It lies in the assembly.</summary>
internal static class DescriptionEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var description = AssemblyFile.Read("openapi.json");

        // A host that describes itself at the same address (MapOpenApi) comes first.
        endpoints.MapGet("/openapi/v1.json", context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = description.Length;
            return context.Response.Body.WriteAsync(description, context.RequestAborted).AsTask();
        }).WithOrder(int.MaxValue);
    }
}
