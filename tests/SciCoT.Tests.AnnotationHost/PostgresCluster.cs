using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SciCoT.Tests.AnnotationHost;

/// <summary>A PostgreSQL server of one's own, in a temporary folder and on a free port of the loopback, with a password and with fsync.</summary>
/// <remarks>A watchdog stops it and removes the folder when this process ends, however that happens.</remarks>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string User = "science";
    public const string Password = "p;ss=w'rd-that-nobody-may-see";

    private readonly string _folder;
    private readonly string[] _asUser;
    private Process? _watchdog;

    private PostgresCluster(string folder, string[] asUser, int port) => (_folder, _asUser, Port) = (folder, asUser, port);

    public int Port { get; }

    /// <summary>Npgsql's connection string, password included.</summary>
    public string ConnectionString => Connection($"\"{Password}\"");

    /// <summary>The connection string for an environment with PGPASSWORD.</summary>
    public string ConnectionStringWithoutPassword => $"Host=127.0.0.1;Port={Port};Database=postgres;Username={User}";

    /// <summary>What is not here that a server needs; <see langword="null"/> where all is.</summary>
    public static string? Missing => Folder() is null ? "There is no PostgreSQL server program here (Debian: apt-get install postgresql)." : null;

    public string Connection(string password) => $"{ConnectionStringWithoutPassword};Password={password}";

    /// <param name="settings">Settings of the server, such as <c>max_connections=10</c>.</param>
    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("scicot-pg-").FullName;
        var cluster = new PostgresCluster(folder, AsUser(folder), FreePort());
        try
        {
            var secret = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(secret, Password);
            await cluster.RunAsync("initdb", "--pgdata", cluster.Data, "--username", User, "--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync");
            File.Delete(secret);
            cluster.StartWatchdog();
            await cluster.RunAsync("pg_ctl", ["--pgdata", cluster.Data, "--log", Path.Combine(folder, "log"), "--wait", "start", "-o", cluster.Options(settings)]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server as a crash would, and starts it again.</summary>
    public Task RestartAsync() => RunAsync("pg_ctl", "--pgdata", Data, "--mode", "immediate", "--log", Path.Combine(_folder, "log"), "--wait", "restart");

    /// <summary>Stops the server as a crash would.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "--pgdata", Data, "--mode", "immediate", "--wait", "stop");

    /// <summary>Starts the server that was stopped.</summary>
    public Task StartAgainAsync() => RunAsync("pg_ctl", "--pgdata", Data, "--log", Path.Combine(_folder, "log"), "--wait", "start", "-o", Options([]));

    public async ValueTask DisposeAsync()
    {
        if (_watchdog is null)
        {
            Directory.Delete(_folder, recursive: true);
            return;
        }

        _watchdog.StandardInput.Close();
        await _watchdog.WaitForExitAsync();
        _watchdog.Dispose();
    }

    private string Data => Path.Combine(_folder, "data");

    private string Options(string[] settings) =>
        $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} " + string.Join(' ', settings.Select(setting => $"-c {setting}"));

    private void StartWatchdog()
    {
        var script = "cat >/dev/null; pg_ctl --pgdata \"$1/data\" --mode immediate stop; rm -rf \"$1\"";
        _watchdog = Start("sh", ["-c", script, "sh", _folder]);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        // The server inherits what its starter writes to, so that a pipe would never end: a file takes it.
        var output = Path.Combine(_folder, "output");
        using var process = Start("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", output, program, .. arguments]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await File.ReadAllTextAsync(output)}");
    }

    private Process Start(string program, string[] arguments)
    {
        string[] command = [.. _asUser, program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = _folder };
        start.Environment["PATH"] = $"{Folder()}:{start.Environment["PATH"]}";
        return Process.Start(start)!;
    }

    /// <summary>The server refuses to run as root; Debian's package brings a user for it.</summary>
    private static string[] AsUser(string folder)
    {
        if (Environment.UserName != "root")
            return [];
        var user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        Process.Start("chown", [user, folder]).WaitForExit();
        return ["setpriv", "--reuid", user, "--regid", user == "nobody" ? "nogroup" : user, "--clear-groups"];
    }

    private static string? Folder()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return null;
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int version) ? version : 0).Select(path => Path.Combine(path, "bin"))
            : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(debian).FirstOrDefault(folder => new[] { "initdb", "pg_ctl", "postgres" }.All(name => File.Exists(Path.Combine(folder, name))));
    }

    /// <summary>A port of the loopback that nobody listens on.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
