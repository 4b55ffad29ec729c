namespace SciCoT;

/// <summary>Choices without labels, as a list with bullets under a line that announces it: <c>Options:</c>, <c>- ice</c>, <c>- steam</c>. They are labelled A, B, C….</summary>
internal static class BulletedChoices
{
    private const int MaxChoices = 26;

    private static readonly string[] Headings = ["options", "choices", "answer choices", "answer options", "possible answers"];

    /// <returns><see langword="null"/> where the text does not end with such a list, or has nothing before it.</returns>
    public static (string Stem, Choice[] Choices)? Find(string text)
    {
        var lines = text.Split('\n');
        int heading = Array.FindLastIndex(lines, line => line.Trim().Trim('*') is [.., ':'] announced && Headings.Contains(announced[..^1].TrimEnd('*', ' ').ToLowerInvariant()));
        if (heading < 1)
            return null;
        var stem = string.Join('\n', lines[..heading]).Trim();
        string[] items = [.. lines[(heading + 1)..].Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (stem.Length == 0 || items.Length is < 2 or > MaxChoices || items.Any(item => item is not [('-' or '*' or '•' or '–') and var bullet, ' ', .. { Length: > 0 }] || bullet != items[0][0]))
            return null;
        return (stem, [.. items.Select((item, i) => new Choice(((char)('A' + i)).ToString(), item[2..].Trim()))]);
    }
}
