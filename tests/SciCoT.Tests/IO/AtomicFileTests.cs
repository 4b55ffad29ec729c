using SciCoT.IO;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteAllText_NewFolder_MakesItAndTheFile()
    {
        var path = Path.Combine(_folder.Path, "a", "b.txt");

        AtomicFile.WriteAllText(path, "whole");

        Assert.Equal("whole", File.ReadAllText(path));
    }

    [Fact]
    public void Commit_OldFile_IsReplacedAtOnce()
    {
        var path = _folder.File("a.txt");
        File.WriteAllText(path, "old");
        using var pending = new AtomicFile.Pending(path);
        pending.Stream.Write("new"u8);

        Assert.Equal("old", File.ReadAllText(path));
        pending.Commit();

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesNoTrace()
    {
        var path = _folder.File("a.txt");
        File.WriteAllText(path, "old");

        using (var pending = new AtomicFile.Pending(path))
            pending.Stream.Write("half"u8);

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }
}
