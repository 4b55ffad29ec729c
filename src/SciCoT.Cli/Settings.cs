using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SciCoT.Cli;

/// <summary>
/// The values of a command's options: from the command line, else from the environment (<c>SCICOT_MODEL</c>), else from a
/// JSON file. <c>--batch-size</c> is <c>SCICOT_BATCHSIZE</c> there and <c>"batchSize"</c> here.
/// </summary>
internal sealed class Settings
{
    /// <summary>The file that is read where it lies in the current folder.</summary>
    public const string DefaultFile = "scicot.config.json";

    private const string Prefix = "SCICOT_";

    private readonly IConfiguration _configuration;

    private Settings(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Gathers the values of a parsed command line.</summary>
    /// <exception cref="UsageException">The file is missing or no JSON.</exception>
    public static Settings Of(ParseResult result, Option<string?> file)
    {
        var path = result.GetValue(file) ?? Environment.GetEnvironmentVariable(Prefix + "CONFIG");
        var builder = new ConfigurationBuilder();
        try
        {
            builder.AddJsonFile(Path.GetFullPath(path ?? DefaultFile), optional: path is null, reloadOnChange: false);
            builder.AddEnvironmentVariables(Prefix);
            builder.AddInMemoryCollection(Given(result));
            return new Settings(builder.Build());
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException or FormatException)
        {
            throw new UsageException($"{path ?? DefaultFile}: {(e is FileNotFoundException ? "there is no such configuration file." : $"no configuration: {e.InnerException?.Message ?? e.Message}")}", e);
        }
    }

    /// <summary>The option's name in the file.</summary>
    public static string KeyOf(string option)
    {
        var words = option.TrimStart('-').Split('-');
        return string.Concat(words.Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }

    public string? Text(Option option) => _configuration[KeyOf(option.Name)] is { Length: > 0 } value ? value : null;

    /// <exception cref="UsageException">Nobody set it.</exception>
    public string Required(Option option) =>
        Text(option) ?? throw new UsageException($"{option.Name} is missing: give it, or set {Prefix}{KeyOf(option.Name).ToUpperInvariant()} or \"{KeyOf(option.Name)}\" in {DefaultFile}.");

    public int? Integer(Option option, int least) => Text(option) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw Wrong(option, $"a whole number from {least}", text);

    public double? Number(Option option) => Text(option) is not { } text
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Wrong(option, "a number", text);

    public bool Flag(Option option) => Text(option) is { } text && (bool.TryParse(text, out bool value) ? value : throw Wrong(option, "true or false", text));

    private static UsageException Wrong(Option option, string expected, string text) => new($"{option.Name} must be {expected}; got '{text}'.");

    /// <summary>What stands on the command line; defaults do not, so that they hide nothing.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Given(ParseResult result) =>
        result.CommandResult.Command.Options
            .Select(option => result.GetResult(option))
            .OfType<OptionResult>()
            .Where(option => !option.Implicit)
            .Select(option => KeyValuePair.Create<string, string?>(KeyOf(option.Option.Name), option.Tokens.LastOrDefault()?.Value ?? "true"));
}
