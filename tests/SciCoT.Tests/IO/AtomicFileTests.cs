using SciCoT.IO;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.IO;

[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
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

    [Theory]
    [InlineData(10)] // the buffer is written at the commit
    [InlineData(1 << 20)] // and here before it
    public void FullDisk_LeavesTheOldFileAlone(int bytes)
    {
        var path = _folder.File("a.txt");
        File.WriteAllText(path, "old");

        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.Throws<IOException>(() =>
            {
                using var pending = new AtomicFile.Pending(path, file => new FullDisk(file));
                pending.Stream.Write(new byte[bytes]);
                pending.Commit();
            });
        }

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void RealSmallFileSystem_IsLeftAsItWas()
    {
        // Where the tests may mount one: mount -t tmpfs -o size=64k tmpfs <folder>.
        if (Environment.GetEnvironmentVariable("SCICOT_SMALL_FILE_SYSTEM") is not { Length: > 0 } folder)
        {
            Assert.Skip("SCICOT_SMALL_FILE_SYSTEM does not name a file system of at most 1 MiB.");
            return;
        }

        Assert.Throws<IOException>(() => AtomicFile.WriteAllBytes(Path.Combine(folder, "large.bin"), new byte[2 << 20]));
        Assert.Throws<IOException>(() => AtomicFile.WriteAllBytes(Path.Combine(folder, "large.bin"), new byte[2 << 20]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    /// <summary>Takes nothing, as a disk without room.</summary>
    private sealed class FullDisk(Stream file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");
    }
}
