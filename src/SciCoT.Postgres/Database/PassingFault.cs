using System.Net.Sockets;
using Npgsql;

namespace SciCoT.Postgres.Database;

/// <summary>Tells faults of a database that pass by themselves from those that a person must mend.</summary>
internal static class PassingFault
{
    /// <summary>Whether the same operation may succeed later.</summary>
    public static bool Is(Exception e) => e switch
    {
        PostgresException server => server.IsTransient || IsRestart(server.SqlState) || IsReadOnly(e),
        NpgsqlException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound } } => false,
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
        NpgsqlException client => client.IsTransient,
        SocketException socket => socket.SocketErrorCode != SocketError.HostNotFound,
        IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Whether the server has become a standby: its connections are of no use any more.</summary>
    public static bool IsReadOnly(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    /// <summary>The server is shut down, or another of its processes crashed. These end the connection, not the service.</summary>
    private static bool IsRestart(string state) =>
        state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.IdleSessionTimeout;
}
