using SciCoT.Mpi;

namespace SciCoT.Tests.Mpi;

public class MpiLaunchTests
{
    [Theory]
    [InlineData("", 1, "", null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 PMIX_RANK=0", 4, "Open MPI's mpirun", MpiKind.OpenMpi)]
    [InlineData("PMI_SIZE=3 PMI_RANK=2", 3, "MPICH's mpiexec", MpiKind.Mpich)]
    [InlineData("SLURM_STEP_NUM_TASKS=8 PMIX_RANK=1", 8, "srun", MpiKind.OpenMpi)]
    [InlineData("SLURM_STEP_NUM_TASKS=8 PMI_RANK=1 PMI_SIZE=8", 8, "srun", MpiKind.Mpich)]
    [InlineData("SLURM_STEP_NUM_TASKS=8", 8, "srun", null)]
    [InlineData("SLURM_NTASKS=8 SLURM_PROCID=0", 1, "", null)] // the batch script itself
    [InlineData("PMIX_RANK=0", 0, "a PMIx launcher", MpiKind.OpenMpi)]
    internal void Environment_TellsWhoStartedTheProcess(string variables, int size, string launcher, MpiKind? preferred)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(new MpiLaunch(size, launcher, preferred), MpiLaunch.Of(name => values.GetValueOrDefault(name)));
    }

    [Theory]
    [InlineData(8, 2, 4)]
    [InlineData(8, 3, 2)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 4, 1)]
    public void Cores_AreSharedByRanksThatMayUseTheSameOnes(int processors, int sharers, int expected) =>
        Assert.Equal(expected, ProcessorShare.Of(processors, sharers));
}
