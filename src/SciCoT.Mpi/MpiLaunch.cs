using System.Globalization;

namespace SciCoT.Mpi;

/// <summary>How this process was started, as its environment tells.</summary>
/// <param name="Size">The number of processes that were started together; 1 for a program that no launcher started.</param>
/// <param name="Launcher">What started them, for messages.</param>
/// <param name="Preferred">The kind of MPI that belongs to the launcher; <see langword="null"/> where it serves several.</param>
internal sealed record MpiLaunch(int Size, string Launcher, MpiKind? Preferred)
{
    /// <summary>Whether a launcher started this process, be it alone.</summary>
    public bool IsLaunched => Launcher.Length > 0;

    /// <param name="variable">Gives the value of an environment variable.</param>
    public static MpiLaunch Of(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } open)
            return new(open, "Open MPI's mpirun", MpiKind.OpenMpi);
        int? slurm = Number("SLURM_STEP_NUM_TASKS"); // of a step of srun; a batch script has none
        if (Number("PMI_SIZE") is { } size && variable("PMI_RANK") is not null)
            return slurm is null ? new(size, "MPICH's mpiexec", MpiKind.Mpich) : new(size, "srun", MpiKind.Mpich);
        if (slurm is { } tasks)
            return new(tasks, "srun", variable("PMIX_RANK") is not null ? MpiKind.OpenMpi : null);
        return variable("PMIX_RANK") is not null ? new(0, "a PMIx launcher", MpiKind.OpenMpi) : new(1, "", null);

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
    }
}
