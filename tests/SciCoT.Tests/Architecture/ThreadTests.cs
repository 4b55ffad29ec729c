using SciCoT.Tests.Support;

namespace SciCoT.Tests.Architecture;

public class ThreadTests
{
    /// <summary>A thread in the foreground would keep a host's process after its Main has returned.</summary>
    [Fact]
    public void Threads_AreAllInTheBackground()
    {
        var threads = (
            from file in Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where line.Contains("new Thread(", StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {line.Trim()}").ToArray();

        Assert.NotEmpty(threads);
        Assert.All(threads, line => Assert.Contains("IsBackground = true", line));
    }
}
