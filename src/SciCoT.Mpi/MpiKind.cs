namespace SciCoT.Mpi;

/// <summary>The binary interfaces that MPI libraries have.</summary>
internal enum MpiKind
{
    /// <summary>Open MPI 4 and 5: handles are addresses of objects in the library.</summary>
    OpenMpi,

    /// <summary>MPICH, Intel MPI, MVAPICH, Cray MPICH: handles are 32-bit numbers.</summary>
    Mpich,

    /// <summary>The interface that MPI 5.0 fixes, section 20: handles are small numbers as pointers.</summary>
    StandardAbi,
}
