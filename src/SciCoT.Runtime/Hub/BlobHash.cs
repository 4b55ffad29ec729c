using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Hub;

/// <summary>Checks a blob against its name.</summary>
internal static class BlobHash
{
    private const int Sha256Digits = 64;
    private const int Sha1Digits = 40;

    /// <summary>Whether an etag tells the content: some mirrors give others.</summary>
    public static bool IsHash(string etag) => etag.Length is Sha256Digits or Sha1Digits && etag.All(char.IsAsciiHexDigitLower);

    /// <summary>The hash of a file, of the kind of the etag.</summary>
    public static Task<string> OfAsync(string path, string etag, CancellationToken cancellationToken) => OfAsync(path, isGit: etag.Length == Sha1Digits, cancellationToken);

    /// <summary>The hash of a file: git's name of it, or SHA-256.</summary>
    public static async Task<string> OfAsync(string path, bool isGit, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(isGit ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        if (isGit)
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {stream.Length}\0"))); // git's name of a file
        var buffer = new byte[1 << 20];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
