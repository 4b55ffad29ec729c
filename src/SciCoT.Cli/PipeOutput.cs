using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SciCoT.Cli;

/// <summary>Standard output into a pipe whose reader may leave, as <c>head</c> does: what is written then fails, so that no work is done for nobody.</summary>
/// <remarks>The runtime's own writer says nothing of a pipe that was closed.</remarks>
internal static class PipeOutput
{
    private const int StandardOutput = 1;

    /// <summary>The error of the system for a pipe without a reader.</summary>
    private const int BrokenPipe = 32;

    /// <summary>Whether a failure says that nobody reads the output any more.</summary>
    public static bool IsClosed(Exception exception) => !OperatingSystem.IsWindows() && exception is IOException { HResult: BrokenPipe };

    /// <summary>The writer for standard output that is no terminal.</summary>
    public static TextWriter Open()
    {
        if (OperatingSystem.IsWindows())
            return Console.Out;
        try
        {
            var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!stream.CanSeek) // in a file, standard error may write at the same place
                return TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Standard output is closed, or nothing that can be opened: the runtime's writer says so, or does without.
        }

        return Console.Out;
    }
}
