namespace SciCoT.Tests.Support;

/// <summary>Where tests find their files.</summary>
internal static class TestFiles
{
    /// <summary>A file or folder that is committed under <c>Data/</c>.</summary>
    public static string Data(params string[] path) => Path.Combine([AppContext.BaseDirectory, "Data", .. path]);

    /// <summary>The repository's root, found upwards from the test program.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>
    /// A file or folder that may not be committed (real tokenizers, real questions). The folder <c>shared</c> is looked for
    /// beside the repository, or where SCICOT_SHARED says; where the file is absent, the test is skipped with the reason.
    /// </summary>
    public static string Shared(params string[] path)
    {
        var full = Path.Combine([SharedRoot(), .. path]);
        if (!Path.Exists(full))
            Assert.Skip($"{Path.Combine(path)} is not here: set SCICOT_SHARED to the folder that holds it.");
        return full;
    }

    private static string SharedRoot()
    {
        if (Environment.GetEnvironmentVariable("SCICOT_SHARED") is { Length: > 0 } configured)
            return configured;

        return Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Repository)) ?? Repository, "shared");
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SciCoT.Library.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"No SciCoT.Library.sln above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}
