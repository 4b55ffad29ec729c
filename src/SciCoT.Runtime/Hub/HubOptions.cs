namespace SciCoT.Hub;

/// <summary>Where models come from and where they are kept. The defaults are those of Hugging Face's own tools, so that both share one cache.</summary>
/// <include file="Examples.xml" path="examples/HubOptions/example"/>
public sealed record HubOptions
{
    /// <summary>The server.</summary>
    /// <value>The default is <c>https://huggingface.co</c>; <c>HF_ENDPOINT</c> names another.</value>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>The folder of the cache, which holds <c>models--organisation--name</c> folders.</summary>
    /// <value>The default is <c>~/.cache/huggingface/hub</c>; <c>HF_HUB_CACHE</c> names another, <c>HF_HOME</c> or <c>XDG_CACHE_HOME</c> the folder above it.</value>
    public required string CacheDirectory { get; init; }

    /// <summary>Proves to the server who asks, for private and gated models. It is sent to <see cref="Endpoint"/> and to nobody else.</summary>
    /// <value>The default is <see langword="null"/>; <c>HF_TOKEN</c> or the file <c>token</c> in <c>HF_HOME</c>, which <c>hf auth login</c> writes, holds one.</value>
    public string? Token { get; init; }

    /// <summary>Whether only the cache is used.</summary>
    /// <value>The default is <see langword="false"/>; <c>HF_HUB_OFFLINE=1</c> sets it.</value>
    public bool Offline { get; init; }

    /// <summary>The largest file that is taken, in bytes.</summary>
    /// <value>The default is 50 GB, the server's own limit.</value>
    public long MaxFileBytes { get; init; } = 50_000_000_000;

    /// <summary>How often a request is made before its failure is believed. A download goes on where the attempt before it ended.</summary>
    /// <value>The default is 6.</value>
    public int Attempts { get; init; } = 6;

    /// <summary>How long the server may send nothing before the attempt is given up.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The options that the environment gives: <c>HF_HOME</c>, <c>HF_HUB_CACHE</c>, <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, <c>HF_HUB_OFFLINE</c>.</summary>
    /// <exception cref="ArgumentException"><c>HF_ENDPOINT</c> is no web address.</exception>
    public static HubOptions FromEnvironment() => FromEnvironment(Environment.GetEnvironmentVariable);

    internal static HubOptions FromEnvironment(Func<string, string?> variable)
    {
        var cacheHome = Value("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var home = Expanded(Value("HF_HOME") ?? Path.Combine(cacheHome, "huggingface"));
        var options = new HubOptions
        {
            CacheDirectory = Expanded(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub")),
            Token = Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN") ?? TokenFile(Expanded(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token"))),
            Offline = IsTrue("HF_HUB_OFFLINE") || IsTrue("TRANSFORMERS_OFFLINE"),
        };
        if (Value("HF_ENDPOINT") is not { } endpoint)
            return options;
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? options with { Endpoint = uri }
            : throw new ArgumentException($"HF_ENDPOINT must be a web address such as https://huggingface.co; got '{endpoint}'.");

        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

        bool IsTrue(string name) => Value(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

        static string Expanded(string path) => path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : path;
    }

    /// <summary>The address of a path on the server.</summary>
    internal Uri Address(string path) => new($"{Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    private static string? TokenFile(string path) =>
        File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;

    /// <summary>Printed without the token.</summary>
    public override string ToString() => $"{Endpoint} to {CacheDirectory}{(Offline ? ", offline" : "")}{(Token is null ? "" : ", with a token")}";
}
