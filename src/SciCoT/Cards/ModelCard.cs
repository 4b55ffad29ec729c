using System.Text;
using SciCoT.IO;
using SciCoT.Models;

namespace SciCoT.Cards;

/// <summary>
/// The description of students that lies beside them as <c>README.md</c> and that the Hub shows: metadata, data, recipe, results with
/// intervals, limits.
/// </summary>
/// <remarks>
/// Its last line holds a hash of the text, by which a card that nobody changed is told from a file of somebody's own. No path of the
/// machine stands in it. The same folder gives the same card.
/// </remarks>
public static class ModelCard
{
    private const string MarkStart = StudentFolders.CardMark + "sha256:";
    private const string MarkEnd = " -->\n";
    private const int MaxBytes = 4 << 20;

    /// <summary>Whether a folder has a card that this library wrote and nobody changed.</summary>
    /// <param name="directory">The students' folder.</param>
    public static bool IsUnchanged(string directory)
    {
        var file = new FileInfo(PathIn(directory));
        if (!file.Exists || file.Length > MaxBytes)
            return false;
        var text = File.ReadAllText(file.FullName);
        int mark = text.LastIndexOf(MarkStart, StringComparison.Ordinal);
        return mark >= 0 && text[mark..] == Mark(text[..mark]);
    }

    /// <summary>Writes the card of a folder, unless a <c>README.md</c> of somebody's own lies there.</summary>
    /// <param name="directory">The folder of a run, of an exported model, or of one student.</param>
    /// <param name="details">What the folder does not know.</param>
    /// <param name="overwrite">Whether a <c>README.md</c> of somebody's own is replaced.</param>
    /// <returns>Whether the card was written; <see langword="false"/> where another file was kept.</returns>
    /// <exception cref="ArgumentException">A detail is not of the form that the Hub takes.</exception>
    /// <exception cref="MissingFileException">There is no such folder.</exception>
    /// <exception cref="InvalidFileException">The folder holds no student, or a file of it is damaged.</exception>
    public static bool Write(string directory, ModelCardDetails? details = null, bool overwrite = false)
    {
        var text = Render(directory, details);
        if (File.Exists(PathIn(directory)) && !overwrite && !IsUnchanged(directory))
            return false;
        if (!File.Exists(PathIn(directory)) || File.ReadAllText(PathIn(directory)) != text)
            AtomicFile.WriteAllText(PathIn(directory), text);
        return true;
    }

    /// <summary>The card of a folder, with its metadata.</summary>
    /// <param name="directory">The folder of a run, of an exported model, or of one student.</param>
    /// <param name="details">What the folder does not know.</param>
    /// <exception cref="ArgumentException">A detail is not of the form that the Hub takes.</exception>
    /// <exception cref="MissingFileException">There is no such folder.</exception>
    /// <exception cref="InvalidFileException">The folder holds no student, or a file of it is damaged.</exception>
    public static string Render(string directory, ModelCardDetails? details = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        details ??= new();
        details.Validate();
        var facts = CardFacts.Of(directory, details);
        var text = new StringBuilder();
        CardMetadata.Append(text, facts, details);
        CardText.Append(text, facts, details);
        text.Append('\n');
        var body = text.ToString();
        return body + Mark(body);
    }

    private static string PathIn(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Path.Combine(directory, StudentFolders.Card);
    }

    private static string Mark(string text) => $"{MarkStart}{Convert.ToHexStringLower(Sha256.HashData(Encoding.UTF8.GetBytes(text)))}{MarkEnd}";
}
