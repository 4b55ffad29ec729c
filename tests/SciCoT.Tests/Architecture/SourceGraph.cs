using System.Text.RegularExpressions;

namespace SciCoT.Tests.Architecture;

/// <summary>
/// Which folder of a source tree uses which, by the names of types. The source is read, not the assembly: types of the root
/// namespace belong to the folder they lie in, which a compiled type no longer tells.
/// </summary>
internal sealed partial class SourceGraph
{
    /// <summary>A file of one folder that names a type of another.</summary>
    public sealed record Use(string From, string To, string File, string Type);

    private readonly (string Folder, string File, string Code)[] _files;
    private readonly (string Folder, int Lines)[] _lines;

    /// <param name="files">The folder, the name and the text of each file. Folders are relative, with slashes; "" is the root.</param>
    public SourceGraph(IEnumerable<(string Folder, string File, string Text)> files)
    {
        var all = files.ToArray();
        _lines = [.. all.Select(file => (file.Folder, file.Text.AsSpan().Count('\n')))];
        _files = [.. all.Select(file => (file.Folder, file.File, Comment().Replace(file.Text, "")))];
        var declared = _files
            .SelectMany(file => Declaration().Matches(Using().Replace(file.Code, "")).Select(match => (Type: match.Groups["name"].Value, file.Folder)))
            .ToLookup(pair => pair.Type, pair => pair.Folder);
        Uses = [.. from file in _files
                   from name in Identifier().Matches(Using().Replace(UsingStatic().Replace(file.Code, "${type}"), "")).Select(match => match.Value).Distinct()
                   where declared.Contains(name) && !declared[name].Contains(file.Folder) && !IsMember(name, file.Code)
                   from home in declared[name].Distinct()
                   select new Use(file.Folder, home, file.File, name)];
    }

    public IReadOnlyList<Use> Uses { get; }

    /// <summary>All C# files of some projects but what their builds leave; a folder's name begins with its project's.</summary>
    /// <param name="source">The folder of the projects.</param>
    /// <param name="projects">Their names.</param>
    public static SourceGraph Read(string source, params IEnumerable<string> projects) => new(projects.SelectMany(project => Directory
        .EnumerateFiles(Path.Combine(source, project), "*.cs", SearchOption.AllDirectories)
        .Select(path => (Path: Path.GetRelativePath(source, path).Replace('\\', '/'), Text: File.ReadAllText(path)))
        .Where(file => file.Path.Split('/')[1] is not ("bin" or "obj"))
        .Select(file => (Folder(file.Path), file.Path, file.Text))));

    /// <summary>Folders that reach each other, in groups: each group is a circle or several that touch.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles()
    {
        var next = Uses.ToLookup(use => use.From, use => use.To);
        var reached = _files.Select(file => file.Folder).Distinct().ToDictionary(folder => folder, folder => Reached(folder, next));
        return [.. reached.Keys
            .Where(folder => reached[folder].Contains(folder))
            .GroupBy(folder => string.Join(", ", reached[folder].Where(other => reached[other].Contains(folder)).Order(StringComparer.Ordinal)))
            .Select(circle => circle.Order(StringComparer.Ordinal).ToArray())];
    }

    /// <summary>The lines of each folder, those of its subfolders among them.</summary>
    public IReadOnlyDictionary<string, int> Lines() => _lines
        .SelectMany(file => Enumerable.Range(0, file.Folder.Length + 1).Where(end => end == file.Folder.Length || file.Folder[end] == '/').Select(end => (Folder: file.Folder[..end], file.Lines)))
        .GroupBy(file => file.Folder).ToDictionary(folder => folder.Key, folder => folder.Sum(file => file.Lines));

    /// <summary>Files of a folder, or of folders in it, whose code matches; comments and strings do not count.</summary>
    public IEnumerable<string> FilesWith(string folder, Regex code) =>
        _files.Where(file => $"{file.Folder}/".StartsWith($"{folder}/", StringComparison.Ordinal) && code.IsMatch(file.Code)).Select(file => file.File);

    private static HashSet<string> Reached(string folder, ILookup<string, string> next)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(next[folder]);
        while (open.TryPop(out var place))
        {
            if (reached.Add(place))
            {
                foreach (var further in next[place])
                    open.Push(further);
            }
        }

        return reached;
    }

    /// <summary>Whether a name is a member that the file itself declares, and nowhere in it a type.</summary>
    private static bool IsMember(string name, string code) =>
        Member().Matches(code).Any(match => match.Groups["name"].Value == name)
        && !Regex.IsMatch(code, $@"(?<![\w.])(new {name}\b|{name}\??(\[\])?\s+(?!(is|as|in|and|or|when|switch|with)\b)\w|{name}\.)|<{name}\b");

    private static string Folder(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    [GeneratedRegex(@"//[^\n]*|""(\\.|[^""\\\n])*""")]
    private static partial Regex Comment();

    [GeneratedRegex("^using [^\n]*;", RegexOptions.Multiline)]
    private static partial Regex Using();

    /// <summary>The type whose members a file names alone.</summary>
    [GeneratedRegex(@"^using static ([\w.]*\.)?(?<type>\w+);", RegexOptions.Multiline)]
    private static partial Regex UsingStatic();

    [GeneratedRegex(@"^(public|internal)\s[^\n(={]*?\b(class|struct|interface|enum|record(\s+struct)?|delegate\s+\S+)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>A name that may be a type: neither a member of something nor the target of an assignment.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w+\b(?!\s*=[^=>])")]
    private static partial Regex Identifier();

    /// <summary>The declaration of a property, a method or a parameter of a record: a type, then a name.</summary>
    [GeneratedRegex(@"((?<!\w)(?!(new|return|is|as|in|not|or|and|case|throw|await|when|else|out|ref)\b)\w+\??|(?<!=)>\??|\]\??)\s+(?<name>[A-Z]\w+)\s*(\{|=>|\(|,|\)|;)")]
    private static partial Regex Member();
}
