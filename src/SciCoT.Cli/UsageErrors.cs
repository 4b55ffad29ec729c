using System.CommandLine.Parsing;

namespace SciCoT.Cli;

/// <summary>Errors of the command line in words of the shell's user, without names of types.</summary>
internal static class UsageErrors
{
    public static string Explain(ParseError error)
    {
        var (name, type, tokens) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType, option.Tokens),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType, option.Tokens),
            ArgumentResult argument => (argument.Argument.Name, argument.Argument.ValueType, argument.Tokens),
            _ => ("", typeof(string), []),
        };
        return tokens is [.., var last] && Expected(type) is { } expected && error.Message.Contains("parse", StringComparison.OrdinalIgnoreCase)
            ? $"{name} must be {expected}; got '{last.Value}'."
            : error.Message;
    }

    private static string? Expected(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number such as 2.50",
        TypeCode.Boolean => "true or false",
        _ => null,
    };
}
