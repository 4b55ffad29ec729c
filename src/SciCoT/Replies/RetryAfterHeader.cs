using System.Globalization;

namespace SciCoT.Replies;

/// <summary>Reads how long a service asks to wait.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The time that the headers name: in milliseconds (as OpenAI and Azure also send it), in seconds, or as a date.</summary>
    public static TimeSpan? Read(Func<string, string?> header, DateTimeOffset now)
    {
        if (Number(header("retry-after-ms")) is { } milliseconds)
            return TimeSpan.FromMilliseconds(milliseconds);
        var value = header("Retry-After");
        if (Number(value) is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date > now ? date - now : TimeSpan.Zero
            : null;
    }

    /// <summary>The date that the header names, where it is one.</summary>
    public static DateTimeOffset? Date(Func<string, string?> header) =>
        Number(header("retry-after-ms")) is null && header("Retry-After") is { } value && Number(value) is null
            && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private static double? Number(string? value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double number)
            && number <= TimeSpan.FromDays(365).TotalMilliseconds ? number : null;
}
