using System.Text.RegularExpressions;

namespace SciCoT.Students;

/// <summary>The names of devices.</summary>
internal static partial class DeviceNames
{
    public const string Expected = "cpu, cuda, cuda:N or mps";

    public static bool IsKnown(string? name) => Name().IsMatch(name ?? "");

    [GeneratedRegex(@"^(cpu(:0)?|mps(:0)?|cuda(:\d{1,2})?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
