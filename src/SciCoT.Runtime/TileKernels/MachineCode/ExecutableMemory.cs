using System.Runtime.InteropServices;

namespace SciCoT.TileKernels.MachineCode;

/// <summary>Owns all memory of the process that holds generated machine code. The code stays until the process ends.</summary>
/// <remarks>Memory is first writable, then executable, never both.</remarks>
internal static unsafe partial class ExecutableMemory
{
    /// <summary>Copies code to where it can be executed.</summary>
    /// <param name="code">The code; it must not depend on its place.</param>
    /// <returns>Its address; 0 where the system gives no such memory.</returns>
    public static nint Place(ReadOnlySpan<byte> code)
    {
        nuint page = (nuint)Environment.SystemPageSize, size = ((nuint)code.Length + page - 1) / page * page;
        try
        {
            if (OperatingSystem.IsWindows())
                return Windows.Place(code, size);
            return OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? Unix.Place(code, size) : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0; // a system library of another name
        }
    }

    private static partial class Unix
    {
        private const int Read = 1;
        private const int Write = 2;
        private const int Execute = 4;
        private const int Private = 2;
        private const int Failed = -1;

        private static int Anonymous => OperatingSystem.IsMacOS() ? 0x1000 : 0x20;

        public static nint Place(ReadOnlySpan<byte> code, nuint size)
        {
            nint memory = mmap(0, size, Read | Write, Private | Anonymous, -1, 0);
            if (memory == Failed)
                return 0;
            code.CopyTo(new Span<byte>((void*)memory, code.Length));
            if (mprotect(memory, size, Read | Execute) == 0)
                return memory;
            _ = munmap(memory, size);
            return 0;
        }

        [LibraryImport("libc")]
        private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

        [LibraryImport("libc")]
        private static partial int mprotect(nint address, nuint length, int protection);

        [LibraryImport("libc")]
        private static partial int munmap(nint address, nuint length);
    }

    private static partial class Windows
    {
        private const uint Commit = 0x1000 | 0x2000; // MEM_COMMIT, MEM_RESERVE
        private const uint Release = 0x8000;         // MEM_RELEASE
        private const uint ReadWrite = 0x04;         // PAGE_READWRITE
        private const uint ExecuteRead = 0x20;       // PAGE_EXECUTE_READ

        public static nint Place(ReadOnlySpan<byte> code, nuint size)
        {
            nint memory = VirtualAlloc(0, size, Commit, ReadWrite);
            if (memory == 0)
                return 0;
            code.CopyTo(new Span<byte>((void*)memory, code.Length));
            if (VirtualProtect(memory, size, ExecuteRead, out _) != 0)
                return memory;
            _ = VirtualFree(memory, 0, Release);
            return 0;
        }

        [LibraryImport("kernel32")]
        private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

        [LibraryImport("kernel32")]
        private static partial int VirtualProtect(nint address, nuint size, uint protection, out uint before);

        [LibraryImport("kernel32")]
        private static partial int VirtualFree(nint address, nuint size, uint type);
    }
}
