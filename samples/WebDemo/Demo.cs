using SciCoT.Server;
using SciCoT.Students;
using SciCoT.Testing;

namespace WebDemo;

/// <summary>A server over what the QuickStart trained: the two students, and beside them the one that does not reason.</summary>
internal static class Demo
{
    public const string TwoStage = "with-reasoning";
    public const string Direct = "direct";

    private const int Examples = 12;

    public static WebApplication Build(string[] args)
    {
        // The settings lie with the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        // What keeps the program from starting is thrown as well, and told once, without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        var least = builder.Configuration.GetValue("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level >= least && level != LogLevel.Critical);

        var folder = builder.Configuration["Demo:Directory"]!;
        builder.AddSciCoTServer(server =>
        {
            builder.Configuration.GetSection("Server").Bind(server);
            server.Models[TwoStage] = Path.Combine(folder, "model");
            server.Pipelines.Add(Direct);
            var questions = MiniScience.Create(seed: 4).Test;
            for (int i = 0; i < Examples; i++)
                server.ExampleQuestions.Add(questions[i * questions.Count / Examples]);
        });
        builder.Services.AddSciCoT(Direct)
            .UseRationaleStudent(_ => new SilentStudent())
            .UseAnswerStudent(_ => new DirectAnswerStudent(T5TextModel.Load(Path.Combine(folder, "direct-student"))))
            .WarmUp();

        var app = builder.Build();
        app.MapSciCoTServer();
        return app;
    }
}
