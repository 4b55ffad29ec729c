using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace SciCoT.IO;

/// <summary>Fills settings from texts: those of a configuration or of a command line.</summary>
internal static partial class SettingsBinder
{
    /// <summary>Sets each property that a configuration names.</summary>
    /// <param name="target">The settings.</param>
    /// <param name="section">The configuration; names are those of the properties, in any case.</param>
    /// <exception cref="SettingsException">A name is not that of a setting, or a value does not fit its setting.</exception>
    public static void Bind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T target, IConfiguration section)
        where T : class
    {
        var properties = Properties<T>().ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!properties.TryGetValue(child.Key, out var property))
                throw new SettingsException(child.Path, $"is no setting.{NearestName.Question(child.Key, properties.Keys.Select(NameOf))} Known are {string.Join(", ", properties.Keys.Select(NameOf))}.");
            string?[] items = [.. child.GetChildren().Select(item => item.Value)];
            Set(target, property, child.Path, child.Value ?? (items.Length > 0 ? string.Join(',', items) : null));
        }
    }

    /// <summary>Sets one property; an absent or empty text leaves what it is.</summary>
    /// <param name="target">The settings.</param>
    /// <param name="property">The property.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="text">The value.</param>
    /// <exception cref="SettingsException">The value is not what the setting takes.</exception>
    public static void Set(object target, PropertyInfo property, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
            property.SetValue(target, Parse(property.PropertyType, name, text.Trim()));
    }

    public static IReadOnlyList<PropertyInfo> Properties<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>() =>
        [.. typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite)];

    /// <summary>The name in files: <c>learningRate</c>.</summary>
    public static string NameOf(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    /// <summary>The word for a member of an enumeration: <c>cross-fitted</c>.</summary>
    public static string Word(string member) => Boundary().Replace(member, "-").ToLowerInvariant();

    private static object Parse(Type type, string name, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return text;
        if (type == typeof(IReadOnlyList<string>))
            return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (type == typeof(bool))
            return bool.TryParse(text, out bool flag) ? flag : throw Wrong("true or false");
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) ? whole : throw Wrong("a whole number");
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long large) ? large : throw Wrong("a whole number");
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : throw Wrong("a number");
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : throw Wrong("a span of time such as 00:00:00.002");
        if (type.IsEnum)
        {
            var member = Enum.GetNames(type).FirstOrDefault(member => text.Replace("-", "", StringComparison.Ordinal).Equals(member, StringComparison.OrdinalIgnoreCase));
            return member is not null ? Enum.Parse(type, member) : throw Wrong(Words(Enum.GetNames(type)), NearestName.Question(text, Enum.GetNames(type).Select(Word)));
        }

        throw new NotSupportedException($"A setting of type {type} cannot be read.");

        SettingsException Wrong(string expected, string hint = "") => new(name, $"must be {expected}; got '{text}'.{hint}");
    }

    private static string Words(string[] members) => $"{string.Join(", ", members[..^1].Select(Word))} or {Word(members[^1])}";

    [GeneratedRegex("(?<=[a-z])(?=[A-Z][a-z])", RegexOptions.CultureInvariant)]
    private static partial Regex Boundary();
}
