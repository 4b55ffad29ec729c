using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using SciCoT.Distillation;
using SciCoT.IO;

namespace SciCoT.Cli;

/// <summary>
/// The values of a command's options: from the command line, else from the environment (<c>SCICOT_MODEL</c>), else from a
/// JSON file. <c>--batch-size</c> is <c>SCICOT_BATCHSIZE</c> there and <c>"batchSize"</c> here; for one command alone it is
/// <c>SCICOT_DISTILL__BATCHSIZE</c> and <c>{"distill": {"batchSize": …}}</c>.
/// </summary>
internal sealed class Settings
{
    /// <summary>The file that is read where it lies in the current folder.</summary>
    public const string DefaultFile = "scicot.config.json";

    private const string Prefix = "SCICOT_";

    private readonly string _command;
    private readonly IConfiguration[] _sources; // what counts more stands first

    private Settings(string command, params IConfiguration[] sources) => (_command, _sources) = (command, sources);

    /// <summary>Gathers the values of a parsed command line.</summary>
    /// <exception cref="UsageException">The file is missing or no JSON.</exception>
    public static Settings Of(ParseResult result, Option<string?> file)
    {
        var path = result.GetValue(file) ?? Environment.GetEnvironmentVariable(Prefix + "CONFIG");
        try
        {
            var values = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path ?? DefaultFile), optional: path is null, reloadOnChange: false).Build();
            var environment = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
            CheckNames(values, path ?? DefaultFile, result.RootCommandResult.Command.Subcommands);
            CheckEnvironment(environment, result.RootCommandResult.Command.Subcommands);
            return new Settings(
                CommandOf(result.CommandResult).Name,
                new ConfigurationBuilder().AddInMemoryCollection(Given(result)).Build(),
                environment,
                values);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException or FormatException)
        {
            throw new UsageException($"{path ?? DefaultFile}: {(e is FileNotFoundException ? "there is no such configuration file." : $"no configuration: {e.InnerException?.Message ?? e.Message}")}", e);
        }
    }

    /// <summary>The command under the root: <c>rationales</c> for <c>scicot rationales export</c>.</summary>
    private static Command CommandOf(CommandResult result) =>
        result.Parent is CommandResult { Command: not RootCommand } parent ? CommandOf(parent) : result.Command;

    /// <summary>The command's names behind the tool's own, each with a space behind it.</summary>
    public static string PathOf(CommandResult result) =>
        result.Command is RootCommand ? "" : $"{(result.Parent is CommandResult parent ? PathOf(parent) : "")}{result.Command.Name} ";

    /// <summary>The same values, and others for what nobody set.</summary>
    public Settings Or(IEnumerable<KeyValuePair<string, string>> others) =>
        new(_command, [.. _sources, new ConfigurationBuilder().AddInMemoryCollection(others.Select(value => KeyValuePair.Create<string, string?>(value.Key, value.Value))).Build()]);

    /// <summary>The option's name in the file.</summary>
    public static string KeyOf(string option)
    {
        var words = option.TrimStart('-').Split('-');
        return string.Concat(words.Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }

    public string? Text(Option option) => Text(KeyOf(option.Name));

    /// <summary>The value of an option that takes a web address.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public Uri? WebAddress(Option option) => Text(option) is not { } text
        ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : throw new UsageException($"{option.Name} must be a web address; got '{text}'.");

    /// <summary>The value of a key that is no option, such as a secret.</summary>
    public string? Text(string key) =>
        _sources.SelectMany(source => new[] { Value(source.GetSection($"{_command}:{key}")), Value(source.GetSection(key)) }).FirstOrDefault(value => value is { Length: > 0 });

    /// <summary>Fills settings whose properties are the command's options.</summary>
    /// <exception cref="UsageException">A value is not what its option takes.</exception>
    public void Bind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T target)
        where T : class
    {
        foreach (var property in SettingsBinder.Properties<T>())
        {
            var option = OptionOf(property.Name);
            try
            {
                SettingsBinder.Set(target, property, option, Text(KeyOf(option)));
            }
            catch (SettingsException e)
            {
                throw new UsageException(e.Message);
            }
        }
    }

    /// <summary>The option of a property: <c>--learning-rate</c> of <c>LearningRate</c>.</summary>
    public static string OptionOf(string property) =>
        "--" + string.Concat(SettingsBinder.NameOf(property).Select(letter => char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{letter}"));

    /// <summary>A value, or those of an array.</summary>
    private static string? Value(IConfigurationSection section) =>
        section.Value ?? (section.GetChildren().ToArray() is { Length: > 0 } items && items.All(item => item.Value is not null) ? string.Join(',', items.Select(item => item.Value)) : null);

    /// <summary>One of several words.</summary>
    public string? Choice(Option option, IReadOnlyList<string> words) => Text(option) is not { } text
        ? null
        : words.Contains(text) ? text : throw Wrong(option, $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}", text, NearestName.Question(text, words));

    /// <exception cref="UsageException">Nobody set it.</exception>
    public string Required(Option option) =>
        Text(option) ?? throw new UsageException($"{option.Name} is missing: give it, or set {Variable(option)} or \"{KeyOf(option.Name)}\" in {DefaultFile}.{Misspelt(Variable(option))}");

    private static string Variable(Option option) => Prefix + KeyOf(option.Name).ToUpperInvariant();

    /// <summary>A variable that may have been meant for this one. Others with the prefix may belong to other programs, so that they are no errors by themselves.</summary>
    private static string Misspelt(string variable) =>
        NearestName.Of(variable, Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))) is { } near ? $" {near} is set: did you mean {variable}?" : "";

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

    /// <summary>A number of seconds.</summary>
    public TimeSpan? Seconds(Option option) => Number(option) is not { } seconds
        ? null
        : seconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : throw Wrong(option, "a number of seconds from 0 to 86400", Text(option)!);

    public decimal? Amount(Option option) => Text(option) is not { } text
        ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : throw Wrong(option, "an amount such as 2.50", text);

    public bool Flag(Option option) => Text(option) is { } text && (bool.TryParse(text, out bool value) ? value : throw Wrong(option, "true or false", text));

    private static UsageException Wrong(Option option, string expected, string text, string hint = "") => new($"{option.Name} must be {expected}; got '{text}'.{hint}");

    /// <summary>A misspelt name would be skipped in silence.</summary>
    private static void CheckNames(IConfiguration file, string path, IList<Command> commands)
    {
        var all = commands.SelectMany(Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var section in file.GetChildren())
        {
            // A command's name may also be an option's: then a value or a list is the option's.
            var command = IsValue(section) ? null : commands.FirstOrDefault(command => command.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
            var known = command is null ? all : Keys(command).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var key in command is null ? [section.Key] : section.GetChildren().Select(child => child.Key))
            {
                if (!known.Contains(key))
                    throw new UsageException($"{path}: \"{key}\" is no option{(command is null ? "" : $" of scicot {command.Name}")}.{NearestName.Question(key, command is null ? known.Concat(commands.Select(one => one.Name)) : known)} An option --such-as-this is \"suchAsThis\" here, and may stand under the name of a command.");
            }
        }
    }

    /// <summary>Variables of one command alone can be no other program's, so that a misspelt one is an error too.</summary>
    private static void CheckEnvironment(IConfiguration environment, IList<Command> commands)
    {
        foreach (var command in commands)
        {
            var known = Keys(command).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var key in environment.GetSection(command.Name).GetChildren().Select(child => child.Key))
            {
                if (!known.Contains(key))
                    throw new UsageException($"{Prefix}{command.Name.ToUpperInvariant()}__{key}: this is no option of scicot {command.Name}.{NearestName.Question(key, known.Select(name => name.ToUpperInvariant()))} An option --such-as-this is SUCHASTHIS here.");
            }
        }
    }

    private static bool IsValue(IConfigurationSection section) =>
        section.Value is not null || (section.GetChildren().ToArray() is { Length: > 0 } items && items.All(item => int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)));

    private static IEnumerable<string> Keys(Command command) =>
        command.Options.Select(option => KeyOf(option.Name)).Concat(command.Subcommands.SelectMany(Keys)).Append(TeacherOptions.Key);

    /// <summary>What stands on the command line; defaults do not, so that they hide nothing.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Given(ParseResult result) =>
        result.CommandResult.Command.Options
            .Select(option => result.GetResult(option))
            .OfType<OptionResult>()
            .Where(option => !option.Implicit)
            .Select(option => KeyValuePair.Create<string, string?>(KeyOf(option.Option.Name), TextOf(option)));

    private static string TextOf(OptionResult option) => option.Tokens.Count == 0
        ? "true"
        : option.Option.Arity.MaximumNumberOfValues > 1 ? string.Join(',', option.Tokens.Select(token => token.Value)) : option.Tokens[^1].Value;
}
