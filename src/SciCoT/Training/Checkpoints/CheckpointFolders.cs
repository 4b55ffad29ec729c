using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Training.Checkpoints;

/// <summary>
/// The folders <c>checkpoint-00000120</c> of a training. Each is written aside and renamed, and has a manifest of its files'
/// lengths and hashes, so that a damaged one is recognised and the one before it used.
/// </summary>
internal sealed class CheckpointFolders(string directory, int keep)
{
    private const string Prefix = "checkpoint-";
    private const string Aside = ".tmp";
    private const string ManifestName = "manifest.json";
    private const int MaxManifestBytes = 1 << 16;

    /// <summary>Writes a checkpoint, then removes all but the newest.</summary>
    /// <param name="step">Names the folder.</param>
    /// <param name="write">Writes the files, flushed to disk, into the folder that it is given.</param>
    public void Write(int step, Action<string> write)
    {
        var target = Path.Combine(directory, Prefix + step.ToString("D8", CultureInfo.InvariantCulture));
        var aside = target + Aside;
        Remove(aside);
        try
        {
            Directory.CreateDirectory(aside);
            write(aside);
            var manifest = Directory.GetFiles(aside).ToDictionary(f => Path.GetFileName(f), Describe, StringComparer.Ordinal);
            AtomicFile.WriteAllText(Path.Combine(aside, ManifestName), JsonSerializer.Serialize(manifest, CheckpointJson.Default.DictionaryStringCheckpointFile));
        }
        catch
        {
            Remove(aside); // on a full disk, say, where it would take the room for the next try
            throw;
        }

        // Folders from here on belong to a run that was damaged or given up.
        foreach (var (_, folder) in All(directory).Where(c => c.Step >= step))
            Remove(folder);
        Directory.Move(aside, target);
        foreach (var (_, folder) in All(directory).SkipLast(keep))
            Remove(folder);
    }

    /// <summary>The newest checkpoint whose files are as they were written.</summary>
    /// <param name="warnings">Gets a message for each that is damaged.</param>
    public string? NewestIntact(ICollection<string> warnings)
    {
        foreach (var (_, folder) in All(directory).Reverse())
        {
            if (Damage(folder) is not { } damage)
                return folder;
            warnings.Add($"{folder} is damaged ({damage}) and is not used; training continues from an earlier state.");
        }

        return null;
    }

    /// <summary>The newest checkpoint of a folder, sound or not.</summary>
    public static string? Newest(string directory) => All(directory).LastOrDefault().Folder;

    private static string? Damage(string folder)
    {
        try
        {
            var path = Path.Combine(folder, ManifestName);
            if (!File.Exists(path) || new FileInfo(path).Length > MaxManifestBytes)
                return $"{ManifestName} is missing or too large";
            var manifest = OutsideJson.Deserialize(File.ReadAllBytes(path), CheckpointJson.Default.DictionaryStringCheckpointFile);
            if (manifest.Count == 0)
                return $"{ManifestName} is empty";

            foreach (var (name, expected) in manifest)
            {
                var file = Path.Combine(folder, Path.GetFileName(name));
                if (!File.Exists(file))
                    return $"{name} is missing";
                if (new FileInfo(file).Length != expected?.Length)
                    return $"{name} has {new FileInfo(file).Length} bytes instead of {expected?.Length}";
                if (Describe(file) != expected)
                    return $"{name} has changed";
            }

            return null;
        }
        catch (InvalidFileException e)
        {
            return $"{ManifestName}: {e.Message}";
        }
    }

    private static CheckpointFile Describe(string path)
    {
        using var stream = File.OpenRead(path);
        return new CheckpointFile(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>All complete folders, the oldest first.</summary>
    private static IReadOnlyList<(int Step, string Folder)> All(string directory) =>
        !Directory.Exists(directory)
            ? []
            : [.. from folder in Directory.GetDirectories(directory, Prefix + "*")
                  let number = Path.GetFileName(folder)[Prefix.Length..]
                  where int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                  let step = int.Parse(number, CultureInfo.InvariantCulture)
                  orderby step
                  select (step, folder)];

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
