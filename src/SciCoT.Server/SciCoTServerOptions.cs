using System.Globalization;
using System.Text.RegularExpressions;

namespace SciCoT.Server;

/// <summary>What a server serves and what it allows.</summary>
/// <example>
/// <code>
/// builder.AddSciCoTServer(server =>
/// {
///     server.Models["science"] = "models/science";
///     server.ApiKeyFile = "/run/secrets/api-keys";
/// });
/// </code>
/// </example>
public sealed partial class SciCoTServerOptions
{
    /// <summary>The model folders by the names under which clients ask them. The first is asked where a client names none.</summary>
    public IDictionary<string, string> Models { get; } = new OrderedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of further pipelines, which the host adds itself with <c>AddSciCoT(name)</c>, for example over students of its own.</summary>
    public IList<string> Pipelines { get; } = [];

    /// <summary>The longest question in characters, with its context and choices.</summary>
    /// <value>The default is 4,000.</value>
    public int MaxQuestionLength { get; set; } = 4_000;

    /// <summary>The most choices of a question, from 2 to 26.</summary>
    /// <value>The default is 26.</value>
    public int MaxChoices { get; set; } = 26;

    /// <summary>The largest body of a request in bytes.</summary>
    /// <value>The default is 65,536.</value>
    public int MaxBodyBytes { get; set; } = 64 << 10;

    /// <summary>How many requests are answered at a time.</summary>
    /// <value>The default is 64.</value>
    public int ConcurrentRequests { get; set; } = 64;

    /// <summary>How many requests wait for their turn; further ones get status 429.</summary>
    /// <value>The default is 256.</value>
    public int WaitingRequests { get; set; } = 256;

    /// <summary>How long a request may take, waiting included.</summary>
    /// <value>The default is one minute.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a stopping server waits before it refuses connections, so that a load balancer sees that it is not ready any more.</summary>
    /// <remarks>It waits only where <c>/health/ready</c> has been asked.</remarks>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping server waits, after <see cref="DrainDelay"/>, for requests that it has accepted.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A file with the keys that clients may use, one a line. The file is read again when it changes.</summary>
    /// <value>The default is <see langword="null"/>: clients need no key.</value>
    public string? ApiKeyFile { get; set; }

    /// <summary>Whether <c>/metrics</c> shows metrics as Prometheus reads them.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Metrics { get; set; } = true;

    /// <summary>Whether <c>/</c> is a web page on which the models can be asked.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Page { get; set; } = true;

    /// <summary>Questions that the page offers.</summary>
    public IList<ScienceQuestion> ExampleQuestions { get; } = [];

    /// <summary>The names of all that is served, in order.</summary>
    internal IReadOnlyList<string> Names => [.. Models.Keys, .. Pipelines];

    /// <exception cref="SciCoTException">An option has a value that it cannot have.</exception>
    internal void Validate()
    {
        if (Names.Count == 0)
            throw new SciCoTException($"The server has nothing to serve: add a model folder to {nameof(Models)}, or a pipeline's name to {nameof(Pipelines)}.");
        if (Names.FirstOrDefault(name => !ModelName().IsMatch(name)) is { } wrong)
            throw new SciCoTException($"'{wrong}' cannot be a model's name: a name has 1 to 64 letters, digits and '.', '_', '-', ':'.");
        if (Names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SciCoTException($"Two models have the name '{twice.Key}'; names must be unique.");
        Check(nameof(MaxQuestionLength), MaxQuestionLength, 1, 1_000_000);
        Check(nameof(MaxChoices), MaxChoices, 2, 26);
        Check(nameof(MaxBodyBytes), MaxBodyBytes, 256, 64 << 20);
        Check(nameof(ConcurrentRequests), ConcurrentRequests, 1, 100_000);
        Check(nameof(WaitingRequests), WaitingRequests, 0, 1_000_000);
        Check(nameof(RequestTimeout), RequestTimeout.TotalSeconds, 0.001, 86_400);
        Check(nameof(DrainDelay), DrainDelay.TotalSeconds, 0, 3_600);
        Check(nameof(ShutdownTimeout), ShutdownTimeout.TotalSeconds, 0, 3_600);
    }

    private static void Check(string name, double value, double least, double most)
    {
        if (value < least || value > most)
            throw new SciCoTException(string.Create(CultureInfo.InvariantCulture, $"{name} must be from {least} to {most}; got {value}."));
    }

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ModelName();
}
