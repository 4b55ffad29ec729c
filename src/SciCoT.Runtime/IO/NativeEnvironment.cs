using System.Runtime.InteropServices;

namespace SciCoT.IO;

/// <summary>The environment that native libraries see: .NET's own is a copy.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable that is not set. Windows has no such function, and nothing happens there.</summary>
    public static void SetDefault(string name, string value)
    {
        if (!OperatingSystem.IsWindows())
            _ = SetVariable(name, value, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
