using SciCoT.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

public sealed class OpeningFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(30)] // EROFS
    [InlineData(unchecked((int)0x80070013))] // ERROR_WRITE_PROTECT
    public void ReadOnlyFileSystem_IsSaidToBeOne(int code)
    {
        var said = OpeningFault.Explain("r.jsonl", new IOException("Read-only file system", code))!;
        Assert.IsType<IOException>(said);
        Assert.Contains("'r.jsonl' is on a read-only file system", said.Message);
        Assert.DoesNotContain("another process", said.Message);
    }

    [Fact]
    public void MissingPermission_IsSaid() =>
        Assert.Contains("may not be written", Assert.IsType<UnauthorizedAccessException>(OpeningFault.Explain("r.jsonl", new UnauthorizedAccessException("denied"))).Message);

    [Fact]
    public void OpenElsewhere_IsSaid() =>
        Assert.Contains("another process", OpeningFault.Explain("r.jsonl", new IOException("taken", 11))!.Message);

    [Fact]
    public void MissingFolder_SpeaksForItself() => Assert.Null(OpeningFault.Explain("r.jsonl", new DirectoryNotFoundException("none")));

    [Fact]
    public void Folder_IsNoStore() =>
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => JsonLinesRationaleStore.Open(_folder.Path, TestContext.Current.CancellationToken)).Message);

    [Fact]
    public void RealReadOnlyFileSystem_IsSaidToBeOne()
    {
        // Where the tests may mount one: mount -t tmpfs -o ro tmpfs <folder>.
        if (Environment.GetEnvironmentVariable("SCICOT_READ_ONLY_FILE_SYSTEM") is not { Length: > 0 } folder)
        {
            Assert.Skip("SCICOT_READ_ONLY_FILE_SYSTEM does not name a file system that cannot be written.");
            return;
        }

        Assert.Contains("read-only file system", Assert.Throws<IOException>(() => JsonLinesRationaleStore.Open(Path.Combine(folder, "r.jsonl"), TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void FileWithoutPermission_IsSaid()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            Assert.Skip("Root may write every file, and Windows has other permissions.");
            return;
        }

        var path = _folder.File("r.jsonl");
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Assert.Contains("may not be written", Assert.Throws<UnauthorizedAccessException>(() => JsonLinesRationaleStore.Open(path, TestContext.Current.CancellationToken)).Message);
    }
}
