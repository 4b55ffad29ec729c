namespace SciCoT.Server.Requests;

/// <summary>Files that lie in the assembly.</summary>
internal static class AssemblyFile
{
    /// <summary>The whole content of a file.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(AssemblyFile).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
