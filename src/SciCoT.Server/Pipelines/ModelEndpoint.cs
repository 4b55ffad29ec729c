using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Pipelines;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
internal static class ModelEndpoint
{
    public static Task ListAsync(HttpContext context)
    {
        var models = context.RequestServices.GetRequiredService<ServedModels>();
        return JsonBody.WriteAsync(context, new ModelListReply([.. models.All.Select(ModelReply.From)]), ServerJson.Relaxed.ModelListReply);
    }

    public static Task ShowAsync(HttpContext context)
    {
        var model = context.RequestServices.GetRequiredService<ServedModels>().Find((string?)context.GetRouteValue("id"));
        return JsonBody.WriteAsync(context, ModelReply.From(model), ServerJson.Relaxed.ModelReply);
    }
}
