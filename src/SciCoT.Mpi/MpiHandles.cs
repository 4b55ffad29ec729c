using System.Runtime.InteropServices;

namespace SciCoT.Mpi;

/// <summary>The constants of a binary interface that this library uses.</summary>
/// <remarks>All are passed as words: where the library takes 32-bit numbers, it reads the lower half of the register.</remarks>
internal sealed record MpiHandles
{
    public required nint World { get; init; }

    public required nint Byte { get; init; }

    public required nint Float { get; init; }

    public required nint Double { get; init; }

    public required nint Sum { get; init; }

    public required nint Min { get; init; }

    public required nint ErrorsReturn { get; init; }

    /// <summary>The address that says that the result replaces the input.</summary>
    public required nint InPlace { get; init; }

    /// <summary>The level of threads at which one thread makes all calls.</summary>
    public required int Funneled { get; init; }

    /// <param name="kind">The interface.</param>
    /// <param name="library">The library's handle, in which Open MPI's objects lie.</param>
    /// <exception cref="EntryPointNotFoundException">The library is of another kind.</exception>
    public static MpiHandles Of(MpiKind kind, nint library) => kind switch
    {
        MpiKind.OpenMpi => new()
        {
            World = NativeLibrary.GetExport(library, "ompi_mpi_comm_world"),
            Byte = NativeLibrary.GetExport(library, "ompi_mpi_byte"),
            Float = NativeLibrary.GetExport(library, "ompi_mpi_float"),
            Double = NativeLibrary.GetExport(library, "ompi_mpi_double"),
            Sum = NativeLibrary.GetExport(library, "ompi_mpi_op_sum"),
            Min = NativeLibrary.GetExport(library, "ompi_mpi_op_min"),
            ErrorsReturn = NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
            InPlace = 1,
            Funneled = 1,
        },
        MpiKind.Mpich => new()
        {
            World = 0x44000000,
            Byte = 0x4c00010d,
            Float = 0x4c00040a,
            Double = 0x4c00080b,
            Sum = 0x58000003,
            Min = 0x58000002,
            ErrorsReturn = 0x54000001,
            InPlace = -1,
            Funneled = 1,
        },
        _ => new()
        {
            World = 0x101,
            Byte = 0x247,
            Float = 0x210,
            Double = 0x214,
            Sum = 0x21,
            Min = 0x22,
            ErrorsReturn = 0x142,
            InPlace = 1,
            Funneled = 1024,
        },
    };
}
