using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace SciCoT.Server.Requests;

/// <summary>The keys that clients may use. Safe for concurrent callers.</summary>
/// <remarks>
/// A file that changes is read again at the next request. One that cannot be read then leaves the last keys in force. No key is logged.
/// </remarks>
internal sealed partial class ApiKeys
{
    private const string Scheme = "Bearer ";

    private readonly string? _path;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private byte[][] _hashes = [];
    private object? _stamp;

    public ApiKeys(SciCoTServerOptions options, ILogger<ApiKeys> log)
    {
        (_path, _log) = (options.ApiKeyFile, log);
        if (_path is null)
            return;
        try
        {
            _stamp = KeyFile.Stamp(_path);
            _hashes = KeyFile.Read(_path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SciCoTException($"The file of API keys cannot be read: there is no file '{Path.GetFullPath(_path)}'; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SciCoTException($"The file of API keys cannot be read: {e.Message}", e);
        }

        if (_hashes.Length == 0)
            throw new SciCoTException($"{_path}: there is no key in it; write one a line.");
    }

    /// <summary>Refuses a request without a key that the file has.</summary>
    /// <param name="authorization">The request's header.</param>
    /// <exception cref="ApiException">It has none, or a wrong one.</exception>
    public void Check(string? authorization)
    {
        if (_path is null)
            return;
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw new ApiException(ApiError.WrongKey("A key is required: send the header 'Authorization: Bearer KEY'."));
        if (!IsKnown(KeyFile.Hash(authorization[Scheme.Length..].Trim())))
            throw new ApiException(ApiError.WrongKey("The key is not one that this server knows."));
    }

    /// <summary>Compares with all keys, each in the same time, so that a reply's delay tells nothing of them.</summary>
    private bool IsKnown(byte[] hash)
    {
        bool found = false;
        foreach (var known in Current())
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        return found;
    }

    private byte[][] Current()
    {
        lock (_gate)
        {
            object? stamp = null;
            try
            {
                stamp = KeyFile.Stamp(_path!);
                if (!stamp.Equals(_stamp))
                {
                    _hashes = KeyFile.Read(_path!);
                    KeysRead(_log, _path!, _hashes.Length);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                if (_stamp is not null)
                    KeysNotRead(_log, _path!, e.Message);
            }

            _stamp = stamp;
            return _hashes;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Path} has changed; keys: {Count}")]
    private static partial void KeysRead(ILogger log, string path, int count);

    [LoggerMessage(2, LogLevel.Warning, "{Path} cannot be read, so the last keys stay in force: {Reason}")]
    private static partial void KeysNotRead(ILogger log, string path, string reason);
}
