using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Page;

/// <summary>The web page, whose files lie in the assembly.</summary>
internal static class PageEndpoint
{
    /// <summary>The page loads nothing from elsewhere and runs no script but its own.</summary>
    private const string Policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void Map(IEndpointRouteBuilder endpoints, SciCoTServerOptions options)
    {
        MapFile(endpoints, "/", "index.html", "text/html; charset=utf-8");
        MapFile(endpoints, "/page.css", "page.css", "text/css; charset=utf-8");
        MapFile(endpoints, "/page.js", "page.js", "text/javascript; charset=utf-8");
        var settings = new PageSettings([.. options.ExampleQuestions.Select(Text)]);
        endpoints.MapGet("/page.json", context => JsonBody.WriteAsync(context, settings, ServerJson.Relaxed.PageSettings));
    }

    private static void MapFile(IEndpointRouteBuilder endpoints, string address, string file, string contentType)
    {
        var content = AssemblyFile.Read(file);
        endpoints.MapMethods(address, [HttpMethods.Get, HttpMethods.Head], context =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-cache"; // an updated server has an updated page
            context.Response.ContentType = contentType;
            context.Response.ContentLength = content.Length;
            return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
        });
    }

    /// <summary>A question as a person types it.</summary>
    private static string Text(ScienceQuestion question) =>
        string.Join(' ', question.Choices.Select(choice => $"({choice.Label}) {choice.Text}").Prepend(question.Stem));
}
