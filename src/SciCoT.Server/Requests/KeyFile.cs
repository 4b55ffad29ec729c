using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Server.Requests;

/// <summary>A file with one key a line. Blank lines and lines that begin with <c>#</c> are passed over.</summary>
internal static class KeyFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>What changes when the file does: its own place behind symbolic links, its time and its length.</summary>
    public static (string Path, DateTime Written, long Length) Stamp(string path)
    {
        // Kubernetes mounts secrets as links whose target is replaced.
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        return (file.FullName, file.LastWriteTimeUtc, file.Length);
    }

    /// <summary>The keys' hashes. Keys themselves are not kept.</summary>
    public static byte[][] Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"a file of keys has at most {MaxBytes} bytes");
        return [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(Hash)];
    }

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
