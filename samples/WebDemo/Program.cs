using System.Net.Http.Json;
using SciCoT.Samples;
using WebDemo;

const string Usage = """
    usage: WebDemo [--short] [--Demo:Directory FOLDER] [--urls http://127.0.0.1:8080] [--Server:MaxQuestionLength N] …
    Serves a web page and the addresses of docs/serving.md over the students of the QuickStart. --short asks itself two questions and ends.
    By default the folder is artifacts/quickstart, which the QuickStart leaves (dotnet run -c Release --project samples/QuickStart).
    """;

return await Failures.ReportAsync(Usage, args, async () =>
{
    if (args is not ["--short", .. var settings])
    {
        await Demo.Build(args).RunAsync();
        return 0;
    }

    // Starts, asks itself a question both ways and ends, to see that everything works.
    await using var demo = Demo.Build([.. settings, "--urls", "http://127.0.0.1:0"]);
    await demo.StartAsync();
    using var http = new HttpClient { BaseAddress = new Uri(demo.Urls.Single()) };
    foreach (var model in new[] { Demo.TwoStage, Demo.Direct })
    {
        using var response = await http.PostAsJsonAsync("v1/answers", new { model, question = "What rusts? (A) iron (B) wood" });
        Console.WriteLine(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    await demo.StopAsync();
    return 0;
});
