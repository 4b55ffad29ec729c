using System.Globalization;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;

namespace SciCoT.Benchmarks;

/// <summary>
/// How far budgets and limits are overrun when 64 calls are under way: a server on the loopback replies after 50 to 150 ms with
/// tokens that vary by half, or with a twentieth of replies that take ten times the mean and as much longer, and counts what it sent.
/// </summary>
internal static class BudgetBenchmark
{
    private const int Concurrency = 64;

    /// <param name="arguments">How many seconds the token limit is tried; 60 by default.</param>
    public static void Run(string[] arguments) =>
        RunAsync(arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 60).GetAwaiter().GetResult();

    private static async Task RunAsync(int seconds)
    {
        foreach (var (replies, refused) in new[] { (20, 0), (10, 64), (200, 0), (200, 64), (1000, 0), (1000, 64) })
            await BudgetAsync(150, replies, refused, isHeavy: false, maxOutput: null);
        foreach (int replies in new[] { 200, 1000 })
        {
            await BudgetAsync(150, replies, 64, isHeavy: true, maxOutput: null);
            await BudgetAsync(150, replies, 64, isHeavy: true, maxOutput: 2000);
        }

        await LimitAsync(600_000, 3600, TimeSpan.FromSeconds(seconds));
        await LimitAsync(600_000, 300, TimeSpan.FromSeconds(seconds));
    }

    private static async Task BudgetAsync(int mean, int replies, int refused, bool isHeavy, int? maxOutput)
    {
        var service = new Service(mean, refused, isHeavy);
        await using var server = await ChatServer.StartAsync(service.Answer);
        var budget = new TeacherBudget { MaxTokens = mean * replies };
        await AnnotateAsync(server.Address, 5 * replies, maxOutput, layers => layers.UseBudget(budget).UseRetry(new() { Delay = TimeSpan.FromMilliseconds(100) }), CancellationToken.None);
        Console.WriteLine(FormattableString.Invariant($"budget of {budget.MaxTokens} tokens ({replies} replies), {refused} calls refused with 429 first{(isHeavy ? ", a twentieth takes ten times the mean" : "")}{(maxOutput is null ? "" : FormattableString.Invariant($", replies of {maxOutput} tokens at most"))}: {service.Tokens} spent, {service.Tokens / (double)budget.MaxTokens!:0.0%}"));
    }

    private static async Task LimitAsync(int limit, int mean, TimeSpan time)
    {
        var service = new Service(mean, 0, isHeavy: false);
        await using var server = await ChatServer.StartAsync(service.Answer);
        using var stop = new CancellationTokenSource(time);
        try
        {
            await AnnotateAsync(server.Address, 1_000_000 / mean * 60, null, layers => layers.UseRateLimit(new() { TokensPerMinute = limit }), stop.Token);
        }
        catch (OperationCanceledException)
        {
        }

        double allowed = limit * time.TotalMinutes;
        Console.WriteLine(FormattableString.Invariant($"limit of {limit} tokens a minute, {mean} a reply (1000 expected), {time.TotalSeconds:0} s: {service.Tokens} taken, {service.Tokens / allowed:0.0%}"));
    }

    private static async Task AnnotateAsync(Uri address, int questions, int? maxOutput, Action<TeacherBuilder> layers, CancellationToken cancellationToken)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var store = JsonLinesRationaleStore.Open(path, CancellationToken.None);
            var chat = OpenAITeacher.Create(address, new() { MaxOutputTokens = maxOutput });
            var builder = new TeacherBuilder(chat);
            layers(builder);
            await new RationaleAnnotator(builder.Build(), store, AnnotationSettings.For(chat) with { Concurrency = Concurrency })
                .AnnotateAsync(OpenAITeacher.Questions(questions), cancellationToken: cancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class Service(int mean, int refused, bool isHeavy)
    {
        private readonly Random _random = new(1);
        private long _tokens;
        private int _calls;

        public long Tokens => Volatile.Read(ref _tokens);

        public ChatAnswer Answer(ChatCall call)
        {
            lock (_random)
            {
                if (_calls++ < refused)
                    return new(ChatFault.TooManyRequests);
                // A twentieth of ten times the mean, the others of 0.526 times, make the mean.
                int tokens = !isHeavy ? _random.Next(mean / 2, mean * 3 / 2) : _random.Next(20) == 0 ? 10 * mean : (int)(mean * 0.526);
                _tokens += tokens;
                return new() { Delay = TimeSpan.FromMilliseconds(isHeavy ? tokens / 3 : _random.Next(50, 150)), Usage = (tokens / 3, tokens - (tokens / 3)) };
            }
        }
    }
}
