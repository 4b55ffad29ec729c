namespace SciCoT.Tests.Support;

/// <summary>Where tests find their files.</summary>
internal static class TestFiles
{
    /// <summary>A file or folder that is committed under <c>Data/</c>.</summary>
    public static string Data(params string[] path) => Path.Combine([AppContext.BaseDirectory, "Data", .. path]);

    /// <summary>
    /// A file or folder that may not be committed (real tokenizers, real questions). The folder <c>shared</c> is looked for
    /// beside the repository, or where SCICOT_SHARED says; where the file is absent, the test is skipped with the reason.
    /// </summary>
    public static string Shared(params string[] path)
    {
        var full = SharedRoot() is { } root ? Path.Combine([root, .. path]) : null;
        if (full is null || !Path.Exists(full))
            Assert.Skip($"{Path.Combine(path)} is not here: set SCICOT_SHARED to the folder that holds it.");
        return full;
    }

    private static string? SharedRoot()
    {
        if (Environment.GetEnvironmentVariable("SCICOT_SHARED") is { Length: > 0 } configured)
            return configured;

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SciCoT.Library.sln")))
                return folder.Parent is null ? null : Path.Combine(folder.Parent.FullName, "shared");
        }

        return null;
    }
}
