using System.Runtime.InteropServices;
using SciCoT.Distributed;

namespace SciCoT.Mpi;

/// <summary>The functions of a loaded MPI library. A function that fails throws with the library's own message.</summary>
internal sealed unsafe class MpiCalls(MpiLibrary library)
{
    /// <summary>Longer than the texts of every library.</summary>
    private const int ErrorText = 8192;

    private readonly MpiHandles _handles = MpiHandles.Of(library.Kind, library.Handle);

    public MpiHandles Handles => _handles;

    /// <summary>Joins the processes; the calling thread makes all further calls.</summary>
    public void Initialize()
    {
        int provided;
        Check("MPI_Init_thread", ((delegate* unmanaged[Cdecl]<void*, void*, int, int*, int>)Of("MPI_Init_thread"))(null, null, _handles.Funneled, &provided));
        if (provided < _handles.Funneled)
            throw new ProcessGroupException($"{library.Path} was built without support for threads (MPI_THREAD_FUNNELED). Use a library that has it.");
        Check("MPI_Comm_set_errhandler", ((delegate* unmanaged[Cdecl]<nint, nint, int>)Of("MPI_Comm_set_errhandler"))(_handles.World, _handles.ErrorsReturn));
    }

    public int Rank => Number("MPI_Comm_rank");

    public int Size => Number("MPI_Comm_size");

    public void Finish() => Check("MPI_Finalize", ((delegate* unmanaged[Cdecl]<int>)Of("MPI_Finalize"))());

    public void Abort(int code) => _ = ((delegate* unmanaged[Cdecl]<nint, int, int>)Of("MPI_Abort"))(_handles.World, code);

    /// <summary>Replaces numbers by their sums over all ranks.</summary>
    public void AllReduce(void* values, int count, nint type, nint operation) =>
        Check("MPI_Allreduce", _allReduce(_handles.InPlace, values, count, type, operation, _handles.World));

    /// <summary>Begins the same; <paramref name="request"/> is for <see cref="Test"/>.</summary>
    public void BeginAllReduce(void* values, int count, nint type, nint operation, nint* request) =>
        Check("MPI_Iallreduce", _beginAllReduce(_handles.InPlace, values, count, type, operation, _handles.World, request));

    /// <summary>Whether what was begun is done.</summary>
    public bool Test(nint* request)
    {
        int done;
        byte* status = stackalloc byte[256]; // larger than every library's MPI_Status; ignoring it has another constant in each
        Check("MPI_Test", _test(request, &done, status));
        return done != 0;
    }

    public void Broadcast(void* values, int count, int root) =>
        Check("MPI_Bcast", ((delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int>)Of("MPI_Bcast"))(values, count, _handles.Byte, root, _handles.World));

    /// <param name="values">This rank's bytes.</param>
    /// <param name="result">All ranks' bytes, one behind the other.</param>
    /// <param name="counts">How many each rank has.</param>
    /// <param name="places">Where they begin.</param>
    /// <param name="rank">This rank.</param>
    public void AllGather(byte* values, byte* result, int[] counts, int[] places, int rank)
    {
        fixed (int* count = counts, place = places)
            Check("MPI_Allgatherv", ((delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, int>)Of("MPI_Allgatherv"))(values, counts[rank], _handles.Byte, result, count, place, _handles.Byte, _handles.World));
    }

    private readonly delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, int> _allReduce =
        (delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, int>)NativeLibrary.GetExport(library.Handle, "MPI_Allreduce");

    private readonly delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, nint*, int> _beginAllReduce =
        (delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, nint*, int>)NativeLibrary.GetExport(library.Handle, "MPI_Iallreduce");

    private readonly delegate* unmanaged[Cdecl]<nint*, int*, void*, int> _test =
        (delegate* unmanaged[Cdecl]<nint*, int*, void*, int>)NativeLibrary.GetExport(library.Handle, "MPI_Test");

    private int Number(string function)
    {
        int number;
        Check(function, ((delegate* unmanaged[Cdecl]<nint, int*, int>)Of(function))(_handles.World, &number));
        return number;
    }

    private nint Of(string function) => NativeLibrary.GetExport(library.Handle, function);

    private void Check(string function, int code)
    {
        if (code == 0)
            return;
        byte* text = stackalloc byte[ErrorText];
        int length = 0;
        var message = ((delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Of("MPI_Error_string"))(code, text, &length) == 0
            ? Marshal.PtrToStringUTF8((nint)text, Math.Clamp(length, 0, ErrorText))
            : FormattableString.Invariant($"error {code}");
        throw new ProcessGroupException($"{function} of {library.Path} failed: {message.Trim().TrimEnd('.')}. Another rank has probably ended; its own message tells why. Start the program again: what was done is kept in checkpoints.");
    }
}
